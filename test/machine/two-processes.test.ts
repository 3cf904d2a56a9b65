// A daemon and a one-shot sync are two processes of one machine: one disk, and to each what it has in memory.
import { describe, expect, test } from 'vitest';
import { createFleet, quiet } from './world.ts';

const RECALL = { dryRun: false, mayRecall: true };

/** Machine 1 has a run of its own going; x runs on machine 2 and has failed there, which the one-shot process of machine 1 has seen. */
async function failedElsewhere(look: { readonly dryRun: boolean }) {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('own', () => ({ ms: 60_000, exitCode: 0 }));
  world.script('x', () => ({ ms: 10_000, exitCode: 7 }));
  world.orders([
    { id: 'own', assign: 1, run: 'true' },
    { id: 'x', assign: 2, run: 'true' },
  ]);
  const daemon = one.beside();
  // Machine 2 answers the person (F1) with its start.
  await two.cycle();
  expect((await daemon.cycle()).seen?.composed.board.status.orders.x).toMatchObject({ state: 'IN_PROGRESS' });
  world.pass(10_000);
  await two.cycle();
  expect((await one.cycle(look)).seen?.composed.board.status.orders.x).toMatchObject({ state: 'FAILED' });
  world.pass(60_000);
  return { world, one, daemon };
}

describe('C4a, C6: what one process of a machine has shown, no other one takes back', () => {
  test.each([
    ['a one-shot sync', false],
    ['a dry run', true],
  ])('C4a after %s the daemon says its result without a fetch, on what that has seen', async (_, dryRun) => {
    const { world, one, daemon } = await failedElsewhere({ dryRun });
    const fetches = one.calls.fetch;
    const { seen, push, fetched } = await daemon.cycle(RECALL);
    expect({ fetched, fetches: one.calls.fetch }).toEqual({ fetched: false, fetches });
    expect(push).toMatchObject({ lane: 'accepted', main: 'accepted' });
    expect(seen?.composed.board.status.orders).toMatchObject({ own: { state: 'COMPLETED' }, x: { state: 'FAILED' } });
    await quiet(world);
    expect((await world.status()).orders.x).toMatchObject({ state: 'FAILED', exitCode: 7 });
  });

  test('S6 offline the daemon goes on with what the other process has seen', async () => {
    const { one, daemon } = await failedElsewhere({ dryRun: false });
    one.line.offline = true;
    const { seen, trouble } = await daemon.cycle();
    expect(trouble).toMatchObject({ code: 'NETWORK' });
    expect(seen?.composed.board.status.orders.x).toMatchObject({ state: 'FAILED' });
  });
});
