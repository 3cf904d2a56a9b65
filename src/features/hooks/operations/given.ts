// Keeps `.coord/hooks/<agent>/<session>.log`: which messages this session was given. Hooks of one session run side by side, so each only
// appends lines; whoever's line names a message first gives it.
import { closeSync, mkdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../errors.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { openToAppend } from '../../../system/files/open-file.ts';
import { namesIn, readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { HookAgent } from '../documents/hook-dialects.ts';
import type { Given } from '../rules/agent-receipts.ts';

/** A session that was quiet for this long is given its messages again. */
const KEPT_MS = 30 * 24 * 3_600_000;
const PRUNED_EVERY_MS = 24 * 3_600_000;
const PRUNED = '.pruned';

export interface MessageName {
  readonly source: string;
  readonly number: number;
}

export interface GivenMessages {
  /** By `nameOf`. What was claimed, and never noted as given, is null. */
  all(): ReadonlyMap<string, Given | null>;
  /** Those of them that this process gives. */
  claim(names: readonly string[]): readonly string[];
  note(names: readonly string[], given: Given): void;
}

type Line =
  | { readonly claim: string; readonly names: readonly string[] }
  | { readonly given: Given; readonly names: readonly string[] };

export function nameOf({ source, number }: MessageName): string {
  return `${source}-${number}`;
}

export function givenMessages(folder: FleetFolder, agent: HookAgent, session: string): GivenMessages {
  const all = join(folder.state, 'hooks', agent);
  const path = join(all, `${session}.log`);
  const add = (line: Line) => {
    // It begins with a line end: what a full disk has left of another one is a line of its own, and no line at all.
    const text = `\n${JSON.stringify(line)}`;
    try {
      append(path, text);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      mkdirSync(all, { recursive: true, mode: 0o700 });
      append(path, text);
    }
  };
  return {
    all() {
      const found = new Map<string, Given | null>();
      for (const line of linesIn(path)) {
        const given = 'given' in line ? line.given : null;
        for (const name of line.names) if (given !== null || !found.has(name)) found.set(name, given);
      }
      return found;
    },
    claim(names) {
      const mine = `${process.pid}-${process.hrtime.bigint()}`;
      add({ claim: mine, names });
      const winners = new Map<string, string>();
      for (const line of linesIn(path)) {
        if (!('claim' in line)) continue;
        for (const name of line.names) if (!winners.has(name)) winners.set(name, line.claim);
      }
      return names.filter((name) => winners.get(name) === mine);
    },
    note: (names, given) => add({ given, names }),
  };
}

/** Sessions end without a word, so what they were given goes by age; looked at once a day. */
export function pruneGiven(folder: FleetFolder, agent: HookAgent, nowMs: number): void {
  const all = join(folder.state, 'hooks', agent);
  const lastMs = statSync(join(all, PRUNED), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.abs(nowMs - lastMs) < PRUNED_EVERY_MS) return;
  const sessions = namesIn(all);
  if (sessions.length === 0) return;
  for (const session of sessions) {
    const writtenMs = statSync(join(all, session), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - writtenMs > KEPT_MS) rmSync(join(all, session), { recursive: true, force: true });
  }
  writeWhole(join(all, PRUNED), '');
}

function append(path: string, text: string): void {
  const file = openToAppend(path);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

function linesIn(path: string): readonly Line[] {
  return (readIfThere(path) ?? '').split('\n').flatMap((text) => {
    try {
      return text === '' ? [] : [JSON.parse(text) as Line];
    } catch {
      return [];
    }
  });
}
