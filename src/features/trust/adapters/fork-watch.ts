// Compares the main that a believed lane names with the one here (T9), when that lane moves. The main of one who pushed is mostly the one in view here, or
// the one before it; of others so many are asked of git in one look.
import type { Fork } from '../../../core/model/ledger/snapshot.ts';
import type { Trees } from '../../../core/model/ledger/trees.ts';
import type { Ledger } from '../../../ports.ts';
import type { Counter, Counters } from '../documents/lane-belief.ts';

const ASKED_MAX = 8;

interface Looked {
  readonly trees: Pick<Trees, 'main' | 'lanes'>;
  readonly ledger: Pick<Ledger, 'follows' | 'continues'>;
  /** Its number. */
  readonly own: number;
}

/** The counters with what was found of each lane that has moved since `before`. A clone that cannot tell says nothing. */
export async function watchForks(now: Counters, before: Counters, { trees, ledger, own }: Looked): Promise<Counters> {
  const { main } = trees;
  if (main === null) return now;
  const found: Record<string, Counter> = { ...now };
  let asked = 0;
  for (const [number, counter] of Object.entries(now)) {
    const known = before[number];
    const theirs = trees.lanes.get(Number(number))?.parent ?? null;
    const hasMoved = known !== undefined && known.key === counter.key && known.beat !== counter.beat;
    if (Number(number) === own || !hasMoved || theirs === null) continue;
    if (theirs === main.commit || theirs === main.parent) continue;
    asked += 1;
    const isStrange = asked <= ASKED_MAX && !(await areRelated(ledger, theirs, main.commit));
    if (isStrange) found[number] = { ...counter, fork: { theirs, mine: main.commit } };
  }
  return found;
}

/** R3b: a shortened history leads on too. */
async function areRelated(ledger: Pick<Ledger, 'follows' | 'continues'>, one: string, other: string): Promise<boolean> {
  const leads = async (from: string, to: string) => (await ledger.follows(from, to)) || (await ledger.continues(from, to));
  try {
    return (await leads(one, other)) || (await leads(other, one));
  } catch {
    return true;
  }
}

/** Of machines that are not doubted. */
export function forksIn(counters: Counters, doubted: ReadonlyMap<number, string>): readonly Fork[] {
  return Object.entries(counters).flatMap(([number, { fork }]) => {
    const machine = Number(number);
    return fork === undefined || doubted.has(machine) ? [] : [{ machine, ...fork }];
  });
}
