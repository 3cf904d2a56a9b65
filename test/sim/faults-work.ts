// What becomes of work that is under way: who does it is lost, or away for long, or people take it back.
import type { Computer } from './computer.ts';
import { listedOf } from './slots.ts';
import { fault, type World } from './world.ts';

const HOUR_MS = 3_600_000;

/** O4: who holds a claim, or runs by one, burns or is away for longer than its lease, while the others look. */
export async function loseHolder(world: World): Promise<void> {
  const { chance, people, hub } = world;
  if (hub.mains.length === 0 || world.awake().filter((it) => it.number > 0 && !it.hasLeft()).length < 2) return;
  const syncAll = async () => {
    for (const it of world.awake()) if (!it.isBusy && !it.hasLeft()) await world.sync(it);
  };
  if (holdersIn(world).length === 0) {
    const id = `held${hub.states.length}`;
    await people.put({ id, assign: 'any', run: 'true', attempts: 3, generation: 1 });
    await syncAll();
  }
  const holders = holdersIn(world);
  if (holders.length === 0) return;
  const holder = chance.pick(holders);
  if (chance.is(0.5)) await burn(world, holder);
  else {
    fault(world, 'holders away', holder.name);
    await world.powerCut(holder, 4 * HOUR_MS);
  }
  for (let times = 0; times < 3; times += 1) {
    world.pass(HOUR_MS);
    await syncAll();
  }
}

/** Of a claim that another machine may take over. */
function holdersIn(world: World): readonly Computer[] {
  const mayBeTaken = (attempt: number, terms: { readonly attempts: number } | undefined) => attempt < (terms?.attempts ?? 0);
  return world.awake().filter((it) => {
    const { claims = [], active = [] } = it.state() ?? {};
    return claims.some((own) => mayBeTaken(own.attempt, own)) || active.some((run) => mayBeTaken(run.attempt, run.claim));
  });
}

/** D4: an order that runs just now; where none does, somebody gives one of them something to do. */
export async function takeBack(world: World): Promise<void> {
  const { chance, people, hub } = world;
  const running = async () => {
    const listed = await people.listed();
    return world.awake().flatMap((it) => {
      const ids = it.runner.isBusy() ? (it.state()?.active ?? []).map((run) => listedOf(run.order)) : [];
      return listed.flatMap((order) => (ids.includes(order.id) ? [{ it, order }] : []));
    });
  };
  if ((await running()).length === 0) {
    const idle = world.awake().filter((it) => it.number > 0 && !it.isBusy && !it.hasLeft());
    if (idle.length === 0) return;
    const one = chance.pick(idle);
    await people.put({ id: `back${hub.states.length}`, assign: one.number, run: 'true', attempts: 1, generation: 1 });
    await world.sync(one);
  }
  const known = await running();
  if (known.length === 0) return;
  const { it, order } = chance.pick(known);
  world.log(`people: take ${order.id} back`);
  if (chance.is(0.4)) await people.remove(order.id);
  else await people.put(chance.is(0.5) ? { ...order, cancelled: true } : { ...order, generation: order.generation + 1 });
  if (chance.is(0.8)) await world.sync(it);
}

export async function burn(world: World, computer: Computer): Promise<void> {
  if (world.computers.filter(({ isGone, isCopy }) => !isGone && !isCopy).length < 2) return;
  fault(world, 'disks lost', computer.name);
  await world.powerCut(computer, 0);
  computer.isGone = true;
}
