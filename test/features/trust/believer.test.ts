// T6, T5: what a process that goes on believes, cycle by cycle, in memory.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../machine/world.ts';
import { type SignedWorld, signedWorld } from './memory-fleet.ts';

const open: SignedWorld[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.end();
});

async function fleetOf(count: number): Promise<SignedWorld> {
  const made = await signedWorld(count);
  open.push(made);
  return made;
}

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));

test('T6 attack 15: a spec that changed within the minute is seen by a process that goes on', async () => {
  const fleet = await fleetOf(1);
  const one = machineAt(fleet.world, 0);
  one.settings.blocked.set('job', 'for this test');
  fleet.place([{ id: 'job', assign: 1, run: 'true', spec: 'specs/a.md' }], { 'specs/a.md': 'good\n' });
  await one.cycle();
  expect((await fleet.world.status()).orders.job?.reason).toContain('for this test');
  one.settings.blocked.clear();
  fleet.world.person({ 'specs/a.md': 'evil\n' });
  await one.cycle();
  expect(startsOf(fleet)).toEqual([]);
  expect((await fleet.world.status()).orders.job?.reason).toContain('specs/a.md changed after anna signed it');
  fleet.world.person({ 'specs/a.md': 'good\n' });
  await one.cycle();
  expect(startsOf(fleet)).toEqual(['job']);
});
