// R3, R7, R8, O2, O2b, D8: somebody who may push writes what is not his: refs with names that are nobody's, below or above those of claims
// to come, lanes of machines that are none, claims of others, lanes of others put back or deleted, trees with entries that are no files,
// documents that are none. What he may bring about (docs/security.md) is no violation; that a fleet halts, or a run is lost or doubled, is.
import { renderClaim } from '../../src/documents/machine/claim-message.ts';
import type { PersonFile } from '../memory/memory-ledger.ts';
import { laneOf } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { MAIN } from './sim-hub.ts';
import { fault, type World } from './world.ts';

const COORD = 'refs/coord/';
/** No simulated fleet comes so far. */
export const NOBODY_MIN = 40;
const BAD_TEXTS = [
  '',
  '\u0000',
  '---\nmachine: [',
  '---\nmachine: 1\nseq: -1\n---\n',
  '[[[[[[[[[[',
  '{"version":99}',
  '<<<<<<< HEAD\n=======\n>>>>>>> x\n',
];

/** What he left, and what stood there; people take it away again (`coord doctor` says how). */
const left = new WeakMap<World, Map<string, string>>();

export const REF_KINDS = {
  strayRef: { weight: 1, share: 0.2, act: strayRef },
  fakeLane: { weight: 1, share: 0.2, act: fakeLane },
  forgedClaim: { weight: 1.5, share: 0.2, act: forgedClaim },
  laneBack: { weight: 1.5, share: 0.2, act: laneBack },
  oddEntry: { weight: 1, share: 0.2, act: oddEntry },
  noStrayRefs: { weight: 1, share: 0.8, act: removeStrayRefs },
};

async function listedIn({ hub }: World): Promise<readonly string[]> {
  return [...((await hub.text('ORDERS.json')) ?? '').matchAll(/"id":\s*"([a-z0-9.-]+)"/g)].map(([, id = '']) => id);
}

/** False = the hub does not take it: git holds no ref below another one. */
function leave(world: World, path: string, commit: string, what: string): boolean {
  const { hub } = world;
  const ref = COORD + path;
  const isInTheWay = (other: string) => other === ref || other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`);
  if ([...hub.refs.keys()].some(isInTheWay)) return false;
  fault(world, what, `${ref} at ${commit.slice(0, 7)}`);
  hub.setRef(ref, commit);
  hub.note();
  left.set(world, (left.get(world) ?? new Map()).set(ref, commit));
  return true;
}

async function strayRef(world: World): Promise<void> {
  const { chance, hub } = world;
  const commit = hub.refs.get(MAIN);
  if (commit === undefined) return;
  const id = chance.pick([...(await listedIn(world)), 'nobody']);
  const path = chance.weighted([
    [4, `claims/${id}/${chance.between(1, 3)}.${chance.between(1, 2)}/x`],
    [2, `claims/${id}`],
    [1, `claims/unlisted-${chance.below(9)}/1.1`],
    [1, `machines/${chance.between(1, 6)}/x`],
    [
      2,
      chance.pick([
        'machines/007',
        'machines/0',
        'machines/x',
        'machines/99999',
        'claims/x',
        `claims/${id}/0.1`,
        `claims/${id}/x`,
      ]),
    ],
  ]);
  leave(world, path, commit, 'stray refs');
}

/** A commit of his own, on no branch. */
function committed({ hub }: World, files: Readonly<Record<string, PersonFile>>): string {
  const commit = hub.commitAsPerson(files, 'scratch');
  hub.setRef('refs/heads/scratch', null);
  return commit;
}

function badContent({ chance }: World): PersonFile {
  const text = chance.pick(BAD_TEXTS);
  return chance.weighted<PersonFile>([
    [3, text],
    [1, { mode: '120000', text: '../../etc/passwd' }],
    [1, { mode: '160000', text }],
    [1, { mode: '100755', text }],
  ]);
}

/** R8: a machine that nobody has. */
async function fakeLane(world: World): Promise<void> {
  const { chance, hub, computers } = world;
  const number = NOBODY_MIN + chance.below(9);
  const [own, results] = [`coordination/COMPUTER_${number}.md`, `coordination/results/${number}.json`];
  const other = chance.pick(computers.map((it) => it.number));
  const [theirs, ended] = [`COMPUTER_${other}.md`, `results/${other}.json`];
  const forged = async (path: string) =>
    ((await hub.text(path, laneOf(other))) ?? '').replace(/^machine: [0-9]+$/m, `machine: ${number}`);
  const files = chance.pick<Readonly<Record<string, PersonFile>>>([
    { 'README.md': 'nothing' },
    { [own]: badContent(world), [results]: badContent(world) },
    { [own]: await forged(theirs), [results]: badContent(world) },
    { [own]: await forged(theirs), [results]: await forged(ended) },
    { [`${own}/x`]: 'a folder', 'coordination/COMPUTER_1.md': "somebody else's" },
  ]);
  const main = hub.refs.get(MAIN);
  const commit = main !== undefined && chance.is(0.2) ? main : committed(world, files);
  if (leave(world, `machines/${number}`, commit, 'lanes of nobody')) world.checks.board.onForged(commit);
}

/** O2: of an order that is listed, in the name of a machine that there is, of one that there is not, or of nobody. */
async function forgedClaim(world: World): Promise<void> {
  const { chance, hub, truth, computers } = world;
  const listed = (await world.people.listed()).filter(({ schedule }) => schedule === undefined);
  if (listed.length === 0) return;
  const { id: order, generation } = chance.pick(listed);
  const claim = {
    order,
    generation,
    attempt: chance.between(1, 3),
    attempts: chance.between(1, 3),
    leaseMs: chance.pick([0, 60_000]),
  };
  const name = `${order}/${claim.generation}.${claim.attempt}`;
  const machine = chance.pick([NOBODY_MIN, ...computers.map(({ number }) => number).filter((number) => number > 0)]);
  const nonce = `forged-${chance.below(1_000_000)}`;
  const message = chance.is(0.3) ? 'mine\n' : renderClaim({ ...claim, nonce }, { machine, name: 'm1', instance: 'forged' });
  const [update] = await hub.eye.write({ lane: null, boards: [], claims: [{ kind: 'create', name, message }] });
  if (update?.commit == null || !leave(world, `claims/${name}`, update.commit, 'forged claims')) return;
  world.checks.claims.onWrite(name, update.commit, message);
  truth.claimed.add(name);
  truth.forged.add(order);
}

/** R3: the machine wrote that commit, and so does not take itself for a copy. */
function laneBack(world: World, { number, state }: Computer): void {
  const { chance, hub, truth } = world;
  const ref = laneOf(number);
  if (number === 0 || truth.cloned.has(number) || !hub.refs.has(ref)) return;
  const written = (hub.moves.get(ref) ?? []).flatMap(({ commit }) => commit ?? []);
  const earlier = written.slice(-4, -1).filter((commit) => state()?.pushed.includes(commit));
  const commit = chance.is(0.3) ? null : chance.pick([...earlier, null]);
  fault(world, commit === null ? 'lanes deleted' : 'lanes put back', `${ref} to ${commit?.slice(0, 7)}`);
  truth.lanesTouched.add(number);
  hub.setRef(ref, commit);
  hub.note();
}

/** D4, D8: what is no file, or no document, where a document is. */
async function oddEntry(world: World, { number }: Computer): Promise<void> {
  const { chance, people } = world;
  const path = chance.pick([
    'STATUS.json',
    'README.md',
    `COMPUTER_${number}.md`,
    `results/${number}.json`,
    'fleet.yaml',
    'ORDERS.json',
  ]);
  fault(world, 'odd entries', path);
  await people.commit(chance.is(0.1) ? { [path]: null, [`${path}/x`]: 'a folder' } : { [path]: badContent(world) });
}

export async function removeStrayRefs(world: World): Promise<void> {
  const known = left.get(world);
  if (known === undefined || known.size === 0) return;
  world.log(`people: stray refs are deleted: ${[...known.keys()].join(' ')}`);
  const numbers = [...known.keys()].flatMap((ref) => /machines\/([0-9]{2})$/.exec(ref)?.[1] ?? []);
  for (const [ref, commit] of known) if (world.hub.refs.get(ref) === commit) world.hub.setRef(ref, null);
  known.clear();
  world.hub.note();
  const copies = numbers.flatMap((number) => [`COMPUTER_${number}.md`, `results/${number}.json`].map((path) => [path, null]));
  if (copies.length > 0) await world.people.commit(Object.fromEntries(copies));
}
