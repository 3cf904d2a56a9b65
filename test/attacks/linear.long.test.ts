// Texts that make a scanner look at the same characters again and again: every parser takes about as long a byte of the worst that was found as of
// any other text. Judged by growth, and by the processor's time: a busy computer is slow, not quadratic.
import { expect, test } from 'vitest';
import { plainText, redact } from '../../src/core/base/redact.ts';
import { basisOf } from '../../src/documents/board/status.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { parseClaim } from '../../src/documents/machine/claim-message.ts';
import { parseMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { parseResultsPage } from '../../src/documents/machine/results-pages.ts';
import { parseRunHistory } from '../../src/documents/machine/run-history.ts';
import { trailersOf } from '../../src/documents/machine/trailers.ts';
import { parseMessageHistory } from '../../src/documents/messages/message-history.ts';
import { parseMessageLog } from '../../src/documents/messages/message-log.ts';
import { parsePeopleLog } from '../../src/documents/messages/people-log.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { visibleText } from '../../src/documents/text/escape-text.ts';
import { parseBell } from '../../src/features/bell/documents/bell-document.ts';
import { parseHandOffs } from '../../src/features/handoff/documents/hand-offs.ts';
import { parseSpec } from '../../src/features/plan/documents/spec.ts';
import { settingsWhichRun } from '../../src/features/workspaces/adapters/phase-keep.ts';
import { withoutCredentials } from '../../src/system/git/without-credentials.ts';

const KB = 1024;
const AT = '2026-11-20T22:00:00.000Z';
/** 64 KB to 1 MB: 16 times the text. Quadratic would be 256 times the time. */
const SIZES = [64, 256, 1024].map((size) => size * KB - 100) as [number, number, number];
const GROWTH_MAX = 64;
/** Below it the clock and the collector of garbage are all that is measured: a quadratic scan of 1 MB takes a thousand times as long. */
const NOTHING_MS = 120;

interface Worst {
  /** Before, again and again, and after. */
  readonly text: readonly [before: string, again: string, after: string];
}
const of = (before: string, again: string, after = ''): Worst => ({ text: [before, again, after] });

const PARSERS: Readonly<Record<string, { readonly parse: (text: string) => unknown; readonly worst: readonly Worst[] }>> = {
  "people's log": {
    parse: (text) => parsePeopleLog(text, 'messages/0_TO_1.md'),
    worst: [
      of('', '<!--'),
      of('', '<!-- -->'),
      of('', '-->'),
      of('x <!--', '\n'),
      of('## ', ' · '),
      of('', '## a\n'),
      of('', ' ', 'x'),
    ],
  },
  '.git/config of a run': { parse: settingsWhichRun, worst: [of('', '\n', 'x'), of('', ' ', 'x'), of('', 'pager\n')] },
  'message log': {
    parse: (text) => parseMessageLog(text, 'messages/2_TO_1.md'),
    worst: [
      of('', `## 1 · ${AT} · normal\n`),
      of(`## 1 · ${AT} · normal\n`, '\n', 'x'),
      of(`## 1 · ${AT} · normal\n`, '\\## 1 · \n'),
    ],
  },
  'message history': { parse: parseMessageHistory, worst: [of('', `## to 2 · 1 · ${AT} · normal\n`), of('', '## to 2 · ')] },
  'run history': { parse: parseRunHistory, worst: [of('', '{\n'), of('', '## x\n'), of('', '{}\n')] },
  'hand-offs': {
    parse: (text) => parseHandOffs(text, 'handoffs/2.md'),
    worst: [of('## ', ' · '), of('', `## ${AT} · a\n`), of(`## ${AT} · a\n`, '\n', 'x'), of(`## ${AT} · a\n`, '\\### Open\n')],
  },
  spec: {
    parse: (text) => parseSpec(text, 'specs/a.md'),
    worst: [
      of('## Tasks\n', '- [ ] a\n'),
      of('## Tasks\n- [ ] ', '*'),
      of('', '<!--'),
      of('', '<!-- -->'),
      of('# ', '#', 'x'),
      of('---\n', 'a: b\n'),
    ],
  },
  'ORDERS.json': {
    parse: parseOrders,
    worst: [
      of('{"orders":[', 'null,'),
      of('{"orders":[', '{"id":"a"},'),
      of('', '/*'),
      of('', '"\n'),
      of('{"orders":[', '“a“,'),
      of('', '['),
    ],
  },
  'bell.json': { parse: parseBell, worst: [of('', '['), of('{"old":[', '{},'), of('', '\ufeff'), of('{"address":"', 'a.')] },
  'fleet.yaml': {
    parse: parseFleet,
    worst: [of('name: ', '"'), of('', '\n'), of('', '- - '), of('', '? '), of('', '#'), of('a: ', '{a: ')],
  },
  'COMPUTER_N.md': {
    parse: (text) => parseMachineDocument(text, 'COMPUTER_2.md'),
    worst: [
      of('---\n', 'a: b\n'),
      of('---\na: 1\n---\n', '<!-- notes -->'),
      of('---\n', '- '),
      of('---', ' '),
      of('---\n', '\n'),
      of('---\n', '\n', '\n---\n'),
      of('---\n', '#\n', '---\n'),
      of('---\n', '\n--'),
      of('---\n---\n', '\n---\n'),
      of('---\na: 1\n---\n', '<details><summary>For programs</summary>\n\n```yaml\n'),
      of('---\na: 1\n---\n<details><summary>For programs</summary>\n\n```yaml\n', '``\n'),
      of('---\na: 1\n---\n', '<details><summary>For programs</summary>\n\n```yaml\na: 1\n```\n'),
    ],
  },
  'results/N.json': {
    parse: (text) => parseResults(text, 'results/2.json'),
    worst: [of('{"ended":[', '{"order":"a"},', 'null]}'), of('', '[')],
  },
  'results/N-k.json': { parse: (text) => parseResultsPage(text, 'results/2-1.json'), worst: [of('{"older":[', '{},', 'null]}')] },
  'STATUS.json': { parse: basisOf, worst: [of('{"sources":"', '\\'), of('', '{"a":')] },
  claim: {
    parse: (message) => parseClaim('job/1.1', { commit: 'c', message }),
    worst: [of('', '\nCoord-Machine: 1'), of('', '\n'), of('x', '\nCoord-Machine: 1\nCoord-Instance: a\nCoord-Nonce: b')],
  },
  trailers: {
    parse: trailersOf,
    worst: [of('', '\n\t'), of('', '\t\n', 'x'), of('x\n\n', 'Coord-Machine: 1'), of('', '\n', 'x')],
  },
  'output that is published': {
    parse: (text) => redact(plainText(text), ['a secret of mine']),
    worst: [
      of('', '\u001b['),
      of('', '-----BEGIN '),
      of('', '-----BEGIN A PRIVATE KEY-----'),
      of('', '://a:'),
      of('', 'eyJaaaaa.'),
      of('', 'token'),
      of('', 'sk-'),
    ],
  },
  'addresses without passwords': {
    parse: withoutCredentials,
    worst: [of('', 'a'), of('', 'a://'), of('a://', 'b'), of('a://', 'b@', ' '), of('', 'a.b-c+'), of('a://', '@')],
  },
  'text for a screen': { parse: visibleText, worst: [of('', '\u202e'), of('', '\ud800'), of('é', '\r')] },
};

const CASES = Object.entries(PARSERS).flatMap(([name, { parse, worst }]) =>
  worst.map(({ text }): [string, (text: string) => unknown, Worst['text']] => [
    `${name}: ${JSON.stringify(text.join('…')).slice(0, 60)}`,
    parse,
    text,
  ]),
);

test.each(CASES)('D8 linear: %s', (_, parse, [before, again, after]) => {
  const textOf = (bytes: number) =>
    before + again.repeat((bytes - before.length - after.length) / Buffer.byteLength(again)) + after;
  // What is compiled on the way must not count as the price of the small one.
  tookMs(parse, textOf(SIZES[0]), 1);
  for (const [bytes, growthMax] of [
    [SIZES[1], GROWTH_MAX / 2],
    [SIZES[2], GROWTH_MAX],
  ] as const) {
    // Beside as much text in small ones: what a busy computer and the collector of garbage take is taken from both.
    const growth = () => {
      const ms = tookMs(parse, textOf(bytes), 1);
      const isOurs = ms > NOTHING_MS && ms - tookMs(platform, textOf(bytes), 1) > NOTHING_MS;
      return isOurs ? ms / Math.max(1, tookMs(parse, textOf(SIZES[0]), Math.round(bytes / SIZES[0]))) : 0;
    };
    let least = growth();
    for (let tries = 1; tries < 5 && least >= growthMax; tries += 1) least = Math.min(least, growth());
    expect(least).toBeLessThan(growthMax);
  }
});

/** Of one of these times, in milliseconds of the processor. New memory costs the system's time, and a text that is large each time anew. */
function tookMs(parse: (text: string) => unknown, text: string, times: number): number {
  const began = process.cpuUsage();
  for (let time = 0; time < times; time += 1) parse(text);
  return process.cpuUsage(began).user / 1000 / times;
}

/** What all parsers of JSON begin with: a million brackets make it take a hundred megabytes. */
function platform(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // Most of these texts are none.
  }
}
