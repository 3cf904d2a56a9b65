// Below `.coord/hooks/<agent>/<session>/`: a file for each message that this session was given. Hooks of one session run side by side;
// whoever creates the file gives the message, and nobody else does.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Given } from '../../core/shown-messages.ts';
import type { HookAgent } from '../../documents/hook-call.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';

/** A session that was quiet for so long is given its messages anew. */
const KEPT_MS = 30 * 24 * 3_600_000;

export interface MessageName {
  readonly source: string;
  readonly number: number;
}

export interface GivenFiles {
  /** By `nameOf`. What was claimed, and never noted as given, is null. */
  all(): ReadonlyMap<string, Given | null>;
  /** True = this process gives it. */
  claim(message: MessageName): boolean;
  note(message: MessageName, given: Given): void;
}

export function nameOf({ source, number }: MessageName): string {
  return `${source}-${number}`;
}

export function givenFiles(folder: FleetFolder, agent: HookAgent, session: string): GivenFiles {
  const at = join(folder.state, 'hooks', agent, session);
  let isThere = false;
  return {
    all: () => new Map(namesIn(at).map((name) => [name, read(join(at, name))])),
    claim(message) {
      if (!isThere) mkdirSync(at, { recursive: true, mode: 0o700 });
      isThere = true;
      try {
        writeFileSync(join(at, nameOf(message)), '', { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      }
    },
    note: (message, given) => writeFileSync(join(at, nameOf(message)), JSON.stringify(given)),
  };
}

/** Sessions end without a word, so their folders go by age. */
export function pruneGiven(folder: FleetFolder, agent: HookAgent, nowMs: number): void {
  const all = join(folder.state, 'hooks', agent);
  for (const session of namesIn(all)) {
    const writtenMs = statSync(join(all, session), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - writtenMs > KEPT_MS) rmSync(join(all, session), { recursive: true, force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): Given | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Given;
  } catch {
    return null;
  }
}
