// R3b: somebody shortens main's history, by the rules of `coord compact`: what no machine may lose stays, and where the history lacks something of that,
// nothing is done. No announcement is waited for, so every machine may sleep meanwhile. Whoever halts by it breaks a promise.
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { mustHoldAll, mustStay } from '../../src/operations/history/may-shorten.ts';
import { type Chance, createChance } from './chance.ts';
import type { Computer } from './computer.ts';
import { MAIN } from './sim-hub.ts';
import { fault, type World } from './world.ts';

const SHORTENED = 0x5407;
/** In how many fleets, of 1, and how often in one of them. */
const SHARE = 0.5;
const STEPS = 40;

interface Shortener {
  readonly chance: Chance;
  /** What each commit became that has stayed. */
  readonly became: Map<string, string>;
}

/** Its own draws: all others are those of the same fleet with a whole history. Null = this fleet keeps it whole. */
export function createShortener(seed: number): Shortener | null {
  const chance = createChance(seed ^ SHORTENED);
  return chance.is(SHARE) ? { chance, became: new Map() } : null;
}

export async function shorten(world: World, shortener: Shortener | null): Promise<void> {
  if (shortener === null || !shortener.chance.is(1 / STEPS)) return;
  const computer = world.awake().find((it) => mayShorten(world, it));
  if (computer === undefined) return;
  const line = world.hub.line();
  const now = (commit: string) => {
    let at = commit;
    for (let next = shortener.became.get(at); next !== undefined && !line.includes(at); next = shortener.became.get(at))
      at = next;
    return at;
  };
  const needed = await neededBy(world, computer);
  const places = needed.map((commit) => line.indexOf(now(commit)));
  if (needed.length === 0 || places.includes(-1)) return;
  const kept = Math.max(...places) + 1 + shortener.chance.below(3);
  if (kept >= line.length) return;
  for (const [was, is] of await world.compact(kept)) shortener.became.set(was, is);
  fault(
    world,
    'histories shortened',
    `by ${computer.name}: ${line.length - kept} commits before ${line[kept - 1]?.slice(0, 7)} go`,
  );
}

/** It has not halted. Where main was rewritten, somebody wrote the lanes of others, or two folders are one machine, nobody knows what they saw. */
function mayShorten({ truth }: World, computer: Computer): boolean {
  const state = computer.state();
  const isWhole = state !== null && state.duplicate === null && state.rewritten === null && state.leaving === null;
  if (truth.rewritten || truth.lanesTouched.size + truth.cloned.size > 0) return false;
  return isWhole && !computer.isBusy && computer.number !== 0;
}

/** Empty = refused. */
async function neededBy({ hub }: World, computer: Computer): Promise<readonly string[]> {
  const state = computer.state();
  const fetched = await hub.eye.fetch(null);
  if (state === null || fetched.kind !== 'fetched' || !hub.refs.has(MAIN)) return [];
  const snapshot = await readSnapshot({ ledger: hub.eye, trees: fetched.trees, viewer: state });
  try {
    mustHoldAll(snapshot, []);
  } catch {
    return [];
  }
  return (await mustStay(hub.eye, snapshot, state)).map(({ commit }) => commit);
}
