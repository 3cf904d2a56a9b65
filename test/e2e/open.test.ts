// coord open: the address of the board on its host, and the browser that it goes to.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

let fleet: Fleet;
let mac: TestMachine;

beforeAll(async () => {
  fleet = createFleet();
  [mac] = (await fleet.calm('mac', 'pc')) as [TestMachine];
  fleet
    .person()
    .order(
      '{\n  "orders": [\n    { "id": "held", "run": "true", "approval": true },\n    { "id": "pc", "run": "true", "approval": true }\n  ]\n}\n',
    );
  await mac.ok('sync');
});

afterAll(endFleets);

const withUrl = (url: string) => {
  const yaml = fleet.board('fleet.yaml').replace(/^(# )?url:.*$/m, '');
  fleet.person().push({ 'coordination/fleet.yaml': `${yaml}\nurl: ${url}\n` });
  return mac.ok('sync');
};

test('a host that is not known is told, with the remote and what helps', async () => {
  expect(await mac.coord(['open'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `coord: the host of ${fleet.hub} is not known: coord has no address of its pages\n  try: put "url: https://host/me/fleet" into coordination/fleet.yaml\n`,
  });
});

test('without a browser it prints the address: of the board, of an order, of a machine by name or number', async () => {
  await withUrl('https://github.com/me/fleet');
  const page = (path: string) => `https://github.com/me/fleet/blob/main/coordination/${path}\n`;
  expect(await mac.ok('open')).toBe(page('README.md'));
  expect(await mac.ok('open', 'held')).toBe(page('ORDERS.json#L3'));
  expect(await mac.ok('open', 'mac')).toBe(page('COMPUTER_1.md'));
  expect(await mac.ok('open', '2')).toBe(page('COMPUTER_2.md'));
  // Of two of one name, the order.
  expect(await mac.ok('open', 'pc')).toBe(page('ORDERS.json#L4'));
  expect(await mac.coord(['open', 'moon'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no order and no machine "moon" in this fleet'),
  });
});

test('of a fleet on another branch than main it names that one', async () => {
  await withUrl('https://github.com/me/fleet');
  const identity = join(mac.folder, '.coord/fleet.json');
  const text = readFileSync(identity, 'utf8');
  writeFileSync(identity, text.replace('"branch": "main"', '"branch": "trunk/x"'));
  const page = (path: string) => `https://github.com/me/fleet/blob/trunk/x/coordination/${path}\n`;
  expect(await mac.ok('open')).toBe(page('README.md'));
  expect(await mac.ok('open', 'held')).toBe(page('ORDERS.json#L3'));
  writeFileSync(identity, text);
});

test('on a screen of its own it opens the browser; over ssh, or where that fails, it prints the address', async () => {
  await withUrl('https://codeberg.org/me/fleet');
  const bin = join(mac.home, 'bin');
  mkdirSync(bin);
  const opener = (script: string) => writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  opener('echo "$1" >> "$HOME/opened"');
  const env = { PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0' };
  const address = 'https://codeberg.org/me/fleet/src/branch/main/coordination/README.md';
  expect(await mac.coord(['open'], { env })).toMatchObject({ code: 0, stdout: `opened ${address}\n` });
  expect(readFileSync(join(mac.home, 'opened'), 'utf8')).toBe(`${address}\n`);
  expect(await mac.coord(['open'], { env: { ...env, SSH_CONNECTION: '1' } })).toMatchObject({ code: 0, stdout: `${address}\n` });
  opener('exit 4');
  expect(await mac.coord(['open'], { env })).toMatchObject({ code: 0, stdout: `${address}\n` });
  expect(mac.count('opened')).toBe(1);
});
