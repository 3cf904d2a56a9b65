// coord import and coord export with real processes: nothing that was imported runs before a person says so, and it comes in with one push.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';

afterEach(endFleets);

test('O4a, D5 a crontab and a makefile are drafts, then orders that wait, then orders that run', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.calm('mac')) as [TestMachine];
  const commits = () => Number(fleet.git('rev-list', '--count', 'main', '--', 'coordination/ORDERS.json'));
  const makefile = join(mac.folder, 'Makefile');
  writeFileSync(makefile, '.PHONY: hello bye\nhello: ## Say hello\n\techo hello > said\nbye:\n\techo bye\n');
  const drafts = await mac.coord(['import', 'makefile', makefile]);
  expect(JSON.parse(drafts.stdout).orders).toMatchObject([
    { id: 'make-hello', title: 'Say hello', assign: 1, run: ['make', 'hello'], approval: true },
    { id: 'make-bye' },
  ]);
  expect(drafts.stderr).toContain('2 drafts; --add places them, and each then waits for approval');
  expect(fleet.board('ORDERS.json')).not.toContain('make-hello');
  const before = commits();
  expect(await mac.ok('import', 'makefile', makefile, '--add', '--cwd', '~')).toContain(
    '2 orders placed; each waits for approval',
  );
  expect(commits() - before).toBe(1);
  await mac.ok('sync');
  expect(fleet.status().orders['make-hello']).toMatchObject({
    state: 'BLOCKED',
    reason: 'waits for approval; coord approve make-hello',
  });
  expect(await mac.coord(['import', 'makefile', makefile])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('line 2: hello: left out: ORDERS.json has an order make-hello already'),
  });
  expect(await mac.coord(['import', 'github', makefile])).toMatchObject({ code: 2, stderr: expect.stringContaining('--agent') });
  const crontab = join(mac.folder, 'tab');
  writeFileSync(crontab, 'PATH=/opt/bin\nGREETING=hello\n0 3 * * * backup\n');
  const { stderr } = await mac.coord(['import', 'crontab', crontab]);
  expect(stderr.match(/^! .*/gm)).toEqual(['! PATH: a machine sets it for an order only after: coord allow env PATH']);
  expect(await mac.coord(['import', 'crontab', '/nowhere'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ENOENT'),
  });
});

test('orders, runs and messages go out as of the last sync', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.calm('mac')) as [TestMachine];
  await mac.ok('order', 'add', 'job', '--', 'true');
  await mac.ok('order', 'add', 'nightly', '--schedule', '0 3 * * *', '--', 'true');
  await mac.ok('sync', '--wait');
  const records = (await mac.ok('export'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records).toMatchObject([
    { kind: 'order', id: 'job', state: 'COMPLETED' },
    { kind: 'order', id: 'nightly' },
    { kind: 'run', order: 'job', state: 'COMPLETED', exitCode: 0, name: 'mac' },
  ]);
  expect(await mac.ok('export', 'runs', '--format', 'csv')).toMatch(/^order,generation.*\r\njob,1,1,1,mac,COMPLETED,/);
  expect(await mac.ok('export', '--format', 'ics')).toMatch(
    /^BEGIN:VCALENDAR\r\n[\s\S]*UID:due-nightly-[\s\S]*END:VCALENDAR\r\n$/,
  );
  expect(await mac.coord(['export', '--format', 'csv'])).toMatchObject({ code: 2 });
});
