// One fetch, or what the last one showed: a machine that is offline goes on with what it has (S6).
import { withBelief } from '../../core/cycle/as-believed.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Trees } from '../../core/model/ledger/trees.ts';
import { claimName, orderOfClaim } from '../../core/model/orders/claim.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { lanesFetched } from '../../documents/snapshot/snapshot-machines.ts';
import { CoordError, isTooSlow } from '../../errors.ts';
import type { Fetched, ReadFirst } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { awaitedMain } from './main-rewritten.ts';
import { readSnapshot, type Viewer } from './read-snapshot.ts';

const CLAIMS = 'claims/';
/** F4: how often a cycle fetches again because fleet.yaml names another board branch; nobody edits it more often. */
const TURNS_MAX = 3;

export interface Look {
  /** Null = the remote was never reached by this machine. */
  readonly snapshot: Snapshot | null;
  /** Null = this is what the remote shows now. */
  readonly trouble: Trouble | null;
  /** C4a: the main that the remote showed, where what this machine pushed onto it stays in view; absent = that of the snapshot. */
  readonly mainBefore?: string | null | undefined;
}

type Looking = Pick<Machine, 'ledger' | 'cache' | 'believer'>;

async function snapshotOf({ ledger, cache, believer }: Looking, trees: Trees, board: string | null, viewer: Viewer | null) {
  const snapshot = await readSnapshot({ ledger, trees, board, cache, viewer, goesBeyond: true });
  if (believer === undefined) return snapshot;
  return withBelief(snapshot, await believer.believe(snapshot, trees), viewer?.machine ?? null);
}

/** Where the remote does not answer: what was seen last, with the trouble. */
async function fetchOrRecall(ledger: Looking['ledger'], ...asked: Parameters<Looking['ledger']['fetch']>) {
  const fetched = await ledger.fetch(...asked).catch((error: unknown): Fetched => ({ kind: 'unreachable', ...notHere(error) }));
  if (fetched.kind === 'fetched') return { ...fetched, trouble: null };
  return { trees: await ledger.lastSeen(), trouble: fetched.trouble };
}

/** C5a: what a decision rests on stands in what this clone began without, or takes too long to find, and cannot be had now; or there is no git. */
export function notHere(error: unknown): { readonly trouble: Trouble } {
  if (isTooSlow(error)) return { trouble: { code: 'TIMEOUT', message: error.message } };
  if (error instanceof CoordError && error.code === 'UNREACHABLE')
    return { trouble: { code: 'NETWORK', message: error.message } };
  if (error instanceof CoordError && error.code === 'GIT') return { trouble: { code: 'UNKNOWN', message: error.message } };
  throw error;
}

/** C4a: the last view with what this machine has pushed since, if a cycle may rest on it; no connection. */
export async function recall(machine: Looking, board: string | null, viewer: Viewer): Promise<Look | null> {
  const trees = await machine.ledger.lastSeen().catch(notHere);
  if (trees === null || 'trouble' in trees) return null;
  const snapshot = await snapshotOf(machine, trees, board, viewer).catch(notHere);
  if ('trouble' in snapshot) return null;
  return snapshot.fleet.board === board ? { snapshot, trouble: null } : null;
}

/** `board`: the branch that fleet.yaml named when it was last read (F4). */
export async function look(
  machine: Looking,
  board: string | null,
  viewer: (Viewer & Pick<JournalState, 'claims'> & Parameters<typeof awaitedMain>[0]) | null = null,
): Promise<Look> {
  let branch = board;
  const pushed = viewer === null ? undefined : awaitedMain(viewer);
  const named = viewer === null ? [] : [...viewer.claims, ...viewer.active, ...viewer.ended];
  const mine = { machines: viewer?.admitted ?? [], claims: new Set(named.map(claimName)) };
  let first: ReadFirst = mine;
  let isAskedAgain = false;
  for (let turn = 1; ; turn += 1) {
    const fetched = await fetchOrRecall(machine.ledger, branch, first, pushed).catch(notHere);
    const { trouble } = fetched;
    const trees = 'trees' in fetched ? fetched.trees : null;
    if (trees === null) return { snapshot: null, trouble };
    const read = await snapshotOf(machine, trees, branch, viewer).catch(notHere);
    if ('trouble' in read) return { snapshot: null, trouble: trouble ?? read.trouble };
    const snapshot = read;
    const more: ReturnType<typeof unreadIn> = isAskedAgain ? null : unreadIn(snapshot);
    const isWhole = snapshot.fleet.board === branch && more === null;
    const { mainBefore = undefined } = 'mainBefore' in fetched ? fetched : {};
    if (trouble !== null || isWhole || turn === TURNS_MAX) return { snapshot, trouble, mainBefore };
    if (more !== null) first = { ...mine, ...more };
    isAskedAgain ||= more !== null;
    // The fleet has just changed the branch that it folds onto: that branch is fetched before anything is pushed.
    branch = snapshot.fleet.board;
  }
}

/** R7: refs to read first, because some of them were left out for others; null = none were. */
function unreadIn({ odd = [], orders, lanes, fleet }: Snapshot): Pick<ReadFirst, 'orders' | 'lanes'> | null {
  const unread = odd.filter(({ why }) => why === 'beyond').map(({ path }) => path);
  const claims = unread.filter((path) => path.startsWith(CLAIMS));
  const lanesRead = lanes.size - (unread.length - claims.length);
  const lanesWanted = Math.min(lanes.size, lanesFetched(fleet.machinesMax));
  const listed = new Set(orders.orders.map(({ id }) => id));
  const isHeeded = (path: string) => listed.has(listedId(orderOfClaim(path.slice(CLAIMS.length))));
  return lanesRead < lanesWanted || claims.some(isHeeded) ? { orders: listed, lanes: lanesWanted } : null;
}
