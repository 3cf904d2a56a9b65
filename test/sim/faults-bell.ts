// What becomes of a bell: a broker that loses, holds back and repeats words, and somebody with the key who says what never was. All of it is drawn
// by the bell's own chance.
import type { Chance } from './chance.ts';
import type { Frame, SimBell } from './sim-bell.ts';
import { fault, type World } from './world.ts';

const NOBODY = 77;
/** Above all that a machine says for years. */
const FAR_EPOCH = 'f'.repeat(15);

type Lie = (world: World, bell: SimBell) => void;

const LIES: readonly (readonly [number, Lie])[] = [
  [3, moods],
  [3, (world, bell) => forgeRings(world, bell, 1)],
  [2, forgePresence],
  [3, replay],
  [1, (world, bell) => forgeRings(world, bell, bell.chance.between(20, 100))],
  [1, nonsense],
  [
    1,
    (world, bell) => {
      fault(world, 'bells that dropped all');
      bell.drop();
    },
  ],
];

/** Now and then; a fleet without a bell draws nothing. */
export function lie(world: World): void {
  const { bell } = world;
  if (bell?.chance.is(0.1) === true) bell.chance.weighted(LIES)(world, bell);
}

/** A bell that tells the truth, in time, once. */
export function tellTruth({ mood, forget }: SimBell): void {
  forget();
  Object.assign(mood, { lost: 0, late: 0, twice: 0 });
}

function moods(world: World, { chance, mood }: SimBell): void {
  Object.assign(mood, { lost: chance.pick([0, 0, 0.5, 1]), late: chance.pick([0, 0.3, 1]), twice: chance.pick([0, 0, 0.5]) });
  fault(world, 'bells of another mood', JSON.stringify(mood));
}

/** Rings of machines that said nothing or are not there, about commits that nobody made. */
export function forgeRings(world: World, bell: SimBell, rings: number): void {
  const { chance } = bell;
  fault(world, rings > 1 ? 'floods of rings' : 'forged rings');
  for (let ring = 0; ring < rings; ring += 1) {
    const lane = someMachine(world, chance);
    const whom = chance.is(0.5) ? 'all' : [someMachine(world, chance), someMachine(world, chance)];
    const value = { lane, tip: chance.is(0.5) ? null : commitOf(chance), main: commitOf(chance), for: whom };
    bell.later(ring * chance.between(1, 300), () => bell.say(forged(bell, { kind: 'ring', machine: lane, to: lane, value })));
  }
}

/** Who is gone is there, and who is there is gone. */
function forgePresence(world: World, bell: SimBell): void {
  const { chance } = bell;
  const machine = someMachine(world, chance);
  const there = { epoch: '0', since: '2026-11-20T22:00:00Z', ttlMs: 3_600_000, state: 'IDLE', version: '9.9.9' };
  const value = chance.is(0.6) ? { gone: true } : there;
  fault(world, 'forged words of presence', `${machine} ${'gone' in value ? 'is gone' : 'is there'}`);
  bell.say(forged(bell, { kind: 'here', machine, to: machine, value }));
}

/** What was said is said again, in another order. */
function replay(world: World, bell: SimBell): void {
  const { chance, said } = bell;
  fault(world, 'words said again');
  const again = Array.from({ length: said.length === 0 ? 0 : chance.between(1, 10) }, () => chance.pick(said));
  for (const frame of again) bell.say(frame);
}

function nonsense(world: World, bell: SimBell): void {
  const { chance } = bell;
  fault(world, 'words of a bell that are none');
  const value = chance.pick<unknown>([
    null,
    7,
    'gone',
    {},
    { lane: -1, for: 'all' },
    { lane: 1, for: [0] },
    { ttlMs: Number.NaN },
  ]);
  const kind = chance.pick(['ring', 'here', 'ask', 'watch', 'log', 'none']);
  const machine = someMachine(world, chance);
  bell.say(forged(bell, { kind, machine, to: someMachine(world, chance), value }));
}

/** In the name of a machine, of an epoch of now, or of one that makes all its own words old. */
function forged(bell: SimBell, word: Pick<Frame, 'kind' | 'machine' | 'to' | 'value'>): Frame {
  const { chance } = bell;
  const isOwn = chance.is(0.3);
  const epoch = isOwn ? `${chance.is(0.2) ? FAR_EPOCH : '0'.repeat(15)}${chance.below(16).toString(16)}` : undefined;
  const sender = `${word.machine} ${isOwn ? 0 : 2}`;
  return { ...word, sender, epoch: epoch ?? bell.epochOf(sender, 0), counter: BigInt(chance.below(1_000)) };
}

function someMachine({ computers }: World, chance: Chance): number {
  const numbers = computers.flatMap(({ number }) => (number === 0 ? [] : [number]));
  return chance.pick([...numbers, ...numbers, NOBODY]);
}

function commitOf(chance: Chance): string {
  return Array.from({ length: 40 }, () => chance.below(16).toString(16)).join('');
}
