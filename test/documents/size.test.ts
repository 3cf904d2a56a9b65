// Sizes as people write them.
import { expect, test } from 'vitest';
import { formatMegabytes, MEGABYTE, parseSize } from '../../src/documents/text/size.ts';

test.each([
  ['50MB', 50 * MEGABYTE],
  [' 1.5 gb ', 1536 * MEGABYTE],
  ['2TB', 2 * 1024 * 1024 * MEGABYTE],
])('O16 R3b %j is a size', (written, bytes) => {
  expect(parseSize(written)).toBe(bytes);
});

test.each(['', '0MB', '50', '50KB', '-1MB', '1e3MB', '1.2345GB', 50, null])('O16 R3b %j is none', (written) => {
  expect(parseSize(written)).toBeNull();
});

test('O16 R3b megabytes are told whole', () => {
  expect(formatMegabytes(MEGABYTE - 1)).toBe('less than 1 MB');
  expect(formatMegabytes(12.6 * MEGABYTE)).toBe('12 MB');
});
