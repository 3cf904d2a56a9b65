import { expect, test } from 'vitest';
import { parseApiSettings, withApiSetting } from '../../src/documents/machine/api-settings.ts';

const DEFAULT = { enabled: true, port: null, address: null };
const read = (text: string | null) => parseApiSettings(text, 'api.yaml');

test('no file, and an empty one, are the default; what is said counts', () => {
  for (const text of [null, '', '# nothing\n', 'port:\n']) expect(read(text)).toEqual({ settings: DEFAULT, faults: [] });
  expect(read('enabled: false\nport: 9000\naddress: 192.168.1.5\n')).toEqual({
    settings: { enabled: false, port: 9000, address: '192.168.1.5' },
    faults: [],
  });
  expect(read('address: "fd00::5"').settings.address).toBe('fd00::5');
  // It listens there anyway.
  for (const own of ['127.0.0.1', '"::1"']) expect(read(`address: ${own}`)).toEqual({ settings: DEFAULT, faults: [] });
});

test.each([
  ['enable: false', 'line 1: expected enabled, port, address, found a key "enable"'],
  ['\nenabled: no', 'line 2: expected "enabled" to be true or false, found "no"'],
  ['port: 80', 'line 1: expected "port" to be a whole number from 1024 to 65535, found 80'],
  ['port: "8900"', 'found "8900"'],
  ['address: 0.0.0.0', 'expected "address" to be one address'],
  ['address: "::"', 'expected "address" to be one address'],
  ['address: my-host', 'expected "address" to be one address'],
  ['enabled: true\nenabled: false', 'line 2'],
  ['[', 'line 1'],
  ['- enabled', 'expected enabled, port and address'],
])('%j is a fault with its place', (text, words) => {
  expect(read(text).faults).toEqual([expect.stringContaining(words)]);
});

test('one setting is changed, and the rest stays as its owner wrote it', () => {
  expect(withApiSetting('', 'enabled', false)).toBe('enabled: false\n');
  expect(withApiSetting('# mine\nport: 9000 # why\naddress: 10.0.0.5', 'port', 9001)).toBe(
    '# mine\nport: 9001 # why\naddress: 10.0.0.5',
  );
  expect(withApiSetting('port: 9000', 'enabled', true)).toBe('port: 9000\nenabled: true\n');
  expect(withApiSetting('port: 9000\n', 'port', null)).toBe('port: null\n');
});

test('what is not one setting a line, or wrong already, is left to its owner', () => {
  for (const text of ['{ enabled: true }', 'enable: true\n', '[', 'enabled:\n  true\n'])
    expect(withApiSetting(text, 'enabled', false), text).toBe(null);
});
