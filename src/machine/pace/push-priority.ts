// H2: the priority of a push: whether somebody waits for it. It decides only when a daemon pushes, never whether.
import { sameValue } from '../../core/base/same-value.ts';
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { isAwaited } from '../../core/model/ledger/intention.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Reader } from '../../core/model/messages/message.ts';
import { claimName } from '../../core/model/orders/claim.ts';
import type { WaitingOrder } from '../../core/model/orders/run.ts';
import { isReportedLost } from '../../core/presence/gone.ts';
import { mustTellInMs } from '../../core/presence/heartbeat.ts';
import type { PushPriority } from '../../core/presence/push-budget.ts';
import { isLeaseUsedUp, LEASE_PRESSES_AT } from '../../core/presence/run-lease.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import type { Composed } from '../steps/build-push.ts';
import type { PendingEdits } from '../steps/pending-edits.ts';

/** What is to be said. */
interface Said {
  readonly composed: Composed;
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly waiting: readonly WaitingOrder[];
  readonly edits: Pick<PendingEdits, 'going'>;
}

/** `shownAt`: when the lanes were last looked at. */
export function pushPriorityOf(said: Said, now: Instant, shownAt: Instant): PushPriority {
  if (isLeaseUsedUp(said.state, now, LEASE_PRESSES_AT)) return 'lease';
  if ((mustTellInMs(said.snapshot, said.state, now, shownAt) ?? 1) <= 0) return 'lease';
  return presses(said) ? 'pressing' : 'patient';
}

function presses({ composed, snapshot, state, waiting, edits }: Said): boolean {
  if (composed.saysPeople && edits.going.some(isAwaited)) return true;
  // The answer to a person's edit; and others wait to hear of a machine that leaves or has come back.
  if (composed.answers || composed.isFoldMissed || state.leaving !== null) return true;
  if (isClaimNews(composed, state)) return true;
  const shown = snapshot.machines.get(state.machine);
  if (composed.why !== 'documents') return false;
  if (shown === undefined || shown.lane === null || shown.document.instance !== state.instance) return true;
  return (
    !sameValue(state.emergency ?? undefined, shown.document.emergency) ||
    // F2: a machine that is called lost is about to lose its work.
    isReportedLost(state.machine, shown.document.beat, asBelieved(snapshot).machines) ||
    hasNewMessage(snapshot, state) ||
    hasNewResult(snapshot, state, shown) ||
    hasNewBlock(snapshot, waiting, shown)
  );
}

/** A claim decides who runs (O3), and an unused claim keeps all others from the order. The claim of an ended run can wait. */
function isClaimNews({ changes }: Composed, state: JournalState): boolean {
  const ended = new Set([...state.ended, ...state.older].map(claimName));
  return (changes?.claims ?? []).some((claim) => claim.kind === 'create' || !ended.has(claim.name));
}

/** A message that was written here. Receipts (M2) can wait. */
function hasNewMessage({ mail }: Snapshot, { machine, mail: { sent } }: JournalState): boolean {
  const logs = mail.machines.get(machine);
  return Object.entries(sent).some(([reader, { messages }]) => {
    const last = messages.at(-1)?.number ?? 0;
    return last > (logs?.get(reader as Reader)?.at(-1)?.number ?? 0);
  });
}

function hasNewResult(snapshot: Snapshot, state: JournalState, { results }: MachineView): boolean {
  const said = new Set([...results.ended, ...results.older].map(claimName));
  const forMany = ordersForMany(snapshot);
  return state.ended.some((run) => !said.has(claimName(run)) && !forMany.has(listedId(run.order)));
}

/** The person who placed an order also waits to hear that it needs a person. Holds do not count: every machine computes them (O4a). */
function hasNewBlock(snapshot: Snapshot, waiting: readonly WaitingOrder[], { results }: MachineView): boolean {
  const nameOf = ({ order, generation, state }: WaitingOrder) => `${order} ${generation} ${state}`;
  const said = new Set(results.waiting.map(nameOf));
  const news = waiting.filter((order) => order.state === 'BLOCKED' && order.hold !== true && !said.has(nameOf(order)));
  const forMany = ordersForMany(snapshot);
  return news.some(({ order }) => !forMany.has(listedId(order)));
}

/** Orders for all machines can wait where there are many: all of them end one at about the same time. */
function ordersForMany({ orders, fleet, machines }: Snapshot): ReadonlySet<string> {
  const areMany = machines.size > fleet.pushesPerMinute;
  return new Set(orders.orders.filter(({ assign }) => areMany && assign.kind === 'all').map(({ id }) => id));
}
