// coord search over documents as a sync leaves them: what is found, what never is, and how long it takes in a fleet that is a year old.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderRun } from '../../src/documents/machine/run-history.ts';
import { appendMessageHistory } from '../../src/documents/messages/message-history.ts';
import { renderMessageLog } from '../../src/documents/messages/message-log.ts';
import { search } from '../../src/operations/search/search.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { ended } from '../core/samples.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-search-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a feature hands in. */
const NOTE = { kind: 'hand-off', id: 'web', machine: 1, at: null, title: 'web', text: 'Token refresh works.' } as const;
const world = { features: async () => [{ name: 'none' }, { name: 'notes', searchable: async () => [NOTE] }] } as unknown as World;
const find = async (words: string, limit = 20) => await search(world, fleetFolderAt(root), words, limit);
const named = async (words: string) => (await find(words)).hits.map(({ kind, id }) => `${kind} ${id}`);

function put(path: string, text: string): void {
  const place = join(root, 'coordination', path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}

const message = (number: number, body: string) => ({ number, at: '2026-10-02T10:00:00.000Z', priority: 'normal', body }) as const;

function putFleet(): void {
  put(
    'ORDERS.json',
    '{ "orders": [\n  // by hand\n  { "id": "build-web", "title": "Grüße an alle", "run": "npm run build", "after": ["deps"] },\n  { "id": "deps", "run": "npm ci" }\n] }\n',
  );
  const [done, failed] = [
    ended('build-web', { tail: 'built 12 pages' }),
    ended('deps', { state: 'FAILED', reason: 'no space left' }),
  ];
  put('results/2.json', `{\n "machine": 2, "ended": [\n  ${JSON.stringify(done)},\n  ${JSON.stringify(failed)}\n ]\n}\n`);
  put('history/2/2026-10.jsonl', renderRun(ended('migrate', { tail: 'the Timeout was 30 s', outputs: { version: 'v7beta' } })));
  put('messages/1_TO_2.md', renderMessageLog(1, '2', [message(3, 'Port 4000 is mine\n\n## not a heading'), message(4, 'bye')]));
  put('messages/0_TO_1.md', '## Is the router up?\n\nThe green one.\n');
  put(
    'history/1/messages-2026-10.2.md',
    appendMessageHistory(1, new Map(), [{ ...message(1, 'the migration timeout'), reader: '2' }]).get('2026-10') ?? '',
  );
}

test('orders, runs, their output and outputs, messages, people’s words: by all words, whatever the case', async () => {
  putFleet();
  expect(await named('BUILD web')).toEqual(['order build-web', 'run build-web']);
  expect(await named('GRÜSSE')).toEqual([]);
  expect(await named('grüße')).toEqual(['order build-web']);
  expect(await named('GRÜßE an')).toEqual(['order build-web']);
  expect((await named('timeout')).sort()).toEqual(['message 1→2 #1', 'run migrate']);
  expect(await named('timeout migration')).toEqual(['message 1→2 #1']);
  expect(await named('v7beta')).toEqual(['run migrate']);
  expect(await named('no space')).toEqual(['run deps']);
  expect(await named('4000 heading')).toEqual(['message 1→2 #3']);
  expect(await named('green router')).toEqual(['message 0→1']);
  expect(await named('refresh')).toEqual(['hand-off web']);
  expect(await named('nothingofthat')).toEqual([]);
});

test('what is found says when and where, with the place in its text', async () => {
  putFleet();
  put('history/2/2026-09.jsonl', renderRun(ended('long', { tail: `${'word '.repeat(100)}needle ${'word '.repeat(100)}` })));
  const [hit] = (await find('needle')).hits;
  expect(hit).toMatchObject({ kind: 'run', id: 'long', machine: 2, at: '2026-11-20T22:00:00.000Z', title: 'COMPLETED' });
  expect(hit?.excerpt).toMatch(/^….*needle.*…$/);
  expect(hit?.excerpt.length).toBeLessThan(170);
});

test('M3 each entry of people’s words is found, also where none has a number', async () => {
  put('messages/0_TO_2.md', '## The router\n\nis up.\n\n## Router again\n\nis down.\n\n## Where\n\nis the router?\n');
  const { hits, more } = await find('router');
  expect(hits.map(({ excerpt }) => excerpt).sort()).toEqual([
    'Router again is down.',
    'The router is up.',
    'Where is the router?',
  ]);
  expect(more).toBe(false);
});

test('what has the word only inside another one takes no room from what begins with it', async () => {
  const started = Array.from({ length: 600 }, (_, at) => renderRun(ended(`o${at}`, { tail: 'it started' })));
  put('history/1/2026-10.m1.jsonl', started.join(''));
  put('history/1/2026-09.m1.jsonl', renderRun(ended('old', { tail: 'art is long' })));
  expect(await find('art')).toMatchObject({ hits: [{ id: 'old' }], more: false });
});

test('a word begins behind a line end, an escape, a mark or a sign, and not behind a letter of any script', async () => {
  const tails = {
    line: 'so\nart',
    tab: 'a\tART',
    bell: '\u0007art',
    quote: '“art',
    sign: '_art-',
    script: 'äart',
    mark: 'e\u0301art',
    digit: '1art',
  };
  const runs = Object.entries(tails).map(([id, tail]) => renderRun(ended(id, { tail })));
  put('history/1/2026-10.m1.jsonl', runs.join(''));
  expect((await find('art')).hits.map(({ id }) => id).sort()).toEqual(['bell', 'line', 'quote', 'sign', 'tab']);
});

test.each(['.*', '', '()[]{}\\', '🙂'])('a search for %j is refused: there is no word in it', async (words) => {
  putFleet();
  await expect(find(words)).rejects.toThrow(/expected a word to look for/);
});

test('a pattern is no pattern, and a search for 1 MB of text is refused at once', async () => {
  putFleet();
  expect(await named('b.*ld')).toEqual([]);
  expect(await named('(build')).toEqual(['order build-web', 'run build-web']);
  await expect(find('a'.repeat(1_048_576))).rejects.toThrow(/at most 1000 characters/);
});

test('each word counts, and more than can be looked for are refused', async () => {
  putFleet();
  const often = Array.from({ length: 30 }, (_, at) => 'build'.slice(0, 1 + (at % 5))).join(' ');
  expect(await named(`${often} web`)).toEqual(await named('build web'));
  const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ');
  await expect(find(words(51))).rejects.toThrow('expected at most 50 words to look for, found 51');
  expect((await find(words(50))).hits).toEqual([]);
});

test('damaged lines, pipes, links and huge files stop nothing and lead nowhere', async () => {
  putFleet();
  put(
    'history/3/2026-11.jsonl',
    `{"order":"secret-word"\nsecret-word\n${'['.repeat(100_000)}secret-word\n{"order":7,"state":"secret-word"}\n`,
  );
  put('history/4/2026-11.jsonl', `${'x'.repeat(3_000_000)} secret-word`);
  put('outside.jsonl', renderRun(ended('secret-word')));
  mkdirSync(join(root, 'coordination/history/6'));
  execFileSync('mkfifo', [join(root, 'coordination/history/6/2026-11.jsonl')]);
  symlinkSync(join(root, 'coordination'), join(root, 'coordination/history/5'));
  put('ORDERS.json', '{ "orders": [ { "id": "secret-word"');
  expect(await named('secret-word')).toEqual([]);
  expect(await named('migrate')).toEqual(['run migrate']);
});

test('a text that is full of headings, or of a word inside another one, costs no more than its length', async () => {
  put('messages/2_TO_1.md', renderMessageLog(2, '1', [message(1, '## word\n'.repeat(120_000))]));
  put('messages/0_TO_1.md', '## word\n'.repeat(120_000));
  for (let machine = 1; machine < 9; machine += 1) put(`history/${machine}/2026-10.jsonl`, `{"b${'a'.repeat(1_000_000)}"}\n`);
  const from = performance.now();
  await find('word');
  await find('a'.repeat(1_000));
  // 100 ms here; looked through anew for each of its lines it takes minutes.
  expect(performance.now() - from).toBeLessThan(10_000);
});

test.each([
  ['history/2/2026-09.jsonl', 'history/1/2026-10.jsonl'],
  ['history/2/2026-09.m2.jsonl', 'history/1/2026-10.m1.jsonl'],
  ['history/2/2026-10.m2.jsonl', 'history/1/2026-10.2.m1.jsonl'],
  ['history/2/2026-10.9.jsonl', 'history/1/2026-10.10.m1.jsonl'],
])('a word that stands everywhere: the newest are compared, and it says that there are more: %s, %s', async (old, latest) => {
  const lines = Array.from({ length: 3_000 }, (_, at) =>
    renderRun(ended(`o${at}`, { tail: 'everywhere', finishedAt: `2026-09-02T10:${at % 60}:00.000Z` })),
  );
  put(old, lines.join(''));
  put(latest, renderRun(ended('newest', { tail: 'everywhere' })));
  const { hits, more } = await find('everywhere', 500);
  expect(more).toBe(true);
  expect(hits.map(({ id }) => id)).toEqual(expect.arrayContaining(['newest', 'o2999']));
  expect(hits.map(({ id }) => id)).not.toContain('o1');
  expect((await find('newest')).more).toBe(false);
});

test('a year of ten machines, 60 MB: found in a moment', async () => {
  const tail = 'compiled the module and linked it with the others; nothing of note was said\n'.repeat(9);
  for (let machine = 1; machine <= 10; machine += 1)
    for (let month = 1; month <= 12; month += 1) {
      const at = `2026-${String(month).padStart(2, '0')}`;
      const runs = Array.from({ length: 520 }, (_, run) =>
        ended(`order-${machine}-${month}-${run}`, { tail, finishedAt: `${at}-02T10:00:00.000Z` }),
      );
      put(`history/${machine}/${at}.jsonl`, runs.map(renderRun).join(''));
    }
  put('history/7/2026-03.2.jsonl', renderRun(ended('lost', { tail: 'the Zebrafish said so' })));
  const times: number[] = [];
  for (const words of ['zebrafish', 'compiled linked', 'order-3-4-500']) {
    const from = performance.now();
    expect((await find(words)).hits.length, words).toBeGreaterThan(0);
    times.push(performance.now() - from);
  }
  // 130 ms here; a scan that parses all of it takes seconds.
  expect(Math.min(...times)).toBeLessThan(2_000);
  if (process.env.SEARCH_TIMES !== undefined) console.log(times.map(Math.round));
});
