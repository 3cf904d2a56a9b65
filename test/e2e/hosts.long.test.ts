// Hubs that refuse: custom refs, main, everything with main in it, or all. Orders run wherever a lane can land (R1a, R4, F4).
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet } from './fleet.ts';

afterEach(endFleets);

const NO_CUSTOM_REFS = 'case "$1" in refs/heads/*) exit 0;; *) echo "only branches here"; exit 1;; esac';
const NO_MAIN = 'if [ "$1" = refs/heads/main ]; then echo "main is protected"; exit 1; fi';
const NOT_WITH_MAIN =
  'while read -r old new ref; do [ "$ref" = refs/heads/main ] && { echo "main is protected"; exit 1; }; done; exit 0';

const heads = (fleet: Fleet) => fleet.git('for-each-ref', '--format=%(refname)').split('\n');

/** What a person who may write main does while machines may not. */
function ordersByReview(fleet: Fleet, hook: 'update' | 'pre-receive', script: string, push: () => void): void {
  fleet.hook(hook, null);
  push();
  fleet.hook(hook, script);
}

test('a hub that takes only branches: lanes are branches, and everything works (R4)', async () => {
  const fleet = createFleet();
  fleet.hook('update', NO_CUSTOM_REFS);
  const mac = fleet.machine('mac');
  expect(await mac.ok('init', fleet.hub, mac.folder, '--name', 'mac')).toContain('lanes are branches coord-lanes/');
  await mac.ok('allow', 'shell');
  const [pc] = await fleet.calm('pc');
  fleet.person().order([{ id: 'hi', assign: 'all', run: 'echo hi' }]);
  await mac.ok('sync', '--wait');
  await pc?.ok('sync', '--wait');
  expect(fleet.status().orders.hi).toMatchObject({ state: 'COMPLETED' });
  expect(heads(fleet).every((ref) => ref === 'refs/heads/main' || ref.startsWith('refs/heads/coord-lanes/'))).toBe(true);
});

test.each([
  ['main alone', 'update', NO_MAIN],
  ['every push with main in it', 'pre-receive', NOT_WITH_MAIN],
] as const)('a hub that refuses %s: said with the way out; orders run, the lane lands (R1a, R2)', async (_name, hook, script) => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.calm('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  ordersByReview(fleet, hook, script, () => fleet.person().order([{ id: 'hi', assign: 1, run: 'echo x >> ran' }]));
  const before = fleet.git('rev-parse', 'main');
  const sync = await mac.here(['sync', '--wait']);
  expect(sync).toMatchObject({ code: 0, stdout: expect.stringContaining('finished hi COMPLETED') });
  // One refusal may be a stale base; three on the same one are the host's policy.
  let { stderr } = sync;
  for (let more = 0; more < 3 && stderr === ''; more += 1) ({ stderr } = await mac.here(['sync']));
  expect(stderr).toMatch(/BOARD_REFUSED[\s\S]*main is protected[\s\S]*board: coord-board/);
  expect(await mac.ok('sync')).toBe('nothing new\n');
  expect(mac.count('ran')).toBe(1);
  expect(fleet.git('rev-parse', 'main')).toBe(before);
  expect(fleet.git('show', 'refs/coord/machines/1:coordination/results/1.json')).toContain('"hi"');
  expect((await mac.json('status')).sync.boardRefused).toMatchObject({ detail: expect.any(String) });
  // The other machine reads the lane.
  await pc.here(['sync']);
  expect((await pc.json('status')).orders.hi).toMatchObject({ state: 'COMPLETED' });
  // The way out works.
  ordersByReview(fleet, hook, script, () => fleet.person().push({ 'coordination/fleet.yaml': 'board: coord-board\n' }));
  const after = await mac.here(['sync']);
  expect(after.code).toBe(0);
  expect(fleet.status('coord-board').orders.hi).toMatchObject({ state: 'COMPLETED' });
  expect(after.stderr).toBe('');
  expect((await mac.json('status')).sync.boardRefused).toBeNull();
});

test.each([
  ['main alone', 'update', NO_MAIN],
  ['every push with main in it', 'pre-receive', NOT_WITH_MAIN],
] as const)('init at a host that refuses %s: exit 5, and later the same command founds the fleet (I3.3)', async (_name, hook, script) => {
  const fleet = createFleet();
  fleet.hook(hook, script);
  const mac = fleet.machine('mac');
  for (let tries = 0; tries < 2; tries += 1) {
    const init = await mac.here(['init', fleet.hub, mac.folder, '--name', 'mac']);
    expect(init).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/no fleet yet.*main is protected/) });
  }
  fleet.hook(hook, null);
  expect(await mac.ok('init', fleet.hub, mac.folder, '--name', 'mac')).toMatch(/^founded a fleet/);
  const files = fleet.git('ls-tree', '-r', '--name-only', 'main').split('\n');
  expect(files).toEqual(expect.arrayContaining(['README.md', 'coordination/ORDERS.json', 'coordination/fleet.yaml']));
  expect(fleet.status().machines).toMatchObject({ 1: { name: 'mac' } });
});

test('killed between the refused push and the lane’s own: nothing is lost or run twice (R1a, C2)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  ordersByReview(fleet, 'pre-receive', NOT_WITH_MAIN, () =>
    fleet.person().order([{ id: 'hi', assign: 1, run: 'echo x >> ran' }]),
  );
  expect(await mac?.coord(['sync'], { env: { COORD_CRASH_AT: 'pushed-alone' } })).toMatchObject({ code: null });
  await mac?.ok('sync', '--wait');
  expect(mac?.count('ran')).toBe(1);
  expect(fleet.git('show', 'refs/coord/machines/1:coordination/results/1.json')).toContain('"hi"');
});

test('a hub that refuses all: init is exit 5 with the host’s words; a joined machine says so (R1a, R4)', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  fleet.hook('pre-receive', 'echo "the hub is read-only"; exit 1');
  const pc = fleet.machine('pc');
  const join = await pc.here(['join', fleet.hub, pc.folder, '--name', 'pc']);
  expect(join).toMatchObject({
    code: 5,
    stdout: '',
    stderr: expect.stringMatching(/refuses lanes from this computer.*the hub is read-only/),
  });
  const empty = createFleet();
  empty.hook('pre-receive', 'echo "the hub is read-only"; exit 1');
  const init = await empty.machine('new').here(['init', empty.hub, empty.machine('new').folder]);
  expect(init).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/takes no push.*the hub is read-only/) });

  fleet.hook('pre-receive', null);
  fleet.person().order([{ id: 'hi', assign: 1, run: 'echo x >> ran' }]);
  fleet.hook('pre-receive', 'echo "the hub is read-only"; exit 1');
  const sync = await mac?.here(['sync', '--wait']);
  expect(mac?.count('ran')).toBe(1);
  expect(sync).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/refuses pushes from this machine.*the hub is read-only/),
  });
  fleet.hook('pre-receive', null);
  await mac?.ok('sync', '--wait');
  expect(fleet.status().orders.hi).toMatchObject({ state: 'COMPLETED' });
  expect(mac?.count('ran')).toBe(1);
});

test('fleet.yaml says board: coord-board: folded there, orders are read and edited on main (F4)', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.calm('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  fleet.person().push({
    'coordination/fleet.yaml': 'board: coord-board\nheartbeat: 1h\n',
    'coordination/ORDERS.json': '{"orders":[{"id":"hi","assign":"all","run":"echo hi"}]}',
  });
  const main = fleet.git('rev-parse', 'main');
  await mac.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(fleet.git('rev-parse', 'main')).toBe(main);
  expect(fleet.status('coord-board').orders.hi).toMatchObject({ state: 'COMPLETED', machines: { 2: { state: 'COMPLETED' } } });
  expect(fleet.board('README.md', 'coord-board')).toContain('COMPLETED');
  await mac.ok('order', 'add', 'by-hand', '--for', '1', '--', 'true');
  expect(fleet.board('ORDERS.json')).toContain('by-hand');
  await mac.ok('sync', '--wait');
  expect(fleet.status('coord-board').orders['by-hand']).toMatchObject({ state: 'COMPLETED' });
  expect(await mac.ok('sync')).toBe('nothing new\n');
});
