// People are told once of what needs them, and once when it is over: real processes, a real server, a real program.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { lookAtLock } from '../../src/system/files/lock.ts';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';

let server: Server | null = null;
let titles: string[] = [];
let isBroken = false;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  endFleets();
});

async function listen(): Promise<number> {
  [titles, isBroken] = [[], false];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      if (isBroken) return void response.writeHead(500).end();
      titles.push((JSON.parse(body) as { title: string }).title);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function alertsFile(machine: TestMachine, ...lines: readonly string[]): void {
  mkdirSync(machine.coordHome, { recursive: true });
  writeFileSync(join(machine.coordHome, 'alerts.yaml'), `alerts:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`, {
    mode: 0o600,
  });
}

/** A program that writes down what it is told, and what it wrote. */
function teller(fleet: Fleet): { path: string; said: () => string[] } {
  const [path, log] = [join(fleet.root, 'tell'), join(fleet.root, 'told-here')];
  writeFileSync(path, `#!/bin/sh\necho "$COORD_ALERT_EVENT $COORD_ALERT_KIND $COORD_ALERT_ORDER$COORD_ALERT_TITLE" >> ${log}\n`);
  chmodSync(path, 0o755);
  return { path, said: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) };
}

const inState = (machine: TestMachine, name: string) => join(machine.folder, '.coord', name);

const isTelling = (machine: TestMachine) => existsSync(inState(machine, 'alerts-lock.d'));

/** As if the pause before the next try were over. */
function due(machine: TestMachine): void {
  const path = inState(machine, 'alerts-told.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"nextMs": \d+/g, '"nextMs": 0'));
}

interface WithAlerts {
  readonly alerts: { waiting: { channel: string; count: number; error: string; next: string | null }[]; faults: string[] };
}

test('told once when it begins and once when it is over, by each channel as it asks, also over kill -9', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const program = teller(fleet);
  const port = await listen();
  alertsFile(
    mac,
    `{ name: program, command: [${program.path}], only: { orders: [bad] } }`,
    `{ name: hook, webhook: "http://127.0.0.1:${port}/secret" }`,
    '{ name: wrong, webhook: "ftp://secret" }',
  );
  const bad = { id: 'bad', assign: 1, run: 'exit 3' };
  fleet.person().order([bad]);
  await mac.ok('sync', '--wait');
  await until('both are told', () => program.said().length === 1 && titles.length === 1 && !isTelling(mac));
  await mac.ok('sync');
  expect(isTelling(mac)).toBe(false);
  expect(program.said()).toEqual(['began order badNeeds you: order bad']);
  expect(titles).toEqual(['Needs you: order bad']);

  // Killed before anybody is told: the next one tells.
  fleet.person().order([bad, { id: 'worse', assign: 1, run: 'exit 4' }]);
  expect(await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'alerts-noted' } })).toMatchObject({ code: null });
  expect(titles).toHaveLength(1);
  await mac.ok('sync', '--wait');
  await until('it is told', () => titles.length === 2 && !isTelling(mac));
  expect(titles[1]).toBe('Needs you: order worse');

  // The teller dies after it has told, before it could note it: told again, and then no more.
  fleet.person().order([]);
  await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'alert-told' } });
  await until('one is told, and somebody died of it', () => lookAtLock(inState(mac, 'alerts-lock')).kind === 'dead');
  due(mac);
  await mac.ok('sync');
  const noted = () => readFileSync(inState(mac, 'alerts-told.json'), 'utf8');
  await until('all is told', () => [...noted().matchAll(/"state": "told"/g)].length === 6 && !isTelling(mac));
  const over = ['Over: Needs you: order bad', 'Over: Needs you: order worse'];
  expect([...new Set(titles.slice(2))].sort()).toEqual(over);
  expect(program.said().at(-1)).toBe('ended order badOver: Needs you: order bad');
  const count = titles.length + program.said().length;
  // Of those that were being told when it died, each once more.
  expect([7, 8]).toContain(count);
  due(mac);
  await mac.ok('sync');
  expect([titles.length + program.said().length, isTelling(mac)]).toEqual([count, false]);

  // What is wrong in the file is said, and no secret of it.
  const status = await mac.json<WithAlerts>('status');
  expect(status.alerts).toEqual({ waiting: [], faults: [expect.stringContaining('channel 3 (wrong): expected an address')] });
  const shown = [await mac.ok('status'), await mac.ok('alerts', 'list')];
  for (const text of shown) expect(text).toContain('channel 3 (wrong)');
  expect(shown[1]).toMatch(/hook +webhook http:\/\/127\.0\.0\.1:\d+\/… \(json\) +everything/);
  const all = shown.join('') + readFileSync(inState(mac, 'alerts-told.json'), 'utf8') + fleet.git('log', '-p', '--all');
  expect(all).not.toContain('secret');
});

test('a webhook that fails holds no sync up, is tried again, and says so', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  expect(await mac.coord(['emergency', 'over'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('coord emergency --over'),
  });
  await mac.ok('emergency', 'Before', 'anybody listened');
  const port = await listen();
  isBroken = true;
  alertsFile(mac, `{ name: hook, webhook: "http://127.0.0.1:${port}/", only: { kinds: [emergency] } }`);
  expect(await mac.coord(['alerts', 'test'])).toMatchObject({ code: 1, stdout: expect.stringContaining('hook · webhook') });
  await mac.ok('sync');
  const waiting = async () => (await mac.json<WithAlerts>('status')).alerts.waiting;
  await expect.poll(waiting, { timeout: 60_000 }).toMatchObject([{ channel: 'hook', count: 1, error: 'it answered 500' }]);
  const watching = mac.start(['status', '--watch']);
  const line = '! alerts: 1 not delivered to hook: it answered 500; coord alerts list';
  await until('it is shown', () => watching.said().includes(line));
  expect(await mac.ok('alerts', 'list')).toMatch(
    /emergency +stands +hook: waits until .*UTC \(it answered 500; 1 try\) +Before anybody/,
  );
  isBroken = false;
  // Not before its time.
  await mac.ok('sync');
  expect(isTelling(mac)).toBe(false);
  expect(titles).toEqual([]);
  due(mac);
  await mac.ok('sync');
  await until('it is told', () => titles.length === 1);
  await expect.poll(waiting, { timeout: 60_000 }).toEqual([]);
  expect(await mac.ok('alerts', 'test')).toMatch(/✓ hook · .* · it answered 200\n/);
  expect(titles).toEqual(['EMERGENCY on 1 mac', 'A test of coord']);
  const ofOrder = { code: 2, stderr: expect.stringContaining('coord order resolve') };
  expect(await mac.coord(['resolve', 'build'])).toMatchObject(ofOrder);
  expect(await mac.here(['resolve'])).toEqual({
    code: 0,
    stdout: 'the emergency of 1 mac is over: Before anybody listened\n',
    stderr: 'coord resolve is now: coord emergency --over\n',
  });
  await until('it is over', () => titles.length === 3);
  expect(titles[2]).toBe('Over: EMERGENCY on 1 mac');

  const shown = () => watching.said().split('\n\n1 mac · ');
  await until('the end is shown', () => shown().length > 1 && !shown().at(-1)?.includes('EMERGENCY'));
  watching.kill('SIGINT');
  expect(await watching.done).toMatchObject({ code: 0 });
});
