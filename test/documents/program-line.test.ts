import { expect, test } from 'vitest';
import type { SaidService } from '../../src/core/model/machines/local-service.ts';
import { parseServiceLine, renderServiceLine } from '../../src/documents/machine/machine-document.ts';

const SAID: SaidService = {
  state: 'ONLINE',
  givenUp: false,
  load: 1,
  capacity: 2,
  specialties: ['build', 'c++', 'gpu-a100'],
  since: '2026-11-20T22:00:00.000Z',
  detail: null,
};

test.each([
  [SAID, 'ONLINE · 1 of 2 · build, c++, gpu-a100 · since 2026-11-20T22:00:00.000Z'],
  [
    {
      ...SAID,
      state: 'CRASHED',
      givenUp: true,
      specialties: [],
      detail: 'ended · since then, given up: <b> "x" \'y\' #z',
    } as const,
    'CRASHED, given up · 1 of 2 · - · since 2026-11-20T22:00:00.000Z · ended · since then, given up: <b> "x" \'y\' #z',
  ],
])('D3, L5 a program’s line is read back as it was written: %#', (said, line) => {
  expect(renderServiceLine(said)).toBe(line);
  expect(parseServiceLine(line)).toEqual(said);
});

test('L5 what is hidden in a reason is made visible', () => {
  expect(renderServiceLine({ ...SAID, detail: 'a\u202eb\nc' })).toMatch(/ · a\\u\{202e\}b c$/);
});

test.each([
  '',
  'ONLINE',
  'ONLINE · 1 of 2 · - · since yesterday',
  'RESTING · 0 of 1 · - · since 2026-11-20T22:00:00.000Z',
  7,
  null,
])('another form is no such line: %s', (value) => {
  expect(parseServiceLine(value)).toBeNull();
});
