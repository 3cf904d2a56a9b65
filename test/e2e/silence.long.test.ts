// A push answered by silence, at every point of the exchange, over real HTTP. After each: the sync says that it is not synced, in
// time; and once the line is whole, one sync puts everything right, whether or not the host had taken the push (R5, S3, S5).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';
import { expectBoardComputed } from './computed.ts';
import { createFleet, type Done, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';
import { type Cut, type HostProxy, type ImpatientGit, impatientGit, startProxy } from './proxy.ts';

const IN_TIME_MS = 30_000;

let fleet: Fleet;
let http: HttpHub;
let line: HostProxy;
let mac: TestMachine;
let pc: TestMachine;
let git: ImpatientGit;
const orders: object[] = [];

beforeAll(async () => {
  fleet = createFleet();
  http = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
  line = await startProxy(http.url);
  git = impatientGit(join(fleet.root, 'bin'));
  mac = fleet.machine('mac');
  expect(await coord('init', line.url, mac.folder, '--name', 'mac')).toMatchObject({ code: 0 });
  await mac.ok('allow', 'shell');
  [pc] = (await fleet.calm('pc')) as [TestMachine];
  expect(await coord('sync')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await line.close();
  await http.close();
  endFleets();
});

/** The machine behind the line. */
const coord = (...args: readonly string[]): Promise<Done> => mac.coord(args, { env: git.env });

/** `taken`: the hub has the push all the same. */
const CASES: readonly { readonly at: Cut; readonly what: string; readonly taken: boolean }[] = [
  { at: 'refused', what: 'the connection is refused', taken: false },
  { at: 'silent', what: 'the connection is accepted and nothing is said', taken: false },
  { at: 'head', what: 'the line is cut after the headers of the request', taken: false },
  { at: 'pack', what: 'the line is cut in the middle of the pack', taken: false },
  { at: 'swallowed', what: 'the host takes the push and its answer never comes', taken: true },
  { at: 'answer', what: 'the answer is cut in the middle', taken: true },
];

test.each(CASES)('R5, S3, S5: a push where $what', async ({ at, taken }) => {
  const id = `order-${at}`;
  const lane = () => fleet.git('rev-parse', 'refs/coord/machines/1');
  orders.push({ id, assign: 1, run: `echo x >> ${id}; until [ -e go-${id} ]; do sleep 0.02; done; echo done` });
  fleet.person().order(orders);
  // A message that goes with the same push.
  await line.cut('refused');
  expect(await coord('send', 'pc', id)).toMatchObject({ code: 0, stderr: expect.stringContaining('saved here') });
  await line.cut(null);

  // The line is whole for the fetch; that a run is begun tells when that is over.
  const sync = mac.start(['sync'], { env: git.env });
  await until('its run is begun', () => mac.runs().some((key) => key.startsWith(id)));
  const [before, pushes] = [lane(), line.pushesTaken()];
  git.hurry(at === 'silent' || at === 'swallowed');
  await line.cut(at);
  writeFileSync(join(mac.home, `go-${id}`), '');
  const done = await sync.done;
  expect(done).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/not synced with the remote http:.* \(unsynced since .* UTC\): \S/),
  });
  expect(done.ms).toBeLessThan(IN_TIME_MS);
  expect(lane() !== before, 'the hub has taken it').toBe(taken);
  expect(line.pushesTaken() > pushes, 'the hub was asked to').toBe(taken);
  expect((await mac.json('status')).sync.unsyncedSince).toMatch(/^2\d{3}-/);

  git.hurry(false);
  await line.cut(null);
  expect(await coord('sync', '--wait')).toMatchObject({ code: 0, stderr: '' });
  expect((await mac.json('status')).sync).toMatchObject({ unsyncedSince: null, pendingEdits: [] });
  expect(mac.count(id)).toBe(1);
  expect(fleet.status().orders[id]).toMatchObject({ state: 'COMPLETED', attempt: 1, tail: 'done' });
  expect(fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord').split('\n')).toEqual([
    'refs/coord/machines/1',
    'refs/coord/machines/2',
  ]);
  await expectBoardComputed(fleet);
});

test('S5: each message has come once, in order', async () => {
  await pc.ok('sync');
  const bodies = async () => (await pc.json<{ body: string }[]>('inbox', '--take')).map(({ body }) => body);
  expect(await bodies()).toEqual(CASES.map(({ at }) => `order-${at}`));
  expect(await bodies()).toEqual([]);
  expect(await coord('sync')).toMatchObject({ code: 0 });
  expect(await coord('sync')).toMatchObject({ code: 0, stdout: 'nothing new\n' });
  await expectBoardComputed(fleet);
});
