// B9: the words by which a file comes over the bell, between one who gets it and one who says it, with a wire between them that loses some.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGetting } from '../../../src/features/bell/operations/bring-file.ts';
import { createFileStreams } from '../../../src/features/bell/operations/file-streams.ts';
import {
  PIECE_BYTES,
  type PieceWord,
  parsePiece,
  parseWant,
  type WantWord,
} from '../../../src/features/bell/rules/file-words.ts';
import { FRAME_BYTES_MAX, sealFrame, senderOf } from '../../../src/features/bell/system/frame.ts';
import type { HeldFile } from '../../../src/operations/feature.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-bell-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SHA = 'a'.repeat(64);
const want = (at: number, until: number, { id = '1', turn = 1 } = {}): WantWord => ({
  ...{ want: id.padStart(32, '0'), turn, sha256: SHA, at, until },
});
const lengthOf = (word: PieceWord) => JSON.stringify(word).length;

let files = 0;
/** One that says a file of so many bytes. */
function saying(bytes: number, find?: () => Promise<HeldFile>) {
  files += 1;
  const path = join(root, String(files));
  const content = randomBytes(bytes);
  writeFileSync(path, content);
  const said: PieceWord[] = [];
  const heard = { by: (word: PieceWord) => void said.push(word) };
  const streams = createFileStreams({
    find: find ?? (async () => ({ path })),
    say(word) {
      heard.by(word);
      return lengthOf(word);
    },
  });
  const placesOf = () => said.map((word) => ('at' in word ? word.at / PIECE_BYTES : word.none));
  return { content, said, heard, streams, placesOf, tick: (ms = 50) => vi.advanceTimersByTimeAsync(ms) };
}

test('B9.2 the largest piece fits a frame, whatever its bytes, and comes out as it went in', () => {
  const key = { keyId: '01020304', key: randomBytes(32).toString('base64') };
  const word: PieceWord = {
    want: 'f'.repeat(32),
    turn: 1_000_000,
    at: Number.MAX_SAFE_INTEGER,
    base64: randomBytes(PIECE_BYTES).toString('base64'),
  };
  const from = { sender: senderOf(9999, 0), epoch: 'f'.repeat(16) };
  expect(sealFrame(key, from, 1n, 'x'.repeat(60), word)?.length).toBeLessThanOrEqual(FRAME_BYTES_MAX);
  expect(parsePiece(JSON.parse(JSON.stringify(word)))).toEqual(word);
  expect(parsePiece({ want: word.want, none: 'gone' })).toEqual({ want: word.want, none: 'gone' });
});

test('B9 what is no word is none', () => {
  const good = want(0, 1);
  expect(parseWant(good)).toEqual(good);
  for (const bad of [{ want: 'x' }, { sha256: '../../etc/passwd' }, { at: -1 }, { until: 1.5 }, { at: '0' }])
    expect(parseWant({ ...good, ...bad }), JSON.stringify(bad)).toBeNull();
  for (const bad of [null, 1, [], { want: good.want }, { want: good.want, turn: 1, at: 0 }, { want: good.want, none: 'else' }])
    expect(parsePiece(bad), JSON.stringify(bad)).toBeNull();
});

test('B9.2 nothing is said beyond what was asked for, and the same word with more lets it go on', async () => {
  const { streams, placesOf, tick } = saying(5 * PIECE_BYTES);
  streams.wanted(want(0, 2 * PIECE_BYTES));
  await tick(1_000);
  expect(placesOf()).toEqual([0, 1]);
  streams.wanted(want(0, 4 * PIECE_BYTES));
  await tick(1_000);
  expect(placesOf()).toEqual([0, 1, 2, 3]);
  // Somebody who lost one begins anew from there.
  streams.wanted(want(PIECE_BYTES, 2 * PIECE_BYTES, { turn: 2 }));
  await tick(1_000);
  expect(placesOf()).toEqual([0, 1, 2, 3, 1]);
  streams.end();
});

test('B9.2 a mebibyte a second at most, of all files together, and of four at once', async () => {
  const { streams, said, tick } = saying(100 * PIECE_BYTES);
  for (let id = 1; id <= 6; id += 1) streams.wanted(want(0, 100 * PIECE_BYTES, { id: String(id) }));
  await tick(10_000);
  const bytes = said.reduce((sum, word) => sum + lengthOf(word), 0);
  expect(bytes / 10).toBeLessThan(1.05 * 1024 ** 2);
  expect(bytes / 10).toBeGreaterThan(0.95 * 1024 ** 2);
  const each = new Map<string, number>();
  for (const word of said) if ('base64' in word) each.set(word.want, (each.get(word.want) ?? 0) + 1);
  expect(said.filter((word) => 'none' in word && word.none === 'busy')).toHaveLength(2);
  expect(each.size).toBe(4);
  expect(Math.max(...each.values()) - Math.min(...each.values())).toBeLessThanOrEqual(1);
  streams.end();
});

test('B9.2 who says nothing more for half a minute is forgotten, and the next one is heard', async () => {
  const { streams, placesOf, tick } = saying(5 * PIECE_BYTES);
  for (let id = 1; id <= 4; id += 1) streams.wanted(want(0, 0, { id: String(id) }));
  const fifth = want(0, PIECE_BYTES, { id: '5' });
  streams.wanted(fifth);
  await tick(29_000);
  expect(placesOf()).toEqual(['busy']);
  await tick(2_000);
  streams.wanted(fifth);
  await tick(1_000);
  expect(placesOf()).toEqual(['busy', 0]);
  streams.end();
});

test('B9.1 a file that is gone, is not to be had, or cannot be opened, is said to be', async () => {
  const cases: readonly (readonly [HeldFile, string])[] = [
    [{ none: 'gone' }, 'gone'],
    [{ none: 'not allowed' }, 'not allowed'],
    [{ path: join(root, 'nothing-is-here') }, 'gone'],
  ];
  for (const [found, none] of cases) {
    const { streams, placesOf, tick } = saying(1, async () => found);
    streams.wanted(want(0, 1));
    await tick();
    expect(placesOf()).toEqual([none]);
    streams.end();
  }
});

test('B9.2 who has all of a file makes room for the next one at once', async () => {
  const { streams, placesOf, tick } = saying(PIECE_BYTES + 1);
  for (let id = 1; id <= 9; id += 1) {
    streams.wanted(want(0, PIECE_BYTES + 1, { id: String(id) }));
    await tick(500);
  }
  expect(placesOf().filter((it) => it === 1)).toHaveLength(9);
  streams.end();
});

/** Over a wire that loses each word by this chance. */
async function gotten(bytes: number, isLost: () => boolean, sha256?: string) {
  const { content, heard, streams, tick } = saying(bytes);
  const parts: Buffer[] = [];
  let words = 0;
  const getting = createGetting(
    { machine: 2, size: bytes, sha256: sha256 ?? createHash('sha256').update(content).digest('hex') },
    {
      say(word) {
        words += 1;
        if (!isLost()) streams.wanted(JSON.parse(JSON.stringify(word)));
      },
      write: (part) => void parts.push(Buffer.from(part)),
      came: () => {},
    },
  );
  heard.by = (word) => {
    const value = JSON.parse(JSON.stringify(word));
    if (!isLost()) getting.heard({ kind: 'log', machine: 2, value });
  };
  getting.again();
  let how: string | null = null;
  void getting.done.then((it) => {
    how = it;
  });
  for (let steps = 0; how === null && steps < 40_000; steps += 1) await tick();
  getting.end();
  streams.end();
  return { how, isSame: Buffer.concat(parts).equals(content), words };
}

test('B9.2 a file of many pieces comes whole, with few words where none is lost', async () => {
  const { how, isSame, words } = await gotten(60 * PIECE_BYTES + 17, () => false);
  expect([how, isSame]).toEqual(['whole', true]);
  expect(words).toBeLessThan(12);
});

test('B9.2 it comes whole where every tenth word is lost', async () => {
  let count = 0;
  const { how, isSame } = await gotten(40 * PIECE_BYTES + 1, () => {
    count += 1;
    return count % 10 === 0;
  });
  expect([how, isSame]).toEqual(['whole', true]);
});

test('B9.3 what is not what the result names does not count, and who says nothing is waited for 12 s', async () => {
  expect((await gotten(3 * PIECE_BYTES, () => false, SHA)).how).toBe('other');
  const from = performance.now();
  expect((await gotten(3 * PIECE_BYTES, () => true)).how).toBe('silent');
  expect(performance.now() - from).toBeLessThan(20_000);
});
