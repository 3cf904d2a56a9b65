// `.coord/fleet.json`: which machine this folder is, and which remote it belongs to. Written once at join.
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import { writeDurably } from '../files/durable-file.ts';
import { jsonIn, readText } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

export interface Identity {
  readonly version: 1;
  readonly machine: number;
  readonly name: string;
  readonly tags: readonly string[];
  /** As git gets it; may hold credentials, so it is never shown without `withoutCredentials`. */
  readonly remote: string;
  /** The remote's default branch: what the protocol calls main. */
  readonly branch: string;
  /** R4. */
  readonly namespace: 'custom' | 'branches';
  /** PATH at the time of the join: cron and service managers have a bare one. */
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly joinedAt: string;
}

export function readIdentity(folder: FleetFolder): Identity {
  try {
    const read: unknown = JSON.parse(readText(folder.identity));
    if (!isIdentity(read)) throw new Error('found something else');
    return read;
  } catch (error) {
    const found = errorMessage(error);
    throw new CoordError(
      'LOCAL_STATE',
      `${folder.identity} cannot be read: expected this machine's identity, ${found}`,
      joinAnew(folder),
      { cause: error },
    );
  }
}

/** Which machine this folder was when it last synced, from what it shows to people: no login stands there. Null = not known. */
export function identityBefore(folder: FleetFolder): { readonly machine: number; readonly remote: string } | null {
  const { self } = (jsonIn(folder.view) ?? {}) as { self?: { machine?: unknown; remote?: unknown } | null };
  const { machine, remote } = self ?? {};
  return Number.isSafeInteger(machine) && typeof remote === 'string' ? { machine: machine as number, remote } : null;
}

/** The same machine again, and never a new one. */
function joinAnew(folder: FleetFolder): string {
  const before = identityBefore(folder);
  if (before === null) return 'coord join <url> <new folder> --as <the number of this machine>';
  return `coord join ${shellWord(before.remote)} ${shellWord(folder.root)} --as ${before.machine}`;
}

/** What nothing here works without. */
function isIdentity(read: unknown): read is Identity {
  const { machine, name, remote, branch, namespace } = (read ?? {}) as Partial<Record<keyof Identity, unknown>>;
  const areTexts = [name, remote, branch].every((value) => typeof value === 'string' && value !== '');
  return areTexts && Number.isSafeInteger(machine) && (namespace === 'custom' || namespace === 'branches');
}

export function writeIdentity(folder: FleetFolder, identity: Identity): void {
  writeDurably(folder.identity, `${JSON.stringify(identity, null, 2)}\n`);
}
