// O21, O15.12: a budget for agents, and a usage limit of theirs, with a stand-in that speaks claude's stream format and says that each run
// cost $0.0125.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { agent, withAgent } from './agent-budget.ts';
import { endFleets } from './fleet.ts';

afterEach(endFleets);

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
