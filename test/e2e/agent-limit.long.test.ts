// O21, O15.12: a budget for agents, and a usage limit of theirs, with a stand-in that speaks claude's stream format and says that each run
// cost $0.0125.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { agent, withAgent } from './agent-budget.ts';
import { endFleets } from './fleet.ts';

afterEach(endFleets);

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
