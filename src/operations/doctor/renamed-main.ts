// R3a: a main that is gone may have got another name on the host. Then nobody makes it anew: the fleet would split from where people edit.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { CoordError } from '../../errors.ts';
import { pinMain } from '../../machine/reading/main-rewritten.ts';
import { writeIdentity } from '../../system/fleet/identity-file.ts';
import type { Exam } from './exam.ts';

/** The branch that the host shows in the place of the one that is gone; null = none. `board`: F4, which is no main. */
export async function shownInstead(
  { refs, identity }: Pick<Exam, 'refs' | 'identity'>,
  board: string | null,
): Promise<string | null> {
  const sight = await refs();
  const head = sight.kind === 'listed' ? (sight.head?.replace(/^refs\/heads\//, '') ?? null) : null;
  if (sight.kind !== 'listed' || head === null || head === identity.branch || head === board) return null;
  return sight.refs.has(`refs/heads/${head}`) ? head : null;
}

/** Call under the cycle's lock. Goes on with that branch where it leads on from main; null = it does not, or there is none. */
export async function takeNewName(exam: Exam, state: JournalState): Promise<{ state: JournalState; branch: string } | null> {
  const { world, folder, identity } = exam;
  const sight = await exam.refs();
  if (sight.kind === 'unreachable') throw notSeen(sight.trouble.message);
  const branch = await shownInstead(exam, state.board);
  if (branch === null) return null;
  const renamed = { ...identity, branch };
  const { ledger } = await world.open(folder, renamed);
  try {
    const fetched = await ledger.fetch(state.board);
    if (fetched.kind === 'unreachable') throw notSeen(fetched.trouble.message);
    const commit = fetched.trees.main?.commit ?? null;
    if (commit === null) return null;
    const pinned = await pinMain({ ledger, clock: world.clock }, state, { commit, isFetched: true });
    if (pinned.rewritten !== null) return null;
    writeIdentity(folder, renamed);
    return { state: pinned, branch };
  } finally {
    await ledger.close();
  }
}

/** What is not seen may be the new name: main is made anew only where the host shows none. */
function notSeen(trouble: string): CoordError {
  return new CoordError('UNREACHABLE', `what the host shows in the place of main is not known: ${trouble}`, 'coord doctor --fix');
}
