// T11: attacks on the checks themselves. The thief has the push token and a clone.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { pinPath } from '../../../../src/features/trust/system/trust-pin.ts';
import { endFleets } from '../../../e2e/fleet.ts';
import { entriesOf, ordersText, signaturesOf, signedFleet } from '../signed-fleet.ts';

afterEach(endFleets);

test('T11 attack 16: endless data: texts of many megabytes hold an order up, and stop no sync', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  await mac.ok('order', 'add', 'job', '--for', '2', 'echo job >> ran');
  const good = {
    'coordination/SIGNATURES.json': fleet.board('SIGNATURES.json'),
    'coordination/ORDERS.json': fleet.board('ORDERS.json'),
  };
  const [signatures, orders] = [signaturesOf(fleet), entriesOf(fleet)];
  const { by, signature } = (signatures.orders.job ?? {}) as { by: string; signature: string };
  const trust = JSON.parse(fleet.board('trust/2.json')) as Record<string, unknown>;
  const many = Array.from({ length: 50 }, () => ({ by, signature: 'A'.repeat(8_000) }));
  const floods: Record<string, string>[] = [
    { 'coordination/SIGNATURES.json': `{"orders":{${'"x":1,'.repeat(3_000_000)}"y":1}}` },
    { 'coordination/SIGNATURES.json': '['.repeat(2_000_000) },
    {
      'coordination/SIGNATURES.json': JSON.stringify({
        orders: { job: { ...signatures.orders.job, signature: 'A'.repeat(900_000) } },
      }),
    },
    {
      'coordination/SIGNATURES.json': JSON.stringify({
        orders: Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`j${at}`, { by, signature }])),
      }),
    },
    { 'coordination/trust/3.json': ' '.repeat(30_000_000), 'coordination/SIGNATURES.json': '' },
    {
      'coordination/trust/3.json': JSON.stringify({ ...trust, version: 3, signatures: many }),
      'coordination/SIGNATURES.json': '',
    },
  ];
  for (const files of floods) {
    thief.push({ ...files, 'coordination/ORDERS.json': ordersText(orders) });
    const done = await pc.coord(['sync', '--wait']);
    expect([done.code, pc.read('ran')], `${JSON.stringify(files).slice(0, 80)} ${done.stderr}`).toEqual([0, '']);
    expect(done.ms).toBeLessThan(60_000);
  }
  thief.push({ ...good, 'coordination/trust/3.json': null });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\n');
});

test('T11 attack 17: a verifier that fails, or is offline, lets nothing go that it has not checked', async () => {
  const { fleet, mac, pc } = await signedFleet();
  await mac.ok('order', 'add', 'job', '--for', '2', 'echo job >> ran');
  const pin = pinPath(pc.coordHome, pc.folder);
  for (const [name, text] of [
    ['.json', '{"version":2'],
    ['.json', ''],
    ['.orders.json', '{'],
  ] as const) {
    const path = pin.replace(/\.json$/, name);
    const before = readFileSync(pin, 'utf8');
    writeFileSync(path, text);
    await pc.coord(['sync', '--wait']);
    expect([name, pc.read('ran')]).toEqual([name, '']);
    expect(fleet.status().orders.job?.reason).toContain('signatures cannot be checked here');
    writeFileSync(path, name === '.json' ? before : '{}');
  }
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\n');
  // Offline it goes on with what it has checked, and nothing else.
  await mac.ok('order', 'add', 'later', '--for', '2', 'echo later >> ran');
  fleet.away(true);
  await pc.coord(['sync', '--wait']);
  expect(pc.read('ran')).toBe('job\n');
  fleet.away(false);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\nlater\n');
});
