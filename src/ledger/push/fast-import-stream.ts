// The stream that lets one `git fast-import` build all commits of a cycle (C4). Guarantees mode 100644 and safe paths only (D8);
// a lane is exactly its files (R0), a board is its base with only what changes replaced.
import type { BoardChange, Changes, ClaimChange, Content, LaneChange } from '../../core/model/ledger/push.ts';
import { BOARD_FOLDER } from '../../core/model/ledger/trees.ts';
import { trailersOf } from '../../documents/machine/trailers.ts';
import { CoordError } from '../../errors.ts';
import { isObjectId } from '../fetch/ref-names.ts';

const SAFE_PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
const PATH_LEVELS_MAX = 63;

/** Throws for a path that coord never writes: the last check of D8, for a bug in a caller. */
export function assertSafePath(path: string): void {
  if (!SAFE_PATH.test(path) || path.split('/').length > PATH_LEVELS_MAX)
    throw new Error(`bug: ${JSON.stringify(path)} is no path that coord writes`);
}

function assertId(id: string): void {
  if (!isObjectId(id)) throw new Error(`bug: ${JSON.stringify(id)} is no object id`);
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;

function fileCommand(path: string, content: Content | null): string {
  assertSafePath(path);
  if (content === null) return `D ${BOARD_FOLDER}/${path}\n`;
  if ('text' in content) return `M 100644 inline ${BOARD_FOLDER}/${path}\n${data(content.text)}`;
  assertId(content.id);
  return `M 100644 ${content.id} ${BOARD_FOLDER}/${path}\n`;
}

interface OneCommit {
  readonly ref: string;
  readonly from: string | null;
  readonly message: string;
  readonly whole: boolean;
  readonly files: ReadonlyMap<string, Content | null>;
  readonly frontPage?: string;
}

function commitCommand(commit: OneCommit, mark: number, author: string, nowMs: number): string {
  if (commit.from !== null) assertId(commit.from);
  const head = `commit ${commit.ref}\nmark :${mark}\ncommitter ${author} ${Math.floor(nowMs / 1000)} +0000\n${data(commit.message)}`;
  const base = `${commit.from === null ? '' : `from ${commit.from}\n`}${commit.whole ? 'deleteall\n' : ''}`;
  const files = [...commit.files].map(([path, content]) => fileCommand(path, content)).join('');
  return `${head}${base}${files}${frontPageCommand(commit)}\nget-mark :${mark}\n`;
}

/** The one file that coord ever writes beside `coordination/`, and only into a commit that has no parent. */
function frontPageCommand({ from, frontPage }: OneCommit): string {
  if (frontPage === undefined) return '';
  if (from !== null) throw new Error('bug: a front page is only for a repo that has nothing');
  return `M 100644 inline README.md\n${data(frontPage)}`;
}

const fromLane = (lane: LaneChange): OneCommit => ({ ...lane, ref: 'refs/draft/lane', from: lane.parent, whole: true });
const fromBoard = (board: BoardChange, index: number): OneCommit => ({
  ...board,
  ref: `refs/draft/board-${index}`,
  from: board.base,
  whole: false,
});

/** A root commit without files: the whole content of a claim is its message. */
const fromClaim = ({ message }: ClaimChange & { kind: 'create' }, index: number): OneCommit => ({
  ref: `refs/draft/claim-${index}`,
  from: null,
  message,
  whole: true,
  files: new Map(),
});

/** Names the machine from the lane, or from the trailers of R6. */
function authorOf(changes: Changes): string {
  const machine = changes.lane?.machine ?? trailersOf(changes.boards[0]?.message ?? '').machine;
  return `coord${machine === null ? '' : ` machine ${machine}`} <coord@users.noreply.invalid>`;
}

/** Lane first, then the boards and the claims to be created in their order; one id is printed for each. */
export function fastImportStream(changes: Changes, nowMs: number): string {
  const created = (changes.claims ?? []).filter((claim) => claim.kind === 'create');
  const lanes = changes.lane === null ? [] : [fromLane(changes.lane)];
  const commits = [...lanes, ...changes.boards.map(fromBoard), ...created.map(fromClaim)];
  const author = authorOf(changes);
  return `feature done\n${commits.map((commit, index) => commitCommand(commit, index + 1, author, nowMs)).join('')}done\n`;
}

/** The ids that fast-import printed; throws where they are not as many as asked for. */
export function parseMarks(stdout: string, count: number): string[] {
  const ids = stdout.split('\n').filter((line) => line !== '');
  if (ids.length === count && ids.every(isObjectId)) return ids;
  throw new CoordError(
    'GIT',
    `fast-import: expected ${count} ids, found ${JSON.stringify(stdout.slice(0, 200))}`,
    'coord doctor',
  );
}
