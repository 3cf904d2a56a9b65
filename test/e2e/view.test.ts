import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFleet, endFleets, mainPath } from './fleet.ts';

afterAll(endFleets);

test('a view that is damaged, or of another version, stops nothing: the next sync leaves a good one', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  await mac.ok('sync');
  const path = join(mac.folder, '.coord', 'view.json');
  const good = readFileSync(path, 'utf8');
  for (const bad of ['{', '', good.replace(/"form": \d+/, '"form": 1')]) {
    writeFileSync(path, bad);
    expect(await mac.here(['status'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/view\.json cannot be read[\s\S]*coord sync/),
    });
    await mac.ok('sync');
    expect(readFileSync(path, 'utf8')).toBe(good);
  }
});

test('C6 where nothing is seen, or in a dry run, the view keeps what the last look told', async () => {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (mac === undefined || pc === undefined) throw new Error('two machines');
  const settings = 'name: home\ncompact_at: 2030-01-01T00:00:00Z\nkeep_history: 90d\nkeep: 1h\n';
  fleet.person().push({ 'coordination/fleet.yaml': settings });
  fleet.person().order([{ id: 'later', assign: 9, run: 'true' }]);
  await mac.ok('send', 'pc', 'hello');
  await pc.ok('sync');
  appendFileSync(join(pc.folder, 'coordination', 'fleet.yaml'), '# nobody takes this\n');
  await pc.ok('sync');
  const path = join(pc.folder, '.coord', 'view.json');
  const told = () => {
    const { self, sync, form: _form, ...status } = JSON.parse(readFileSync(path, 'utf8'));
    const { fleet: name, unread, urgent } = self;
    const { shortening, regular, notTaken, heldUntil } = sync;
    return { status, name, unread, urgent, shortening, regular, notTaken, heldUntil };
  };
  const before = told();
  expect(before).toMatchObject({ name: 'home', unread: 1, shortening: { keepHistoryMs: 90 * 86_400_000 } });
  expect(before.notTaken).toMatchObject([{ path: 'fleet.yaml' }]);
  await pc.ok('sync', '--dry-run');
  expect(told()).toEqual(before);
  fleet.away(true);
  rmSync(join(pc.folder, '.coord', 'clone.git'), { recursive: true });
  expect(await pc.here(['sync'])).toMatchObject({ code: 4 });
  // In the folder was nothing to look for.
  expect(told()).toEqual({ ...before, notTaken: [] });
});

test('a journal that an earlier version wrote gets what came later', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const path = join(mac.folder, '.coord', 'journal.json');
  const {
    main: _main,
    rewritten: _rewritten,
    mail: _mail,
    unlisted: _unlisted,
    ...older
  } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(older));
  fleet.person().order([{ id: 'hi', assign: 1, run: 'echo hi' }]);
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.hi?.state).toBe('COMPLETED');
});

test('a reader that has read enough is no error', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const orders = Array.from({ length: 3000 }, (_, at) => ({
    id: `order-${at}`,
    assign: 9,
    run: 'echo x',
    title: 'x'.repeat(60),
  }));
  fleet.person().order(orders);
  await mac.ok('sync');
  const line = 'set -o pipefail; "$0" "$1" --dir "$2" status --json | head -c 10 > /dev/null';
  const read = spawnSync('bash', ['-c', line, process.execPath, mainPath, mac.folder], { encoding: 'utf8' });
  expect(read).toMatchObject({ status: 0, stderr: '' });
});
