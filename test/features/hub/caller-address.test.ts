// Whom the hub blocks: a proxy on this computer speaks for others, and nobody else does.
import { expect, test } from 'vitest';
import { addressOf } from '../../../src/features/hub/rules/caller-address.ts';

test('the address of a caller is its own, but behind a proxy here the one that it names last', () => {
  expect(addressOf('192.0.2.7')).toBe('192.0.2.7');
  expect(addressOf('192.0.2.7', '198.51.100.1')).toBe('192.0.2.7');
  for (const proxy of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(addressOf(proxy, '203.0.113.9, 198.51.100.1')).toBe('198.51.100.1');
    expect(addressOf(proxy, ['203.0.113.9', '2001:db8::1'])).toBe('2001:db8::1');
    for (const odd of ['', 'unknown', '198.51.100.1, <b>', 'f'.repeat(46)]) expect(addressOf(proxy, odd)).toBe(proxy);
  }
  expect(addressOf()).toBe('unknown');
});
