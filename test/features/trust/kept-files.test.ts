// T11: what stands beside the pin, or in its place, and may not be read is said as a file that cannot be read.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCounters } from '../../../src/features/trust/system/lane-counters.ts';
import { readNewest } from '../../../src/features/trust/system/newest-signed.ts';
import { readOwnWord } from '../../../src/features/trust/system/own-word.ts';
import { readTaken } from '../../../src/features/trust/system/taken-invitations.ts';
import { readTold } from '../../../src/features/trust/system/told-runs-file.ts';
import { isPinned, pinPath, readPin, removePin } from '../../../src/features/trust/system/trust-pin.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-kept-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test.each([
  ['invited', readTaken],
  ['runs', readTold],
  ['orders', readNewest],
  ['lanes', readCounters],
  ['own', readOwnWord],
])('T11 a folder in the place of %s is said, with what helps', (name, read) => {
  const path = pinPath(home, '/f').replace(/json$/, `${name}.json`);
  mkdirSync(path, { recursive: true });
  expect(() => read(home, '/f')).toThrow(
    expect.objectContaining({
      code: 'LOCAL_STATE',
      message: expect.stringContaining(`${path} cannot be read`),
      hint: `rm -r ${path}`,
    }),
  );
});

test('T11 a folder in the place of the pin is a pin that cannot be read, and a reset takes it away', () => {
  mkdirSync(pinPath(home, '/f'), { recursive: true });
  expect(() => readPin(home, '/f')).toThrow(expect.objectContaining({ code: 'LOCAL_STATE', hint: 'coord trust reset' }));
  expect(isPinned(home, '/f')).toBe(true);
  removePin(home, '/f');
  expect([isPinned(home, '/f'), readPin(home, '/f')]).toEqual([false, null]);
});
