// One fetch, or what the last one showed: a machine that is offline goes on with what it has (S6).
import { orderOfClaim } from '../core/model/claim.ts';
import type { Trouble } from '../core/model/push.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { listedId } from '../core/occurrence-name.ts';
import type { Machine } from './context.ts';
import { readSnapshot } from './read-snapshot.ts';

const CLAIMS = 'claims/';
/** F4: fleet.yaml can name another branch while it is being looked at; a person cannot do that more often. */
const TURNS_MAX = 3;

export interface Look {
  /** Null = the remote was never reached by this machine. */
  readonly snapshot: Snapshot | null;
  /** Null = this is what the remote shows now. */
  readonly trouble: Trouble | null;
}

/** C4a: what this machine saw last, with what it has pushed since, if it is a view that can be reported upon; no connection. */
export async function recall(
  machine: Pick<Machine, 'ledger' | 'cache'>,
  board: string | null,
  own: number,
): Promise<Look | null> {
  const trees = await machine.ledger.lastSeen();
  if (trees === null) return null;
  const snapshot = await readSnapshot(machine.ledger, trees, board, machine.cache, own);
  return snapshot.fleet.board === board ? { snapshot, trouble: null } : null;
}

/** `board`: the branch that fleet.yaml named when it was last read (F4). */
export async function look(
  machine: Pick<Machine, 'ledger' | 'cache'>,
  board: string | null,
  own: number | null = null,
): Promise<Look> {
  let branch = board;
  let heeded: ReadonlySet<string> | undefined;
  for (let turn = 1; ; turn += 1) {
    const fetched = await machine.ledger.fetch(branch, heeded);
    const trees = fetched.kind === 'fetched' ? fetched.trees : await machine.ledger.lastSeen();
    const trouble = fetched.kind === 'fetched' ? null : fetched.trouble;
    if (trees === null) return { snapshot: null, trouble };
    const snapshot = await readSnapshot(machine.ledger, trees, branch, machine.cache, own);
    const listed = unreadClaimsOf(snapshot);
    const isWhole = snapshot.fleet.board === branch && (listed === null || heeded !== undefined);
    if (trouble !== null || isWhole || turn === TURNS_MAX) return { snapshot, trouble };
    heeded = listed ?? heeded;
    // The fleet has just changed where it folds: nothing is said before that was looked at.
    branch = snapshot.fleet.board;
  }
}

/** R7: the orders that are listed, where a claim of one of them was left out for claims of orders that are not; null = none was. */
function unreadClaimsOf({ odd = [], orders }: Snapshot): ReadonlySet<string> | null {
  const unread = odd.filter(({ why, path }) => why === 'beyond' && path.startsWith(CLAIMS));
  if (unread.length === 0) return null;
  const listed = new Set(orders.orders.map(({ id }) => id));
  return unread.some(({ path }) => listed.has(listedId(orderOfClaim(path.slice(CLAIMS.length))))) ? listed : null;
}
