// Orders that wait for others, or for a person, on real processes and a real hub, from the command line.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';

afterEach(endFleets);

test('O7 a chain of three over two machines: outputs go along, and the last one waits for a person', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const tell = 'env | grep ^COORD_FROM_ | sort > given';
  await mac.ok('order', 'add', 'build', '--for', 'pc', '--', 'echo "image_tag=a b=c" >> "$COORD_OUTPUT"');
  await mac.ok('order', 'add', 'test', '--for', 'mac', '--after', 'build', '--', `${tell}; echo ok=yes >> "$COORD_OUTPUT"`);
  const added = await mac.ok('order', 'add', 'ship', '--for', 'pc', '--after', 'test,build', '--approval', '--', tell);
  expect(added).toContain('placed ship for pc · BLOCKED: waits for test, build');
  expect(fleet.status().needsYou).toEqual([{ code: 'order', order: 'ship', why: 'waits for approval; coord approve ship' }]);
  expect(await pc.ok('sync', '--wait')).toContain('finished build');
  expect(await mac.ok('sync', '--wait')).toContain('finished test');
  expect(mac.read('given')).toBe('COORD_FROM_BUILD_IMAGE_TAG=a b=c\n');
  expect(await pc.ok('sync')).not.toContain('started ship');
  const shown = await pc.ok('order', 'show', 'ship');
  expect(shown).toContain('why:       waits for approval; coord approve ship\n');
  expect(shown).toContain('after:     test, build\napproval:  awaited\n');
  expect(fleet.board('README.md')).toMatch(/o\w+ -\.-> o\w+/);
  expect(await mac.ok('approve', 'ship')).toContain('approved ship for 2 pc · last heard of');
  expect(await pc.ok('sync', '--wait')).toContain('finished ship');
  expect(pc.read('given')).toBe('COORD_FROM_BUILD_IMAGE_TAG=a b=c\nCOORD_FROM_TEST_OK=yes\n');
  expect(fleet.status()).toMatchObject({ summary: { completed: 3 }, needsYou: [] });
  // The word stands when it is run again, and saying it twice does no harm.
  await mac.ok('sync');
  expect(await mac.ok('approve', 'ship')).toBe('ship was approved already: it is COMPLETED\n');
  expect(await mac.coord(['approve', 'build'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('asks for no approval'),
  });
  expect(await mac.ok('retry', 'ship')).not.toContain('BLOCKED');
});

test('O4 a run that went down with its machine: a person says what it was, and what follows goes on', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.person().order([
    { id: 'job', assign: ['pc'], run: 'echo x >> ran; exec sleep 1000' },
    { id: 'ship', assign: 'mac', after: ['job'], run: 'echo x >> ran' },
  ]);
  // Claimed, confirmed, started.
  for (let sync = 0; sync < 3 && pc.runs().length === 0; sync += 1) await pc.ok('sync');
  await until('it runs', () => pc.count('ran') === 1);
  const early = await mac.here(['order', 'resolve', 'job', '--completed']);
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it is known how order job ended: it is IN_PROGRESS'),
  });
  await mac.ok('machines', 'remove', 'pc', '--again');
  expect(fleet.status().needsYou).toEqual([
    {
      code: 'order',
      order: 'job',
      why: 'failed: interrupted; to run it again: coord retry job; if you know how it ended: coord order resolve job',
    },
  ]);
  expect(fleet.status().orders.ship).toMatchObject({ state: 'BLOCKED', reason: 'job failed; coord retry job' });
  expect((await mac.coord(['order', 'resolve', 'job'])).code).toBe(2);
  expect((await mac.coord(['order', 'resolve', 'job', '--failed', '--completed'])).code).toBe(2);
  const words = ['--completed', '--note', 'the site is up'];
  expect(await mac.ok('order', 'resolve', 'job', ...words)).toBe('resolved job as completed · it is COMPLETED\n');
  await mac.ok('sync', '--wait');
  expect(mac.count('ran')).toBe(1);
  expect(fleet.status().orders).toMatchObject({
    job: { state: 'COMPLETED', reason: 'resolved by a person: the site is up' },
    ship: { state: 'COMPLETED' },
  });
  expect(JSON.parse(fleet.board('ORDERS.json')).orders[0].resolved).toEqual({
    generation: 1,
    as: 'completed',
    note: 'the site is up',
  });
});

test('O4b a word on a generation to come does not end what is run again: a retry takes it off', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const second = { run: 'echo $COORD_ORDER >> ran; [ $COORD_GENERATION = 2 ]', resolved: { generation: 2, as: 'completed' } };
  fleet.person().order([
    { id: 'job', assign: 'mac', ...second },
    {
      id: 'chain',
      assign: 'mac',
      steps: [
        { id: 'one', run: 'true' },
        { id: 'two', ...second },
      ],
    },
  ]);
  for (const id of ['job', 'chain']) expect((await mac.coord(['wait', id, '--timeout', '20s'])).code).toBe(1);
  await mac.ok('retry', 'job', 'chain');
  for (const id of ['job', 'chain']) await mac.ok('wait', id, '--timeout', '20s');
  expect(mac.read('ran').split('\n').sort()).toEqual(['', 'chain.two', 'chain.two', 'job', 'job']);
  expect(fleet.board('ORDERS.json')).not.toContain('resolved');
});

test('D4 from the command line: no order after itself; one after an unknown id is told what it waits for', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const own = await mac.here(['order', 'add', 'a', '--for', '1', '--after', 'a', '--', 'true']);
  expect(own).toMatchObject({ code: 2, stderr: expect.stringContaining('a circle: a → a') });
  const added = await mac.ok('order', 'add', 'a', '--for', '1', '--after', 'b', '--', 'true');
  expect(added).toContain('BLOCKED: waits for b, which is not in ORDERS.json');
  expect(fleet.status()).toMatchObject({
    needsYou: [{ order: 'a', why: 'waits for b, which is not in ORDERS.json' }],
    faults: [{ document: 'ORDERS.json', line: expect.any(Number), column: expect.any(Number), level: 'warning' }],
  });
});
