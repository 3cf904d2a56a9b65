// Names of refs on the remote (protocol section 2, R4), and which of them count. Names that are not canonical are ignored.
import { CoordError } from '../../errors.ts';

export type Namespace = 'custom' | 'branches';

/** A branch named `coord` would block `coord/…`, hence another word for branches (R4). */
const PREFIX: Readonly<Record<Namespace, string>> = { custom: 'refs/coord/', branches: 'refs/heads/coord-lanes/' };

const ID = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const LANE = /^machines\/([1-9]\d{0,3})$/;
const CLAIM = /^claims\/([A-Za-z0-9][A-Za-z0-9._@-]{0,127}\/[1-9]\d{0,9}\.[1-9]\d{0,9})$/;

/** Tells whether a text is a full object id. */
export const isObjectId = (text: string): boolean => ID.test(text);

export const lanesPattern = (namespace: Namespace): string => `${PREFIX[namespace]}machines/*`;
export const claimsPattern = (namespace: Namespace): string => `${PREFIX[namespace]}claims/*`;
export const laneRef = (namespace: Namespace, machine: number): string => `${PREFIX[namespace]}machines/${machine}`;
export const claimRef = (namespace: Namespace, name: string): string => `${PREFIX[namespace]}claims/${name}`;
export const artifactsRef = (namespace: Namespace, machine: number): string => `${PREFIX[namespace]}artifacts/${machine}`;
export const branchRef = (branch: string): string => `refs/heads/${branch}`;

/** What a ref is in this fleet; null = nothing of ours. */
export function kindOfRef(namespace: Namespace, ref: string): { readonly lane: number } | { readonly claim: string } | null {
  if (!ref.startsWith(PREFIX[namespace])) return null;
  const rest = ref.slice(PREFIX[namespace].length);
  const lane = LANE.exec(rest)?.[1];
  if (lane !== undefined) return { lane: Number(lane) };
  const claim = CLAIM.exec(rest)?.[1];
  return claim === undefined ? null : { claim };
}

/** What stands below coord's own folder of refs. */
export const pathOfRef = (namespace: Namespace, ref: string): string => ref.slice(PREFIX[namespace].length);

/** A name among lanes and claims that is neither. */
export function isStrangeRef(namespace: Namespace, ref: string): boolean {
  const isOurs = ['machines/', 'claims/'].some((folder) => ref.startsWith(PREFIX[namespace] + folder));
  return isOurs && kindOfRef(namespace, ref) === null;
}

/** Whether a branch can carry a board: git accepts the name, and it is no lane. Anybody may have written fleet.yaml. */
export function isBoardBranch(name: string): boolean {
  if (name.length > 200 || !/^[A-Za-z0-9_][^\u0000-\u0020\u007f~^:?*[\\'"]*$/.test(name)) return false;
  return !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(name) && !name.startsWith('coord-lanes/');
}

/** Throws if the branch cannot carry a board. */
export function mustBeBoardBranch(name: string): string {
  if (isBoardBranch(name)) return name;
  throw new CoordError('REFUSED', `${JSON.stringify(name.slice(0, 200))} cannot be the board's branch`, 'coord doctor');
}
