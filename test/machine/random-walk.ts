// A seeded walk of a small fleet through everything that can go wrong, and then through a time in which nothing does. The same
// seed gives the same history, byte for byte. COORD_WALK_SEED=17 runs one seed alone; COORD_WALK_SEEDS=5000 runs more of them.
import type { OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { type Chance, createChance } from '../sim/chance.ts';
import { createFleet, Killed, quiet, type SimMachine, type World } from './world.ts';

export interface Walk {
  readonly world: World;
  /** What happened, a line each. */
  readonly history: readonly string[];
  /** The orders that are listed in the end. */
  readonly listed: readonly Listed[];
}

export interface Listed {
  readonly id: string;
  readonly assign: number | 'all';
  readonly attempts: number;
  generation: number;
  cancelled: boolean;
}

const MAIN = 'refs/heads/main';
const STEPS = 60;

export async function walk(seed: number): Promise<Walk> {
  const chance = createChance(seed);
  const world = await createFleet(3 + chance.below(3));
  const history: string[] = [];
  const people = createPeople(world, chance);
  scripts(world, seed);
  for (let step = 0; step < STEPS; step += 1) {
    const what = chance.pick(ACTS);
    const machine = chance.pick(world.machines);
    const detail = await act(what, world, machine, people, chance);
    history.push(`${step} ${what} ${machine.name} ${detail}`);
  }
  await heal(world, people);
  history.push(
    ...world.machines.flatMap((machine) => machine.runner.starts.map((it) => `${machine.name} ${it.key} at ${it.atMs}`)),
  );
  history.push(...[...world.hub.refs].map(([ref, commit]) => `${ref} ${commit}`));
  return { world, history, listed: people.listed };
}

const ACTS = [
  ...Array.from({ length: 10 }, () => 'cycle' as const),
  ...Array.from({ length: 5 }, () => 'pass' as const),
  ...Array.from({ length: 4 }, () => 'order' as const),
  ...Array.from({ length: 3 }, () => 'crash' as const),
  'interleave',
  'interleave',
  'edit',
  'edit',
  'lose',
  'lose',
  'offline',
  'online',
  'online',
  'refuse',
  'refuseAll',
  'accept',
  'accept',
  'reboot',
  'break',
  'mend',
  'spoil',
] as const;

type What = (typeof ACTS)[number];

async function act(what: What, world: World, machine: SimMachine, people: People, chance: Chance): Promise<string> {
  switch (what) {
    case 'cycle':
      return cycle(machine);
    case 'pass': {
      const ms = chance.below(90_000);
      world.pass(ms);
      return `${ms}`;
    }
    case 'order':
      return people.change();
    case 'crash': {
      let left = 1 + chance.below(12);
      let died = 'not';
      machine.dieAt((step) => {
        left -= 1;
        if (left === 0) died = step;
        return left === 0;
      });
      await cycle(machine);
      machine.dieAt(() => false);
      machine.restart();
      return `at ${died}`;
    }
    case 'interleave': {
      const other = chance.pick(world.machines);
      const hook = chance.pick(['beforePush', 'afterFetch'] as const);
      if (other === machine) return 'alone';
      machine.line[hook] = async () => void (await cycle(other));
      return `${hook} ${other.name}: ${await cycle(machine)}`;
    }
    case 'edit':
      return people.editThrough(machine);
    case 'lose':
      machine.line.lose = chance.pick(['request', 'answer'] as const);
      return machine.line.lose;
    case 'offline':
      machine.line.offline = true;
      return '';
    case 'online':
      for (const one of world.machines) one.line.offline = false;
      return '';
    case 'refuse':
      world.hub.refuse((ref) => (ref === MAIN ? 'protected' : null));
      return '';
    case 'refuseAll':
      machine.line.wholePushRule = (refs) => (refs.includes(MAIN) ? 'hook' : null);
      return '';
    case 'accept':
      accept(world);
      return '';
    case 'reboot':
      world.reboot(machine);
      return '';
    case 'break':
      return people.breakFile();
    case 'mend':
      people.write();
      return '';
    case 'spoil': {
      const path = chance.pick(['README.md', 'STATUS.json', `COMPUTER_${machine.number}.md`, `results/${machine.number}.json`]);
      world.person({ [path]: chance.pick([null, 'spoilt']) });
      return path;
    }
  }
}

/** Machines that are in a cycle: the lock lets no second one in (C7). */
const locked = new Set<SimMachine>();

async function cycle(machine: SimMachine): Promise<string> {
  if (locked.has(machine)) return 'locked';
  locked.add(machine);
  try {
    const { started, stopped, push, trouble } = await machine.cycle();
    return `started ${started} stopped ${stopped} push ${push?.lane} ${push?.main} ${trouble?.code}`;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return 'killed';
  } finally {
    locked.delete(machine);
  }
}

function accept(world: World): void {
  world.hub.refuse(() => null);
  for (const machine of world.machines) machine.line.wholePushRule = null;
}

/** Nothing goes wrong any more, and time enough passes for everything that waits. */
async function heal(world: World, people: People): Promise<void> {
  accept(world);
  for (const machine of world.machines)
    Object.assign(machine.line, { offline: false, lose: null, beforePush: null, afterFetch: null });
  people.write();
  world.pass(2 * 3_600_000);
  await quiet(world);
  people.readBack((await world.text('ORDERS.json')) ?? '');
  const isBusy = () =>
    world.machines.some((machine) => machine.state().active.length + Object.keys(machine.state().dueSince).length > 0);
  for (let round = 0; round < 3 || (isBusy() && round < 200); round += 1) {
    world.pass(200_000);
    await quiet(world);
  }
}

/** Some orders are quick, some take minutes, some fail once, some always. */
function scripts(world: World, seed: number): void {
  for (let index = 0; index < 40; index += 1) {
    const kind = (index + seed) % 4;
    world.script(`o${index}`, (attempt) => ({
      ms: kind === 0 ? 300_000 : kind === 1 ? 20_000 : 10,
      exitCode: kind === 2 && attempt < 2 ? 1 : kind === 3 && index % 3 === 0 ? 1 : 0,
    }));
  }
}

interface People {
  readonly listed: Listed[];
  change(): string;
  editThrough(machine: SimMachine): Promise<string>;
  breakFile(): string;
  write(): void;
  readBack(text: string): void;
}

function createPeople(world: World, chance: Chance): People {
  const listed: Listed[] = [];
  const gone: Listed[] = [];
  let count = 0;
  const fresh = (): Listed => ({
    id: `o${count++}`,
    assign: chance.below(4) === 0 ? 'all' : 1 + chance.below(world.machines.length),
    attempts: 1 + chance.below(3),
    generation: 1,
    cancelled: false,
  });
  const entry = (order: Listed) => ({ ...order, run: 'true' });
  const write = () => world.orders(listed.map(entry));
  const people: People = {
    listed,
    write,
    change() {
      const order = listed.length === 0 ? undefined : chance.pick(listed);
      const kind =
        order === undefined ? 'add' : chance.pick(['add', 'add', 'add', 'cancel', 'remove', 'raise', 'lower', 'again'] as const);
      if (kind === 'add' || order === undefined) listed.push(fresh());
      else if (kind === 'cancel') order.cancelled = !order.cancelled;
      else if (kind === 'raise') order.generation += 1;
      else if (kind === 'lower') order.generation = Math.max(1, order.generation - 1);
      else if (kind === 'remove') gone.push(...listed.splice(listed.indexOf(order), 1));
      else if (gone.length > 0) listed.push(...gone.splice(chance.below(gone.length), 1));
      write();
      return `${kind} ${order?.id ?? ''}`;
    },
    async editThrough(machine) {
      const order = listed.length === 0 ? undefined : chance.pick(listed);
      const edit: OrderEdit =
        order === undefined || chance.below(2) === 0
          ? { kind: 'add', order: entry(fresh()) }
          : chance.pick<OrderEdit>([
              { kind: 'remove', id: order.id },
              { kind: 'set', id: order.id, field: 'priority', value: 'high' },
            ]);
      await machine.edit(edit);
      return JSON.stringify(edit);
    },
    breakFile() {
      const text = chance.pick(['{ "orders": [', null, '{"orders": [{"id": "o1"}, {"assign": 1}]}']);
      world.person({ 'ORDERS.json': text });
      return `${text}`;
    },
    readBack(text) {
      const { orders } = JSON.parse(text) as { orders: Listed[] };
      listed.splice(0, listed.length, ...orders);
    },
  };
  return people;
}
