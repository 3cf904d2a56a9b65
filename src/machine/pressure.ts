// H2: who waits for a push. Decides only when a daemon makes it, never whether.
import { LEASE_PRESSES_AT } from '../core/dues.ts';
import { claimName } from '../core/model/claim.ts';
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { Reader } from '../core/model/message.ts';
import type { MachineView, Snapshot } from '../core/model/snapshot.ts';
import { listedId } from '../core/occurrence-name.ts';
import { isStatedLost } from '../core/presence.ts';
import type { Pressure } from '../core/push-budget.ts';
import { isLeaseUsedUp } from '../core/run-lease.ts';
import { sameValue } from '../core/same-value.ts';
import type { Composed } from './compose.ts';

/** `state`: what is to be said. */
export function pressureOf(composed: Composed, snapshot: Snapshot, state: JournalState, now: Instant): Pressure {
  if (isLeaseUsedUp(state, now, LEASE_PRESSES_AT)) return 'lease';
  return presses(composed, snapshot, state) ? 'pressing' : 'patient';
}

function presses(composed: Composed, snapshot: Snapshot, state: JournalState): boolean {
  // A person's edit, or the answer to one; and who leaves, or has just come back, has others that wait for the word.
  if (composed.saysPeople || composed.answers || state.leaving !== null) return true;
  if (isClaimNews(composed, state)) return true;
  const shown = snapshot.machines.get(state.machine);
  if (composed.why !== 'documents') return false;
  if (shown === undefined || shown.lane === null || shown.document.instance !== state.instance) return true;
  return (
    !sameValue(state.emergency ?? undefined, shown.document.emergency) ||
    // F2: whoever is called lost is about to lose its work.
    isStatedLost(state.machine, shown.document.beat, snapshot.machines) ||
    hasNewMessage(snapshot, state) ||
    hasNewResult(snapshot, state, shown)
  );
}

/** A claim decides who runs (O3), and one that nobody will use keeps all others from it. That of a run that has ended can wait. */
function isClaimNews({ changes }: Composed, state: JournalState): boolean {
  const ended = new Set([...state.ended, ...state.older].map(claimName));
  return (changes?.claims ?? []).some((claim) => claim.kind === 'create' || !ended.has(claim.name));
}

/** A message that was written here. That something was read (M2) can wait. */
function hasNewMessage({ mail }: Snapshot, { machine, mail: { sent } }: JournalState): boolean {
  const logs = mail.machines.get(machine);
  return Object.entries(sent).some(([reader, { messages }]) => {
    const last = messages.at(-1)?.number ?? 0;
    return last > (logs?.get(reader as Reader)?.at(-1)?.number ?? 0);
  });
}

/** Of an order for all machines it can wait where there are many: all of them end it at about the same time. */
function hasNewResult({ orders, fleet, machines }: Snapshot, state: JournalState, { results }: MachineView): boolean {
  const said = new Set([...results.ended, ...results.older].map(claimName));
  const areMany = machines.size > fleet.pushesPerMinute;
  const forAll = new Set(orders.orders.filter(({ assign }) => areMany && assign.kind === 'all').map(({ id }) => id));
  return state.ended.some((run) => !said.has(claimName(run)) && !forAll.has(listedId(run.order)));
}
