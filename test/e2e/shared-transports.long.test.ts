// Shared orders over what really stands between a machine and its host: HTTP with latency, a push of a claim or of a result that is cut
// at each of six points, answers that are not the host's in the midst of a sync, and ssh. A few with `npm test`; `npm run transports`
// plays them all, and the loss of a holder over each transport.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';
import { programPath } from '../programs.ts';
import { expectBoardComputed } from './computed.ts';
import { createFleet, type Done, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';
import { type Cut, type HostProxy, type ImpatientGit, impatientGit, startProxy } from './proxy.ts';
import { startSshd } from './sshd.ts';

const SSHD = programPath('sshd') ?? undefined;

const ALL = process.env.TRANSPORTS === 'all';
const LATENCY_MS = 60;

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  endFleets();
});

const tell = (fleet: Fleet) => `echo "$COORD_ORDER $COORD_GENERATION.$COORD_ATTEMPT" >> ${join(fleet.root, 'told')}`;
function told(fleet: Fleet, id: string): string[] {
  const path = join(fleet.root, 'told');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  return lines.filter((line) => line.startsWith(`${id} `)).sort();
}
const claims = (fleet: Fleet) => fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/claims').trim();

interface Two {
  readonly fleet: Fleet;
  readonly mac: TestMachine;
  readonly pc: TestMachine;
  /** A sync of mac, over its line. */
  sync(): Promise<Done>;
  /** From now on nothing of mac's reaches the host, or it does again. */
  isolate(is: boolean): Promise<void>;
}

async function join2(fleet: Fleet, url: string, env: Record<string, string>): Promise<[TestMachine, TestMachine]> {
  const [mac, pc] = [fleet.machine('mac'), fleet.machine('pc')];
  expect(await mac.coord(['init', url, mac.folder, '--name', 'mac', '--slots', '2'], { env })).toMatchObject({ code: 0 });
  await pc.ok('init', fleet.hub, pc.folder, '--name', 'pc');
  for (const machine of [mac, pc]) await machine.ok('--dir', machine.folder, 'allow', 'shell');
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  return [mac, pc];
}

interface OverHttp extends Two {
  readonly line: HostProxy;
  readonly git: ImpatientGit;
}

async function overHttp(): Promise<OverHttp> {
  const fleet = createFleet();
  const http: HttpHub = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
  const line = await startProxy(http.url);
  const git = impatientGit(join(fleet.root, 'bin'));
  ends.push(async () => {
    await line.close();
    await http.close();
  });
  const [mac, pc] = await join2(fleet, line.url, git.env);
  line.delayMs(LATENCY_MS);
  const isolate = (is: boolean) => line.cut(is ? 'refused' : null);
  return { fleet, mac, pc, line, git, isolate, sync: () => mac.coord(['sync'], { env: git.env }) };
}

/** As soon as a sync of mac's begins to push. */
async function whenItPushes(line: HostProxy, act: () => void | Promise<void>): Promise<void> {
  const before = line.requests.length;
  await until('a push begins', () => line.requests.slice(before).some((request) => request.includes('git-receive-pack')));
  await act();
}

/** Both machines sync, the other one too, until it is so. */
async function untilIt({ fleet, pc, sync }: Two, what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 150_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`${what}: ${JSON.stringify(fleet.status().orders)}`);
    await Promise.all([sync(), pc.coord(['sync'])]);
    await delay(100);
  }
}

/** Of two that pushed at once, one was refused its fold: it rides on that machine's next sync (R2). */
async function expectFolded({ fleet, pc, sync }: Two): Promise<void> {
  for (const done of [await sync(), await pc.coord(['sync'])]) expect(done).toMatchObject({ code: 0 });
  await expectBoardComputed(fleet);
}

const shared = (fleet: Fleet, name: string, gate = '') =>
  [1, 3].map((attempts) => ({ id: `${name}-${attempts}`, assign: ['mac', 'pc'], attempts, run: `${tell(fleet)}${gate}` }));

async function expectOnce(two: Two, ids: readonly string[]): Promise<void> {
  const { fleet } = two;
  await untilIt(two, 'the orders end', () => ids.every((id) => fleet.status().orders[id]?.state === 'COMPLETED'));
  for (const id of ids) {
    expect(told(fleet, id)).toEqual([`${id} 1.1`]);
    expect(fleet.status().orders[id], id).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  }
  await expectFolded(two);
}

const CUTS: readonly Cut[] = ['refused', 'silent', 'head', 'pack', 'swallowed', 'answer'];
const STATUSES = [401, 403, 404, 429, 503];

test('S1, O2, R5 over HTTP with latency: a claim’s push is cut or falsely answered: one run, one result', {
  timeout: 900_000,
}, async () => {
  const two = await overHttp();
  const { fleet, line, git, sync } = two;
  const orders: object[] = [];
  const play = async (name: string, spoil: () => void | Promise<void>, heal: () => void | Promise<void>) => {
    const fresh = shared(fleet, name);
    orders.push(...fresh);
    fleet.person().order(orders);
    const going = sync();
    await whenItPushes(line, spoil);
    expect(await going, name).toMatchObject({ code: 4, stderr: expect.stringContaining('not synced') });
    git.hurry(false);
    await heal();
    await expectOnce(
      two,
      fresh.map(({ id }) => id),
    );
  };
  for (const at of ALL ? CUTS : (['answer'] as const)) {
    const spoil = async () => {
      git.hurry(at === 'silent' || at === 'swallowed');
      await line.cut(at);
    };
    // The git that pushes has begun before it is known to hurry.
    git.hurry(at === 'silent' || at === 'swallowed');
    await play(at, spoil, () => line.cut(null));
  }
  for (const status of ALL ? STATUSES : [])
    await play(
      `at-${status}`,
      () => line.answerWith({ status, headers: status === 401 ? { 'WWW-Authenticate': 'Basic realm="hub"' } : {} }),
      () => line.answerWith(null),
    );
  if (ALL) await untilIt(two, 'no claim stays', () => claims(fleet) === '');
});

test.skipIf(!ALL)(
  'S1, S2, R5 over HTTP with latency: the push of a result is cut at each point: one run, one result',
  {
    timeout: 900_000,
  },
  async () => {
    const two = await overHttp();
    const { fleet, mac, line, git } = two;
    const orders: object[] = [];
    for (const at of CUTS) {
      const fresh = shared(fleet, `result-${at}`, `; until [ -e go-${at} ]; do sleep 0.05; done`);
      orders.push(...fresh);
      fleet.person().order(orders);
      const going = mac.coord(['sync', '--wait'], { env: git.env });
      const ids = fresh.map(({ id }) => id);
      await until('both runs have begun', () => ids.every((id) => told(fleet, id).length === 1), 60_000);
      git.hurry(at === 'silent' || at === 'swallowed');
      await line.cut(at);
      writeFileSync(join(mac.home, `go-${at}`), '');
      expect(await going, at).toMatchObject({ code: 4 });
      git.hurry(false);
      await line.cut(null);
      await expectOnce(two, ids);
    }
    await untilIt(two, 'no claim stays', () => claims(fleet) === '');
  },
);

/** The holder of two orders is cut off: the one with attempts goes on elsewhere, the other one waits for a person, or for its end. */
async function playLoss(two: Two): Promise<void> {
  const { fleet, mac, pc, sync, isolate } = two;
  // A claim carries the lease that its holder publishes: 30 s from here on, the shortest there is.
  const isShort = (machine: number) => fleet.board(`COMPUTER_${machine}.md`).includes('heartbeat: 10s');
  await untilIt(two, 'the short heartbeat is published', () => isShort(1) && isShort(2));
  const gate = '; [ "$COORD_ATTEMPT" = 2 ] || { echo $$ >> pids; until [ -e go ]; do sleep 0.1; done; }';
  fleet.person().order(shared(fleet, 'lost', gate));
  for (let syncs = 1; syncs <= 5 && mac.count('pids') < 2; syncs += 1) await sync();
  expect(mac.count('pids')).toBe(2);
  // The board must know how long the holder is to be waited for.
  await pc.ok('sync');
  await isolate(true);
  const deadline = performance.now() + 150_000;
  const of = (id: string) => fleet.status().orders[id];
  while (of('lost-3')?.state !== 'COMPLETED' || of('lost-1')?.state !== 'FAILED') {
    if (performance.now() > deadline) throw new Error(`no take-over: ${JSON.stringify(fleet.status().orders)}`);
    await pc.ok('sync');
    // The holder syncs on, against nothing.
    expect(await sync()).toMatchObject({ code: 4 });
    await delay(500);
  }
  expect(of('lost-3')).toMatchObject({ machine: 2, attempt: 2 });
  expect(of('lost-1')).toMatchObject({ reason: expect.stringContaining('lost') });
  expect([told(fleet, 'lost-1'), told(fleet, 'lost-3')]).toEqual([['lost-1 1.1'], ['lost-3 1.1', 'lost-3 1.2']]);
  // The line is whole again, and the only attempt of the other order, which has gone on, ends well: that is the result after all.
  await isolate(false);
  writeFileSync(join(mac.home, 'go'), '');
  await untilIt(two, 'the late result stands', () => of('lost-1')?.state === 'COMPLETED' && claims(fleet) === '');
  expect(of('lost-3')).toMatchObject({ state: 'COMPLETED', machine: 2, attempt: 2 });
  expect([told(fleet, 'lost-1'), told(fleet, 'lost-3')]).toEqual([['lost-1 1.1'], ['lost-3 1.1', 'lost-3 1.2']]);
  await expectFolded(two);
}

test.skipIf(!ALL)(
  'O4, O5, S2 over HTTP with latency: a holder is lost, its order is taken over',
  { timeout: 400_000 },
  async () => {
    await playLoss(await overHttp());
  },
);

/** `ssh` with the settings, or the program that stands in for it; a file in the way makes it fail. */
async function overSsh(command: (fleet: Fleet) => Promise<string>, host: string): Promise<Two> {
  const fleet = createFleet();
  const wall = join(fleet.root, 'wall');
  const wrapper = join(fleet.root, 'ssh');
  const ssh = await command(fleet);
  writeFileSync(wrapper, `#!/bin/sh\n[ -e ${wall} ] && { echo 'ssh: connection refused' >&2; exit 255; }\nexec ${ssh} "$@"\n`);
  chmodSync(wrapper, 0o755);
  for (const name of ['mac', 'pc']) {
    const { home } = fleet.machine(name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, '.gitconfig'), `[core]\n\tsshCommand = ${wrapper}\n[ssh]\n\tvariant = ssh\n`);
  }
  const [mac, pc] = await join2(fleet, `${host}:${fleet.hub}`, {});
  const isolate = async (is: boolean) => (is ? writeFileSync(wall, '') : rmSync(wall, { force: true }));
  return { fleet, mac, pc, isolate, sync: () => mac.coord(['sync']) };
}

const SSH: readonly (readonly [string, boolean, () => Promise<Two>])[] = [
  [
    'ssh',
    SSHD !== undefined,
    () =>
      overSsh(async (fleet) => {
        const { config, end } = await startSshd(SSHD ?? '', fleet.root);
        ends.push(end);
        return `ssh -F ${config}`;
      }, 'fleethost'),
  ],
  [
    "git's ssh protocol through a program that stands in for ssh",
    true,
    // Its last word is the command.
    () => overSsh(async (fleet) => standIn(fleet), 'fleethost'),
  ],
];

function standIn(fleet: Fleet): string {
  const path = join(fleet.root, 'stand-in');
  writeFileSync(path, '#!/bin/sh\nfor word in "$@"; do last=$word; done\nexec sh -c "$last"\n');
  chmodSync(path, 0o755);
  return path;
}

for (const [name, isThere, open] of SSH) {
  test.skipIf(!isThere)(`S1, O2 over ${name}: shared orders run once`, async () => {
    const two = await open();
    two.fleet.person().order(shared(two.fleet, 'job'));
    await expectOnce(two, ['job-1', 'job-3']);
  });
  test.skipIf(!isThere || !ALL)(
    `O4, O5, S2 over ${name}: a holder is lost, its order is taken over`,
    {
      timeout: 400_000,
    },
    async () => {
      await playLoss(await open());
    },
  );
}
