// What people do with a fleet beside its orders: they pause machines, send types of orders here and there, and remove machines that
// are gone, or that they take for gone.
import { laneOf } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { fault, type World } from './world.ts';

const MINUTE_MS = 60_000;

export const PEOPLE_KINDS = {
  changeFleet: {
    weight: 3,
    share: 0.4,
    act: async (world: World) => world.log(`people: fleet.yaml ${await world.people.changeFleet()}`),
  },
  pauseThrough: {
    weight: 1.5,
    share: 0.25,
    act: (world: World, computer: Computer) => world.log(`people: ${computer.name} ${world.people.pauseThrough(computer)}`),
  },
  pause: { weight: 3, share: 0.5, act: pause },
  removeMachine: { weight: 1, share: 0.25, act: removeMachine },
};

/** `coord pause --for`, `coord resume`. */
function pause(world: World, computer: Computer): void {
  const state = computer.state();
  if (state === null || computer.isBusy || computer.number === 0 || state.leaving !== null) return;
  const wish = world.chance.weighted<{ readonly forMs: number | null } | null>([
    [5, null],
    [3, { forMs: world.chance.pick([1, 10, 30]) * MINUTE_MS }],
    [1, { forMs: null }],
  ]);
  if (wish === null && state.pause === null) return;
  if (wish !== null) fault(world, 'machines paused', `${computer.name} for ${wish.forMs} ms`);
  resume(world, computer, wish);
}

/** Null ends it. */
export function resume(world: World, computer: Computer, wish: { readonly forMs: number | null } | null = null): void {
  const state = computer.state();
  if (state === null) return;
  const at = computer.clock.now();
  computer.save({ ...state, pause: wish === null ? null : { at, note: '', ...wish } });
  world.checks.pauses.onPause(computer, wish === null ? null : { at, ...wish });
}

/** `coord machines remove`: of one that is gone for good, or is not. */
async function removeMachine(world: World, computer: Computer): Promise<void> {
  const { truth, computers, chance } = world;
  const state = computer.state();
  const may = computer.number !== 0 && !computer.isBusy && state !== null && state.duplicate === null;
  if (!may || state.rewritten !== null || state.leaving !== null) return;
  const others = computers.filter(({ number, joinsAs }) => number !== 0 && number !== computer.number && joinsAs === null);
  const free = others.filter(({ number }) => {
    const folders = computers.filter((it) => it.number === number || it.joinsAs === number);
    return folders.length === 1 && !truth.cloned.has(number) && !truth.removedMachines.has(number);
  });
  const gone = free.filter(({ isGone }) => isGone);
  if (free.length === 0 || (gone.length === 0 && chance.is(0.8))) return;
  const { number, name, isGone } = chance.pick(gone.length > 0 ? gone : free);
  fault(world, isGone ? 'lost machines removed' : 'living machines removed', `${name}, ${number}, by ${computer.name}`);
  truth.removedMachines.add(number);
  truth.left.add(number);
  // Who lives finds a foreign word on its lane, and halts, while its runs are called interrupted.
  if (!isGone) truth.cloned.add(number);
  computer.removes = number;
  await computer.begin();
}

/** Whose lane somebody deleted, and whose disk is lost, nobody ever calls lost (docs/security.md): a person says that it is gone. */
export async function removeWordless(world: World): Promise<void> {
  const { truth, computers, hub } = world;
  for (const { number, name, isGone } of computers) {
    const isThere = computers.some((it) => it.number === number && !it.isGone);
    if (!isGone || isThere || !truth.lanesTouched.has(number) || hub.refs.has(laneOf(number))) continue;
    const by = computers.find(
      (it) => !it.isGone && it.number !== 0 && !truth.cloned.has(it.number) && it.state()?.leaving === null,
    );
    if (by === undefined) return;
    world.log(`people: ${name}, ${number}, is removed by ${by.name}: it has no lane`);
    by.removes = number;
    await world.cycle(by);
    // Where its copies cannot be read either, that is refused.
    if (!hub.refs.has(laneOf(number))) continue;
    truth.removedMachines.add(number);
    truth.left.add(number);
  }
}
