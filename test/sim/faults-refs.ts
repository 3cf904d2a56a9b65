// R7, O2b: somebody who may push puts refs where lanes and claims are: names that are nobody's, below or above those of claims to come,
// and claims of orders that nobody lists. Only what a hub takes: git holds no ref below another one.
import { MAIN } from './sim-hub.ts';
import { fault, type World } from './world.ts';

const COORD = 'refs/coord/';
const strays = new WeakMap<World, Set<string>>();

export const REF_KINDS = {
  strayRef: { weight: 1, share: 0.25, act: strayRef },
  noStrayRefs: { weight: 1, share: 1, act: removeStrayRefs },
};

async function strayRef(world: World): Promise<void> {
  const { chance, hub } = world;
  const commit = hub.refs.get(MAIN);
  if (commit === undefined) return;
  const ids = [...((await hub.text('ORDERS.json')) ?? '').matchAll(/"id":\s*"([a-z0-9.-]+)"/g)].map(([, id = '']) => id);
  const id = ids.length === 0 ? 'nobody' : chance.pick(ids);
  const path = chance.weighted([
    [4, `claims/${id}/${chance.between(1, 3)}.${chance.between(1, 2)}/x`],
    [2, `claims/${id}`],
    [1, `claims/unlisted-${chance.below(9)}/1.1`],
    [1, `machines/${chance.between(1, 6)}/x`],
    [1, chance.pick(['machines/007', 'machines/x', 'claims/x'])],
  ]);
  const ref = COORD + path;
  const isInTheWay = (other: string) => other === ref || other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`);
  if ([...hub.refs.keys()].some(isInTheWay)) return;
  fault(world, 'stray refs', ref);
  hub.setRef(ref, commit);
  hub.note();
  const known = strays.get(world) ?? new Set();
  strays.set(world, known.add(ref));
}

/** As `coord doctor` says how. */
export function removeStrayRefs(world: World): void {
  const known = strays.get(world);
  if (known === undefined || known.size === 0) return;
  world.log(`people: stray refs are deleted: ${[...known].join(' ')}`);
  for (const ref of known) world.hub.setRef(ref, null);
  known.clear();
  world.hub.note();
}
