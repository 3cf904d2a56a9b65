// B9: the words by which a file comes over the bell, between one who gets it and one who says it, with a wire between them that loses some.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FileGetter } from '../../../src/features/bell/operations/file-getter.ts';
import { FileGiver } from '../../../src/features/bell/operations/file-giver.ts';
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
const GETTER = 7;
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
  const giver = new FileGiver({
    find: find ?? (async () => ({ path })),
    say(machine, word) {
      expect(machine).toBe(GETTER);
      heard.by(word);
      return lengthOf(word);
    },
  });
  const streams = { wanted: (word: unknown) => giver.wanted(GETTER, word), end: () => giver.end() };
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
  await tick(100);
  for (let step = 0; step < 20; step += 1) {
    for (let id = 1; id <= 4; id += 1) streams.wanted(want(4 * step * PIECE_BYTES, 99e9, { id: String(id), turn: step }));
    for (const id of ['5', '6']) if (step === 0) streams.wanted(want(0, 99e9, { id }));
    await tick(500);
  }
  const bytes = said.reduce((sum, word) => sum + lengthOf(word), 0);
  expect(bytes / 10).toBeLessThan(1.05 * 1024 ** 2);
  expect(bytes / 10).toBeGreaterThan(0.95 * 1024 ** 2);
  const each = new Map<string, number>();
  for (const word of said) if ('base64' in word) each.set(word.want, (each.get(word.want) ?? 0) + 1);
  expect(said.filter((word) => 'none' in word && word.none === 'busy')).toHaveLength(2);
  expect(each.size).toBe(4);
  expect(Math.max(...each.values()) - Math.min(...each.values())).toBeLessThanOrEqual(2);
  streams.end();
});

test('B9.2 nobody has more said ahead than 16 pieces, whatever they ask for', async () => {
  const { streams, placesOf, tick } = saying(100 * PIECE_BYTES);
  streams.wanted(want(0, Number.MAX_SAFE_INTEGER));
  await tick(20_000);
  expect(placesOf()).toHaveLength(16);
  streams.end();
});

test('B9.1, B9.2 a file is looked for once a turn, and again while it is given: a right may end', async () => {
  let found: HeldFile = { path: join(root, 'first') };
  writeFileSync(join(root, 'first'), randomBytes(40 * PIECE_BYTES));
  let looks = 0;
  const { streams, placesOf, tick } = saying(1, async () => {
    looks += 1;
    return found;
  });
  for (let id = 1; id <= 40; id += 1) streams.wanted(want(0, PIECE_BYTES, { id: String(id) }));
  await tick(50);
  expect(looks).toBe(1);
  await tick(1_000);
  expect([looks, placesOf().filter((it) => it === 0)]).toEqual([4, [0, 0, 0, 0]]);
  await tick(12_000);
  found = { none: 'not allowed' };
  streams.wanted(want(PIECE_BYTES, 2 * PIECE_BYTES, { id: '1', turn: 2 }));
  await tick(1_000);
  expect(placesOf().at(-1)).toBe('not allowed');
  expect(placesOf()).not.toContain(1);
  streams.end();
});

test('B9.1 a file that is shorter than its result says is gone', async () => {
  const { streams, placesOf, tick } = saying(PIECE_BYTES);
  streams.wanted(want(2 * PIECE_BYTES, 3 * PIECE_BYTES));
  await tick(1_000);
  expect(placesOf()).toEqual(['gone']);
  streams.end();
});

test('B9.2 who has what was asked for, and asks for no more, keeps nobody else waiting', async () => {
  const { streams, placesOf, tick } = saying(5 * PIECE_BYTES);
  for (let id = 1; id <= 4; id += 1) streams.wanted(want(0, 0, { id: String(id) }));
  const fifth = want(0, PIECE_BYTES, { id: '5' });
  await tick(4_000);
  streams.wanted(fifth);
  expect(placesOf()).toEqual(['busy']);
  // Who asks for nothing makes room for who does, after some seconds.
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
async function gotten(bytes: number, isLost: () => boolean, { sha256, lateMs = 0 }: { sha256?: string; lateMs?: number } = {}) {
  const { content, heard, streams, tick } = saying(bytes);
  const parts: Buffer[] = [];
  let [words, pieces, lineMs] = [0, 0, 0];
  const getting = new FileGetter(
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
    pieces += 1;
    const value = JSON.parse(JSON.stringify(word));
    const tell = () => getting.heard(2, value);
    if (isLost()) return;
    // One after the other, as a line does.
    lineMs = Math.max(lineMs, performance.now()) + lateMs;
    setTimeout(tell, lineMs - performance.now());
  };
  getting.up();
  let how: string | null = null;
  void getting.done.then((it) => {
    how = it;
  });
  for (let steps = 0; how === null && steps < 40_000; steps += 1) await tick();
  getting.end();
  streams.end();
  return { how, isSame: Buffer.concat(parts).equals(content), words, pieces };
}

test('B9.3 a file of many pieces comes whole, with few words where none is lost', async () => {
  const { how, isSame, words } = await gotten(60 * PIECE_BYTES + 17, () => false);
  expect([how, isSame]).toEqual(['whole', true]);
  expect(words).toBeLessThan(12);
});

test('B9.3 it comes whole where every tenth word is lost', async () => {
  let count = 0;
  const { how, isSame } = await gotten(40 * PIECE_BYTES + 1, () => {
    count += 1;
    return count % 10 === 0;
  });
  expect([how, isSame]).toEqual(['whole', true]);
});

test('B9.3 over a line that takes six seconds for a piece it comes whole, and little of it twice', async () => {
  const { how, isSame, pieces } = await gotten(30 * PIECE_BYTES, () => false, { lateMs: 6_000 });
  expect([how, isSame]).toEqual(['whole', true]);
  expect(pieces).toBeLessThan(60);
});

test('B9.4 what is not what the result names does not count, nor does an empty one', async () => {
  expect((await gotten(3 * PIECE_BYTES, () => false, { sha256: SHA })).how).toBe('other');
  expect((await gotten(0, () => true)).how).toBe('whole');
  expect((await gotten(0, () => true, { sha256: SHA })).how).toBe('other');
});

test('B9.4 who says nothing is waited for 12 s, where some of it is here 150 s', async () => {
  const tookMs = async (isLost: () => boolean) => {
    const from = performance.now();
    expect((await gotten(30 * PIECE_BYTES, isLost)).how).toBe('silent');
    return performance.now() - from;
  };
  expect(await tookMs(() => true)).toBeLessThan(13_500);
  let words = 0;
  const later = await tookMs(() => {
    words += 1;
    return words > 6;
  });
  expect(later).toBeGreaterThan(149_000);
  expect(later).toBeLessThan(155_000);
});

test('B9.1 a machine on which too much is open says that it is busy, and gives the file once it can look', async () => {
  let isShort = true;
  const path = join(root, 'short');
  writeFileSync(path, 'content');
  const { said, streams, tick } = saying(1, async () => {
    if (isShort) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    return { path };
  });
  streams.wanted(want(0, 7));
  await tick();
  expect(said).toEqual([{ want: '1'.padStart(32, '0'), none: 'busy' }]);
  isShort = false;
  streams.wanted(want(0, 7, { turn: 2 }));
  await tick(200);
  expect(said[1]).toMatchObject({ at: 0, base64: Buffer.from('content').toString('base64') });
  streams.end();
});
