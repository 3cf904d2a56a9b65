// The safety phase: which process goes on, what people do, and everything that can go wrong, by chance. Each world has its own
// kinds of faults, so that what one hides another shows.
import type { Chance } from './chance.ts';
import type { Computer } from './computer.ts';
import { lie } from './faults-bell.ts';
import { createShortener, shorten } from './faults-history.ts';
import { PEOPLE_KINDS } from './faults-people.ts';
import { REF_KINDS } from './faults-refs.ts';
import { burn, loseHolder, takeBack } from './faults-work.ts';
import { MAIN } from './sim-hub.ts';
import { fault, type World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const LIVING_MAX = 6;

type Act = (world: World, computer: Computer) => Promise<void> | void;

interface Kind {
  readonly weight: number;
  /** How many worlds know it, of 1. */
  readonly share: number;
  readonly act: Act;
}

const log = (act: (world: World, computer: Computer) => Promise<string> | string, name: string): Act => {
  return async (world, computer) => world.log(`people: ${name} ${await act(world, computer)}`);
};

const KINDS: Readonly<Record<string, Kind>> = {
  pass: {
    weight: 10,
    share: 1,
    act: ({ chance, pass }) =>
      pass(
        chance.weighted([
          [6, chance.below(20_000)],
          [4, chance.below(5 * MINUTE_MS)],
          [1, chance.below(HOUR_MS)],
        ]),
      ),
  },
  change: { weight: 7, share: 1, act: log(({ people }) => people.change(), 'change') },
  editThrough: {
    weight: 3,
    share: 0.7,
    act: log(({ people }, computer) => people.editThrough(computer), 'edit through a machine'),
  },
  breakFile: { weight: 1, share: 0.4, act: log(({ people }) => people.breakFile(), 'break') },
  mend: { weight: 2, share: 1, act: ({ people }) => people.mend() },
  spoil: { weight: 1, share: 0.4, act: log(({ people }, computer) => people.spoil(computer), 'spoil') },
  writeTo: {
    weight: 3,
    share: 0.5,
    act: log((world, { number }) => world.people.writeTo(world.chance.is(0.2) ? 'ALL' : `${Math.max(1, number)}`), 'write'),
  },
  send: {
    weight: 5,
    share: 0.6,
    act: (world, computer) => {
      const others = world.computers.filter(({ number }) => number !== 0 && number !== computer.number);
      if (computer.number === 0 || others.length === 0) return;
      const to = world.chance.weighted([
        [6, String(world.chance.pick(others).number)],
        [2, 'ALL'],
        [1, '0'],
      ]);
      world.log(`${computer.name} sends ${world.people.send(computer, to)}`);
    },
  },
  take: { weight: 5, share: 0.8, act: (world, computer) => world.log(`${computer.name} takes ${world.people.take(computer)}`) },
  cut: {
    weight: 2,
    share: 0.5,
    act: (world, { line, name }) => {
      line.cut = world.chance.pick(['out', 'back']);
      fault(world, `line cut ${line.cut === 'out' ? 'both ways' : 'one way'}`, name);
    },
  },
  join: {
    weight: 4,
    share: 1,
    act: (_world, { line }) => {
      line.cut = 'none';
    },
  },
  loss: {
    weight: 1,
    share: 0.5,
    act: (world, { line }) => {
      line.loss = world.chance.pick([0, 0.2, 0.5]);
    },
  },
  staleness: {
    weight: 1,
    share: 0.4,
    act: (world, { line }) => {
      line.staleness = world.chance.pick([0, 0.3, 0.8]);
    },
  },
  refuse: {
    weight: 1,
    share: 0.3,
    act: (world) => {
      fault(world, 'main protected');
      world.hub.refuse((ref) => (ref === MAIN ? 'protected branch' : null));
    },
  },
  refuseWhole: {
    weight: 1,
    share: 0.3,
    act: (world, { line, name }) => {
      fault(world, 'pushes refused as a whole', name);
      line.refusesWhole = true;
    },
  },
  accept: {
    weight: 3,
    share: 1,
    act: ({ hub, computers }) => {
      hub.refuse(() => null);
      hub.forbidDeletion(false);
      for (const { line } of computers) line.refusesWhole = false;
    },
  },
  forbidDeletion: {
    weight: 1,
    share: 0.2,
    act: (world) => {
      fault(world, 'deletion forbidden');
      world.truth.forbadeDeletion = true;
      world.hub.forbidDeletion(true);
    },
  },
  startsFail: {
    weight: 1,
    share: 0.3,
    act: (_world, { runner }) => {
      runner.startsFail = !runner.startsFail;
    },
  },
  kill: {
    weight: 2,
    share: 0.6,
    act: async (world, computer) => {
      if (!computer.isBusy) return;
      fault(world, 'processes killed', computer.name);
      await computer.kill();
    },
  },
  powerCut: {
    weight: 1.5,
    share: 0.5,
    act: async (world, computer) => {
      fault(world, 'power cuts', computer.name);
      await world.powerCut(computer, world.chance.below(10 * MINUTE_MS));
    },
  },
  sleep: {
    weight: 1.5,
    share: 0.5,
    act: (world, computer) => {
      const ms = world.chance.pick([5_000, MINUTE_MS, 4 * MINUTE_MS, 20 * MINUTE_MS, 3 * HOUR_MS]);
      fault(world, 'sleeps', `${computer.name} for ${ms} ms`);
      world.sleep(computer, ms);
    },
  },
  clockStep: {
    weight: 1,
    share: 0.5,
    act: (world, computer) => {
      computer.runner.settle();
      const ms = world.chance.pick([-26, -1, 1, 26]) * world.chance.pick([5_000, 10 * MINUTE_MS, HOUR_MS]);
      fault(world, 'clock steps', `${computer.name} by ${ms} ms`);
      if (ms < 0 && !computer.countsSleep) world.truth.unclocked.add(computer.name);
      computer.clock.step(ms);
      computer.runner.clockStepped();
      computer.runner.settle();
    },
  },
  restartDaemon: {
    weight: 0.7,
    share: 0.5,
    act: (world, computer) => {
      if (computer.isBusy || computer.daemon === null) return;
      fault(world, 'daemons restarted', computer.name);
      computer.daemon = null;
    },
  },
  loseClone: {
    weight: 0.5,
    share: 0.5,
    act: async (world, computer) => {
      if (computer.isBusy) return;
      fault(world, 'clones lost', computer.name);
      computer.loseClone();
    },
  },
  burn: { weight: 0.7, share: 0.25, act: burn },
  loseHolder: { weight: 3, share: 0.6, act: loseHolder },
  takeBack: { weight: 3, share: 0.6, act: takeBack },
  leave: {
    weight: 0.6,
    share: 0.25,
    act: (world, computer) => {
      if (world.leave(computer, world.chance.is(0.5))) fault(world, 'machines that leave', computer.name);
    },
  },
  comeBack: {
    weight: 2,
    share: 0.25,
    act: (world, computer) => {
      if (computer.isBusy || !computer.hasLeft()) return;
      fault(world, 'machines that come back', computer.name);
      world.joinAs(computer, computer.number);
    },
  },
  joinAs: {
    weight: 2,
    share: 0.3,
    act: (world) => {
      const { computers, truth } = world;
      const lost = computers.filter((it) => it.isGone && it.number !== 0 && !truth.cloned.has(it.number));
      const free = lost.filter(
        ({ number }) => !computers.some((it) => !it.isGone && (it.number === number || it.joinsAs === number)),
      );
      if (free.length === 0) return;
      const { number, self } = world.chance.pick(free);
      const computer = world.addComputer({ tags: self.tags, tools: self.tools, env: self.policy.env });
      fault(world, 'lost disks whose number a new folder takes', `${computer.name} as ${number}`);
      world.joinAs(computer, number);
    },
  },
  newcomer: {
    weight: 0.5,
    share: 0.4,
    act: (world) => {
      if (world.awake().length >= LIVING_MAX) return;
      fault(world, 'newcomers', world.addComputer().name);
    },
  },
  copy: {
    weight: 1,
    share: 0.15,
    act: (world, computer) => {
      if (
        computer.number === 0 ||
        computer.state()?.leaving != null ||
        world.truth.cloned.has(computer.number) ||
        world.computers.length >= LIVING_MAX
      )
        return;
      fault(world, 'disks copied', `${computer.name} as ${world.copy(computer).name}`);
    },
  },
  rollBack: {
    weight: 0.7,
    share: 0.12,
    act: async (world) => {
      if (world.hub.mains.length < 3) return;
      await world.rollBack();
      fault(world, 'main rolled back', world.hub.refs.get(MAIN)?.slice(0, 7) ?? '');
    },
  },
  adopt: {
    weight: 2,
    share: 0.3,
    act: (world, computer) => {
      if (!computer.isBusy) world.adopt(computer);
    },
  },
};

const ALL_KINDS: readonly Kind[] = Object.values({ ...KINDS, ...PEOPLE_KINDS, ...REF_KINDS });

export async function runFaults(world: World, seed: number): Promise<void> {
  const { chance, truth } = world;
  const shortener = createShortener(seed);
  const kinds = ALL_KINDS.filter(({ share }) => chance.is(share));
  const weights = kinds.map(({ weight, act }): [number, Act] => [weight, act]);
  for (let steps = chance.between(80, 250); steps > 0 && truth.violations.length === 0; steps -= 1) {
    await shorten(world, shortener);
    await step(world, chance, weights);
  }
}

async function step(world: World, chance: Chance, acts: readonly (readonly [number, Act])[]): Promise<void> {
  const awake = world.awake();
  const busy = awake.filter(({ isBusy }) => isBusy);
  lie(world);
  if (busy.length > 0 && chance.is(0.85)) return world.goOn(chance.pick(busy));
  const idle = awake.filter(({ isBusy }) => !isBusy);
  const rung = world.bell === null ? [] : idle.filter(({ daemon }) => daemon?.isRung());
  if (rung.length > 0 && world.bell?.chance.is(0.7)) return world.bell.chance.pick(rung).begin('daemon');
  if (idle.length > 0 && chance.is(0.35)) {
    const computer = chance.pick(idle);
    if (chance.is(0.12)) computer.diesIn = 1 + chance.below(30);
    return computer.begin(computer.hasDaemon && chance.is(0.6) ? 'daemon' : 'sync');
  }
  if (awake.length === 0) return world.pass(MINUTE_MS);
  await chance.weighted(acts)(world, chance.pick(awake));
}
