// O21, O15.12: a budget for agents, and a usage limit of theirs, with a stand-in that speaks claude's stream format and says that each run
// cost $0.0125.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const standIn = join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs');
const agent = (id: string, more: object = {}) => ({
  id,
  assign: 1,
  agent: 'claude',
  prompt: 'Please: works',
  cwd: '~/work',
  ...more,
});

async function withAgent(): Promise<{ fleet: Fleet; pc: TestMachine }> {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const program = join(pc.home, '.local', 'bin', 'claude');
  for (const folder of [join(program, '..'), join(pc.home, 'work')]) mkdirSync(folder, { recursive: true });
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(program, 0o755);
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  return { fleet, pc };
}

test('O21: a budget that is spent starts no more agents, and says when it begins again; stats sum up', async () => {
  const { fleet, pc } = await withAgent();
  const path = join(pc.coordHome, 'policy.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^( +)slots: .*$/m, '$&\n$1budget: { usd_per_day: 0.02 }'));
  const person = fleet.person();
  person.order([agent('one'), agent('two', { after: ['one'] })]);
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ one: { state: 'COMPLETED' }, two: { state: 'COMPLETED' } });
  person.order([agent('three'), { id: 'plain', assign: 1, run: 'true' }]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({
    three: {
      state: 'BLOCKED',
      code: 'budgetSpent',
      reason: expect.stringMatching(
        /^the budget of 0.02 USD a day for agents is spent on pc; it begins again 20\d\d-\d\d-\d\d 00:00 UTC$/,
      ),
    },
  });
  expect(fleet.board('README.md')).toContain('it begins again');
  const { costs } = await pc.json<{ costs: { total: object; agents: object; machines: object } }>('stats');
  const cost = { runs: 2, usd: 0.025, tokens: 2000 };
  expect(costs).toMatchObject({ total: cost, agents: { claude: cost }, machines: { 1: cost } });
  expect(await pc.ok('stats')).toMatch(/all agents +2 +\$0\.03 +2,000/);
  // More is allowed: it goes on by itself.
  writeFileSync(path, readFileSync(path, 'utf8').replace('usd_per_day: 0.02', 'usd_per_day: 1'));
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.three).toMatchObject({ state: 'COMPLETED' });
});

test('O15.12: at its usage limit an agent gets no orders; they start by themselves once it is lifted', async () => {
  const { fleet, pc } = await withAgent();
  const person = fleet.person();
  const limited = join(pc.home, 'limited');
  writeFileSync(limited, '');
  person.order([agent('found', { attempts: 2 })]);
  await pc.ok('sync', '--wait');
  const waits =
    /claude has reached its usage limit; orders for it wait until 20\d\d-\d\d-\d\d \d\d:\d\d UTC; to try sooner, on pc: coord agent detect/;
  expect(fleet.status().orders.found).toMatchObject({
    state: 'BLOCKED',
    reason: expect.stringMatching(/attempt 1 of 2 failed/),
  });
  expect(fleet.status().orders.found?.reason).toMatch(waits);
  person.order([agent('found', { attempts: 2 }), agent('next')]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.next).toMatchObject({
    state: 'BLOCKED',
    code: 'agentLimited',
    reason: expect.stringMatching(waits),
  });
  expect(await pc.ok('agent', 'list')).toMatch(/claude +2\.1\.197 +logged in, at its usage limit: no orders until 20.* UTC/);
  // Lifted too early: the last attempt asks, and the other order waits on.
  await pc.ok('agent', 'detect');
  person.order([agent('found', { attempts: 2 })]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.found).toMatchObject({
    state: 'BLOCKED',
    code: 'agentLimited',
    reason: expect.stringMatching(
      /^claude has reached its usage limit: You've hit your session limit; on pc orders for it wait until 20.* UTC; then: coord retry found$/,
    ),
  });
  rmSync(limited);
  person.order([agent('found', { attempts: 2, generation: 2 }), agent('last')]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.last).toMatchObject({ state: 'BLOCKED', code: 'agentLimited' });
  await pc.ok('agent', 'detect');
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ found: { state: 'COMPLETED' }, last: { state: 'COMPLETED' } });
});
