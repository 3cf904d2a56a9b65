// Gets a file that a run left on another machine over the bell (B9), by a connection of its own, into a file here. A word that is lost is said again; what
// came is what the result names, byte for byte, or it does not count.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Brought, WantedFile } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Heard } from '../adapters/wire.ts';
import { PIECE_BYTES, type PieceWord, parsePiece, type WantWord } from '../rules/file-words.ts';
import { visitBell } from './visit.ts';

/** On the way at once: what a line of 300 ms carries at the speed at which files are said. */
const AHEAD_BYTES = 16 * PIECE_BYTES;
/** Without a piece, the word is said again. */
const AGAIN_MS = 4_000;
const FIRST_MS = 12_000;
/** With some of it here: as long as a broker that starts again is looked for. */
const LATER_MS = 75_000;

/** `came`: how many bytes are here. Null = this fleet has no bell. */
export async function bringFile(
  world: World,
  folder: FleetFolder,
  wanted: WantedFile,
  came: (bytes: number) => void,
): Promise<Brought | null> {
  const file = openSync(wanted.into, 'wx', 0o600);
  const getting = createGetting(wanted, {
    say: (word) => link?.say('say', wanted.machine, word, { isToAll: true }),
    write: (bytes) => void writeSync(file, bytes),
    came,
  });
  const { again: up, heard, failed: bug } = getting;
  const link = await visitBell(world, folder, [`log/${wanted.machine}`], { up, heard, bug });
  try {
    return link === null ? null : await getting.done;
  } finally {
    getting.end();
    closeSync(file);
    await link?.end();
  }
}

export interface GettingTerms {
  say(word: WantWord): void;
  /** The next bytes. */
  write(bytes: Buffer): void;
  came(bytes: number): void;
}

export function createGetting({ sha256, size, machine }: Omit<WantedFile, 'into'>, { say, write, came }: GettingTerms) {
  const hash = createHash('sha256');
  const want = randomBytes(16).toString('hex');
  let [at, until, turn, heardAtMs] = [0, 0, 0, performance.now()];
  let ended: (how: Brought) => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const done = new Promise<Brought>((resolve, reject) => {
    [ended, failed] = [resolve, reject];
  });
  const ask = () => {
    until = Math.min(size, at + AHEAD_BYTES);
    say({ want, turn, sha256, at, until });
  };
  /** From what is missing on: what is under way counts no more. */
  const again = () => {
    turn += 1;
    ask();
  };
  const take = (word: Extract<PieceWord, { base64: string }>) => {
    // One before it was lost.
    if (word.at > at) return again();
    const bytes = Buffer.from(word.base64, 'base64');
    if (word.at < at || bytes.length === 0 || at + bytes.length > size) return;
    write(bytes);
    hash.update(bytes);
    at += bytes.length;
    came(at);
    if (at === size) ended(hash.digest('hex') === sha256 ? 'whole' : 'other');
    else if (until < size && until - at <= AHEAD_BYTES / 2) ask();
  };
  const timer = setInterval(() => {
    const silentMs = performance.now() - heardAtMs;
    if (silentMs > (at === 0 ? FIRST_MS : LATER_MS)) ended('silent');
    else if (silentMs > AGAIN_MS) again();
  }, AGAIN_MS);
  return {
    /** It is connected, or was connected again. */
    again,
    heard({ kind, machine: by, value }: Heard): void {
      const word = kind === 'log' && by === machine ? parsePiece(value) : null;
      if (word === null || word.want !== want) return;
      heardAtMs = performance.now();
      if ('base64' in word && word.turn === turn) take(word);
      // One that is busy is asked again.
      else if ('none' in word && word.none !== 'busy') ended(word.none);
    },
    failed: (error: unknown) => failed(error),
    done,
    end: () => clearInterval(timer),
  };
}
