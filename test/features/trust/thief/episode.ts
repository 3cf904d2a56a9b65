// One thief against a signed fleet of three, in memory: people place orders, machines do them, and he pushes. One seed is one history.
import { WORD_NAMESPACE, wordText } from '../../../../src/features/trust/documents/signed-order.ts';
import { type Chance, createChance } from '../../../sim/chance.ts';
import { createPerson, type SignedWorld, signedWorld } from '../memory-fleet.ts';
import { createJudge, type Judge, type Wish } from './judge.ts';
import { type Loot, look, strike } from './moves.ts';

const HEARTBEAT_MS = 60_000;
/** Of a round of all machines; a heartbeat has three. */
const ROUND_MS = 20_000;

const wishes: readonly Wish[] = [
  { entry: { id: 'a', assign: 1, run: 'a' } },
  { entry: { id: 'b', assign: 2, run: 'b', after: ['a'] } },
  { entry: { id: 'c', assign: 3, run: 'c', spec: 'specs/a.md' } },
  { entry: { id: 'd', assign: 2, run: 'd', approval: true }, approved: true },
  { entry: { id: 'e', assign: 3, run: 'e', attempts: 3, env: { E: '1' } } },
  { entry: { id: 'f', assign: 'all', run: 'f' } },
  { entry: { id: 'g', assign: 3, run: 'g', repeatable: true } },
  { entry: { id: 'h', assign: 1, run: 'h', after: ['b', 'c', 'f'] } },
  { entry: { id: 's', assign: 'any', run: 's' } },
  { entry: { id: 't', assign: 1, run: 't', after: ['s'] } },
];
const SPECS = { 'specs/a.md': 'be good\n', 'specs/b.md': 'be good too\n' };

export interface Episode {
  readonly seed: number;
  readonly pushes: number;
  readonly starts: number;
  readonly faults: readonly string[];
  readonly events: readonly string[];
}

export async function playThief(seed: number, pushes: number): Promise<Episode> {
  const fleet = await signedWorld(3);
  try {
    return await play(fleet, createChance(seed), { seed, pushes });
  } finally {
    fleet.end();
  }
}

interface Plan {
  readonly seed: number;
  readonly pushes: number;
}

async function play(fleet: SignedWorld, chance: Chance, { seed, pushes }: Plan): Promise<Episode> {
  const { world } = fleet;
  const events: string[] = [];
  const said = new Set<string>();
  const judge = createJudge(world, wishes);
  watch(fleet, judge);
  const trust = (await world.text('trust/1.json')) ?? '';
  const anna = () => {
    placeAll(fleet, wishes, said, trust);
    events.push('people put their documents back');
  };
  const faults: string[] = [];
  const round = async () => {
    world.pass(ROUND_MS);
    for (const machine of world.machines) if (chance.is(0.9)) await machine.cycle();
    faults.push(...judge.wrong(said));
  };
  const evil = createPerson();
  const loot: Loot = {
    ...{ world, chance, commits: [], claims: new Map(), messages: new Map(), texts: new Map() },
    ids: () => wishes.map(({ entry }) => entry.id),
    sign: (entry) => ({
      by: chance.pick([evil, fleet.anna]).fingerprint,
      at: '2026-11-20T22:00:00Z',
      uses: {},
      signature: evil.sign('coord-order@1', JSON.stringify(entry)),
    }),
  };
  for (let push = 1; push <= pushes && faults.length === 0; push += 1) {
    if (chance.is(0.1)) {
      const next = wishes.filter(({ entry }) => !said.has(entry.id))[0];
      if (next !== undefined) said.add(next.entry.id);
      else for (const { entry, approved } of wishes) if (approved) said.add(`approved ${entry.id}`);
      anna();
    }
    await look(loot);
    events.push(`thief ${await strike(loot)}`);
    if (chance.is(0.25)) await round();
  }
  // The noise ends: what people own is put back by them, and refs that nobody knows are deleted.
  for (const { entry, approved } of wishes)
    for (const word of [entry.id, ...(approved ? [`approved ${entry.id}`] : [])]) said.add(word);
  anna();
  tidy(fleet);
  const endsMs = world.now() + 2 * HEARTBEAT_MS;
  while (world.now() < endsMs && faults.length === 0) await round();
  if (faults.length === 0) faults.push(...(await judge.undone()));
  return { seed, pushes, starts: judge.starts, faults, events };
}

/** People delete the refs that no machine of theirs has, and what the board says of such machines: doctor names them. */
function tidy({ world, trust }: SignedWorld): void {
  const { hub } = world;
  const isStray = (machine: string) => trust.machines[Number(machine)] === undefined;
  for (const ref of [...hub.refs.keys()]) {
    const machine = /^refs\/coord\/machines\/(\d+)$/.exec(ref)?.[1];
    if (machine !== undefined && isStray(machine)) hub.setRef(ref, null);
  }
  const main = hub.filesOf(hub.refs.get('refs/heads/main') ?? '');
  const paths = [...main.keys()].flatMap((path) => {
    const own = /^coordination\/((?:COMPUTER_|results\/|history\/|messages\/|handoffs\/)(\d+).*)$/.exec(path);
    return own?.[1] !== undefined && own[2] !== undefined && own[2] !== '0' && isStray(own[2]) ? [own[1]] : [];
  });
  world.person(Object.fromEntries(paths.map((path) => [path, null])));
}

/** Every place that a machine asks for is noted, with the whole order. */
function watch({ world }: SignedWorld, judge: Judge): void {
  for (const machine of world.machines) {
    const { place } = machine.machine();
    machine.settings.more = {
      ...machine.settings.more,
      place(order, attempt, key, ...rest) {
        judge.note(order, key);
        return place(order, attempt, key, ...rest);
      },
    };
  }
}

/** Anna puts the documents of people as she wants them. */
function placeAll(
  { world, anna, trust, signed, digest }: SignedWorld,
  wishes: readonly Wish[],
  said: ReadonlySet<string>,
  root: string,
): void {
  const listed = wishes.filter(({ entry }) => said.has(entry.id));
  const entries = listed.map(({ entry }) => (said.has(`approved ${entry.id}`) ? { ...entry, approved: true } : entry));
  const orders = Object.fromEntries(
    listed.map(({ entry }) => {
      const uses = typeof entry.spec === 'string' ? { specs: { [entry.spec]: digest(SPECS['specs/a.md']) } } : {};
      return [entry.id, signed(entry, uses)];
    }),
  );
  const words = Object.fromEntries(
    entries.flatMap((entry) => {
      if (!('approved' in entry)) return [];
      const at = orders[String(entry.id)]?.at ?? '';
      const word = { order: String(entry.id), word: 'approved' as const, value: true, generation: 1, at };
      const signature = anna.sign(WORD_NAMESPACE, wordText(trust.fleet, entry as Parameters<typeof wordText>[1], word));
      return [[entry.id, { approved: { by: anna.fingerprint, at, generation: 1, signature } }]];
    }),
  );
  const files = {
    'ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
    'SIGNATURES.json': JSON.stringify({ orders, words }),
    ...{ 'fleet.yaml': '', ...SPECS, 'trust/1.json': root, 'trust/2.json': null, 'trust/3.json': null },
  };
  world.person(files);
}
