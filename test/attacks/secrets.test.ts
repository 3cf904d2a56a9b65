// Attacks that get a secret published: past what hides it, or in a half that it cannot know.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withoutCutWord } from '../../src/core/base/cut-word.ts';
import { plainText, redact } from '../../src/core/base/redact.ts';
import { observeRuns } from '../../src/core/cycle/observe-runs.ts';
import type { ActiveRun } from '../../src/core/model/ledger/journal.ts';
import { line } from '../../src/features/agents/adapters/listen.ts';
import { readLogEnd } from '../../src/runs/log-end.ts';
import { withoutCredentials } from '../../src/system/git/without-credentials.ts';
import { active, journal } from '../core/samples.ts';
import { exitOf } from '../runs/harness.ts';

// Put together here, so that no scanner takes this file for a leak.
const TOKEN = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
const KNOWN = 'correct/horse & "battery" <staple>';
const clean = (text: string) => redact(plainText(text), [KNOWN]);
/** No six characters of it in a row, which is what a secret has at least. */
const shows = (text: string, secret: string) =>
  Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)).some((part) => text.includes(part));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function published(log: string, outputs: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'log'), log);
  const run: ActiveRun = active('a');
  const sight = { kind: 'ended', exit: exitOf({}), ...readLogEnd(join(folder, 'log')), outputs } as const;
  const [ended] = observeRuns(journal({ active: [run] }), new Map([[run.key, sight]]), clean, '2026-11-20T22:00:00.000Z').ended;
  return { tail: ended?.tail ?? '', outputs: ended?.outputs ?? {} };
}

describe('O9 a secret across the start of what is published of a log is not published in part', () => {
  const at = (secret: string, after: number, fill: string) =>
    `${fill.repeat(3_000)}${secret}${fill.repeat(5_000)}`.slice(0, -after);
  test.each([
    ['a token in one long line', TOKEN, 'x '],
    ['a token in a word without end', TOKEN, '.'],
    ['a known one in one long line', KNOWN, 'x '],
  ])('%s', (_name, secret, fill) => {
    const size = fill.length * 5_000;
    for (let inside = 0; inside <= secret.length; inside += 3) {
      const { tail } = published(at(secret, size - 4096 + inside, fill));
      expect(shows(tail, secret)).toBe(false);
      expect(tail.length).toBeGreaterThan(4_000);
    }
  });

  test('where the end of the log is read from within a line', () => {
    for (const secret of [TOKEN, KNOWN]) {
      // Nothing of these is seen, so that what is read is longer than what is shown of it.
      const unseen = '\x1b[0m'.repeat(20_000);
      for (let inside = 1; inside <= secret.length; inside += 3) {
        const log = `${secret}${unseen}`.slice(0, 64 * 1024 + inside);
        expect(shows(published(log).tail, secret)).toBe(false);
      }
    }
  });

  test('what a progress bar wrote last is shown all the same', () => {
    expect(published(`${Array.from({ length: 20_000 }, (_, at) => `${at} of 20000`).join('\r')} done`).tail).toBe(
      '…\n19999 of 20000 done',
    );
  });
});

test('O7 a secret in the name of an output is not published, and its value keeps a name', () => {
  const { outputs } = published('', { [TOKEN]: 'first', plain: TOKEN, redacted: 'own' });
  expect(outputs).toEqual({ redacted_2: 'first', plain: '[redacted]', redacted: 'own' });
});

test.each([
  ['as it stands', KNOWN],
  ['in a URL', encodeURIComponent(KNOWN)],
  ['in a URL, in small letters', encodeURIComponent(KNOWN).toLowerCase()],
  ['in a URL, more than is needed', 'c%6frrect%2Fhorse%20%26%20%22battery%22%20%3cstaple%3E'],
  ['in a form', encodeURIComponent(KNOWN).replaceAll('%20', '+')],
  ['in JSON', JSON.stringify(KNOWN)],
  ['in JSON, with slashes and signs escaped', '"correct\\/horse \\u0026 \\"battery\\" \\u003Cstaple\\u003e"'],
  ['in HTML', 'correct/horse &amp; &quot;battery&quot; &lt;staple&gt;'],
  ['in HTML, by numbers', 'correct&#47;horse &#38; &#034;battery&#x22; &#x3C;staple&#x3e;'],
  ['in HTML, half of it', 'correct/horse & &quot;battery" &lt;staple>'],
])('a known secret %s is hidden', (_name, text) => {
  const shown = clean(`before ${text} after, and ${text}`);
  expect(shown).toMatch(/^before "?\[redacted\]"? after, and "?\[redacted\]"?$/);
});

test('escapes that mean nothing of a secret stay as they are', () => {
  const text = 'a%zz%2f&#99999999;&nope;\\q\\u12 C:\\new %e2%82%ac %ff é';
  expect(clean(text)).toBe(text);
});

test('a word that was cut before it was cleaned, and may be the first half of a secret, is left out', () => {
  expect(withoutCutWord(`see ${TOKEN.slice(0, 12)}`)).toBe('see');
  expect(withoutCutWord(`{"a":1,"token":"${TOKEN.slice(0, 12)}`)).toBe('{"a":1,"token":"');
  for (let before = 0; before < 400; before += 1)
    expect(shows(clean(line(`${'.'.repeat(before)} ${TOKEN} ${'.'.repeat(400)}`)), TOKEN)).toBe(false);
});

describe('the time of a search grows as the text does', () => {
  /** Microseconds of one of these times. The system counts them by its ticks, of which a short time may have none. */
  const cost = (work: () => void, times: number) => {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) work();
    return process.cpuUsage(before).user / times;
  };
  const search: Readonly<Record<string, (text: string) => unknown>> = {
    withoutCredentials,
    redact: (text) => redact(text, [KNOWN, '%%%%%%', 'aaaaaab']),
  };
  const units = [
    'a',
    'a-',
    'a+',
    '://',
    'a://',
    'a://a',
    '://@',
    '@',
    '://a@',
    'a@a',
    "://a'@",
    '%',
    '%2',
    '%2f',
    '&',
    '&#',
    '&#x2f;',
    '&amp;',
    '\\',
    '\\u0061',
  ];
  test.each(Object.keys(search).flatMap((name) => units.map((unit) => [name, unit] as const)))('%s of %j', (name, unit) => {
    const texts = [32, 256].map((kib) => ({ text: unit.repeat((kib * 1024) / unit.length), times: 256 / kib }));
    // What else the process does, such as collecting garbage, only adds: the least of several is the search itself. By turns, so that both
    // sizes meet the same compiled code.
    const rounds = [1, 2, 3, 4, 5].map(() => texts.map(({ text, times }) => cost(() => void search[name]?.(text), times)));
    const [small, large] = [0, 1].map((size) => Math.min(...rounds.map((costs) => costs[size] ?? 0))) as [number, number];
    // Eight times the text; what is quadratic takes 64 times as long.
    expect(large).toBeLessThan(24 * Math.max(small, 2_000));
  });
});
