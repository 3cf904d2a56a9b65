// What the schedules of shared orders begin with: an order that one machine holds, and another that could take it over.
import type { Computer } from '../computer.ts';
import type { Entry } from '../people.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

interface Held {
  readonly world: World;
  readonly holder: Computer;
  readonly other: Computer;
  readonly order: Entry;
  /** The other one goes on alone, a cycle every so often, until it has begun attempt 2 or the time is over. */
  othersTurn(ms: number, stepMs: number): Promise<void>;
}

const SLEEP_MS = 1_200_000;
const STEP_MS = 20_000;

type Clocks = Partial<{ rate: number; offsetMs: number; countsSleep: boolean }>;

/** The order is claimed, and not started: the holder's next cycle does that. Runs take hours. */
export async function held(attempts: number, clocks: { holder?: Clocks; other?: Clocks } = {}): Promise<Held> {
  const right = { rate: 1, offsetMs: 0, countsSleep: true, slots: 1, env: [] };
  const world = createWorld(1);
  const holder = world.addComputer({ ...right, ...clocks.holder });
  const other = world.addComputer({ ...right, ...clocks.other });
  holder.runner.takesMs = 10 * 3_600_000;
  other.runner.takesMs = 10 * 3_600_000;
  for (let times = 0; times < 2; times += 1) for (const computer of [holder, other]) await world.cycle(computer);
  const order: Entry = { id: 'held', assign: [1, 2], run: 'true', attempts, generation: 1 };
  await world.people.put(order);
  await world.cycle(holder);
  insist(world, world.hub.refs.has('refs/coord/claims/held/1.1'), 'nobody has claimed it');
  return {
    world,
    holder,
    other,
    order,
    async othersTurn(ms, stepMs) {
      const until = world.nowMs() + ms;
      while (world.nowMs() < until && world.truth.executions.every(({ attempt }) => attempt < 2)) {
        world.pass(stepMs);
        await world.cycle(other);
      }
    },
  };
}

/** The holder sleeps past any lease; as it wakes up the other one runs attempt 2. */
export async function sleepWhileTaken({ world, holder, other }: Held): Promise<void> {
  const wakesMs = world.nowMs() + SLEEP_MS;
  world.sleep(holder, SLEEP_MS);
  for (; wakesMs - world.nowMs() > 2 * STEP_MS; world.pass(STEP_MS)) await world.cycle(other);
  world.pass(wakesMs - world.nowMs());
  insist(world, other.runner.isBusy() && begun(world).endsWith('2'), 'nobody has taken it over while it slept');
}

/** Its process goes on until it is about to do this. */
export async function goOnUntil(world: World, computer: Computer, what: string): Promise<void> {
  if (!computer.isBusy) await computer.begin();
  while (computer.isBusy && computer.parked?.what !== what) await world.goOn(computer);
  insist(world, computer.isBusy, `${computer.name} never came to ${what}`);
}

/** The attempts of which a run has begun, in that order. */
export function begun({ truth }: World): string {
  return truth.executions.map(({ attempt }) => attempt).join();
}

/** S4: attempts 1 and 2 have both begun; two minutes later it is seen how long they ran beside each other. */
export function judgeOverlap(world: World): World {
  insist(world, begun(world) === '1,2', `begun have the attempts [${begun(world)}]`);
  world.pass(120_000);
  world.checks.runs.atEnd();
  return world;
}
