// What a timeline does not go back to is said with what would help, by the command and the page alike.
import { expect, test } from 'vitest';
import type { Timeline } from '../../src/operations/timeline/timeline.ts';
import { untoldWords } from '../../src/operations/timeline/untold-words.ts';

const said = (it: Partial<Timeline>, isWhole = false) =>
  untoldWords({ more: false, isCut: false, isPart: false, shortened: null, ...it } as Timeline, isWhole);

test('C5a, R3b where the rest of a history is: not fetched, not looked at, or in a bundle', () => {
  expect(said({})).toEqual([]);
  expect(said({ isCut: true })).toEqual([expect.stringMatching(/^only the newest 2,000 changes of main /)]);
  const part = { isCut: true, isPart: true };
  expect(said(part)).toEqual([expect.stringMatching(/: coord timeline --whole fetches it$/)]);
  expect(said(part, true)).toEqual([expect.stringMatching(/^the host has no more/)]);
  const shortened = { before: '2026-08-21T00:00:00Z', bundle: 'old.bundle', archive: 'host:old' };
  expect(said({ shortened })).toEqual([
    'what people did before 2026-08-21 left the history of main, and is in old.bundle and in host:old',
  ]);
  // More can be asked for first.
  expect(said({ ...part, shortened, more: true })).toEqual([]);
});
