// A log as somebody follows it: no faster than they take it, no more than they want, until the run is over or they are gone.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FollowedLog, followLog } from '../../src/operations/orders/run-log.ts';

let root: string;
let isOver: boolean;
let log: FollowedLog;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-follow-'));
  isOver = false;
  log = { path: join(root, 'output.log'), isOver: () => isOver };
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Takes one piece each time it is told to. */
function slowReader() {
  const taken: string[] = [];
  let goOn = () => {};
  let heard = () => {};
  const write = (text: string) => {
    taken.push(text);
    heard();
    return new Promise<void>((resolve) => {
      goOn = resolve;
    });
  };
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
      goOn();
    });
  return { taken, write, next, goOn: () => goOn() };
}

test('nothing is read before what was read is taken', async () => {
  writeFileSync(log.path, 'a'.repeat(200_000));
  isOver = true;
  const reader = slowReader();
  const following = followLog(log, { follow: true, write: reader.write });
  expect(reader.taken.map(({ length }) => length)).toEqual([65_536]);
  // What comes while somebody is slow is read when they go on, not into memory.
  appendFileSync(log.path, 'b');
  await reader.next();
  expect(reader.taken).toHaveLength(2);
  await reader.next();
  await reader.next();
  reader.goOn();
  await following;
  expect(reader.taken.join('')).toBe(`${'a'.repeat(200_000)}b`);
});

test('of a longer log the end, marked as cut; letters that stand on two chunks are whole', async () => {
  writeFileSync(log.path, `begin${'✓'.repeat(30_000)}`);
  isOver = true;
  const told: [string, boolean][] = [];
  await followLog(log, { follow: true, bytesMax: 90_000, write: (text, isCut) => void told.push([text, isCut]) });
  expect(told.map(([, isCut]) => isCut)).toEqual([true, false]);
  expect(told.map(([text]) => text).join('')).toBe('✓'.repeat(30_000));
});

test('who is gone ends it, while it waits for more and while it waits for them', async () => {
  writeFileSync(log.path, 'x');
  const gone = new AbortController();
  const reader = slowReader();
  const following = followLog(log, { follow: true, signal: gone.signal, write: reader.write });
  gone.abort();
  reader.goOn();
  await following;
  const idle = new AbortController();
  const waiting = followLog(log, { follow: true, signal: idle.signal, write: () => void setImmediate(() => idle.abort()) });
  await waiting;
  expect(reader.taken).toEqual(['x']);
});
