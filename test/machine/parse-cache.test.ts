// C4: a process parses what has changed, and takes nothing for read that was not there.
import { expect, test } from 'vitest';
import type { Blob } from '../../src/core/model/ledger/trees.ts';
import { fleetDocument } from '../../src/documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../src/documents/paths.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';

const NONE = new Set<string>();

function read(cache: ParseCache, texts: ReadonlyMap<string, Blob>) {
  const { reader, settle } = cache.open(texts, NONE);
  const parsed = reader.read(fleetDocument, FLEET_PATH, 'one');
  settle();
  return parsed;
}

test('C4 what the repo lacked is asked for again; what was read is not', () => {
  const cache = new ParseCache();
  const missing = () => cache.missing([[FLEET_PATH, 'one']], NONE);
  expect(read(cache, new Map()).value).toBeNull();
  expect(missing()).toEqual(['one']);
  const parsed = read(cache, new Map([['one', { kind: 'text', text: 'machines_max: 3\n' }]]));
  expect(parsed.value?.machinesMax).toBe(3);
  expect(missing()).toEqual([]);
  expect(read(cache, new Map())).toBe(parsed);
});
