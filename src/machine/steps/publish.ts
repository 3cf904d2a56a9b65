// What a cycle pushes: this machine's documents and the board with people's edits, in one push, or later (H2).
import { contained } from '../../core/base/guarded.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { aimedHeartbeatMs } from '../../core/presence/heartbeat.ts';
import { leaseOf } from '../../core/presence/run-lease.ts';
import type { Machine } from '../context.ts';
import { withLeft } from '../membership/leaving.ts';
import type { CycleOutcome } from '../outcome.ts';
import { pushPriorityOf } from '../pace/push-priority.ts';
import type { Acted } from './act.ts';
import { withNothingMissing } from './board-refusals.ts';
import { derive, deriveStanding, logFiles, type Seen } from './derive.ts';
import { orSayWhyNot } from './perform.ts';
import { pushChanges } from './push-changes.ts';
import { settleAccepted } from './settle-sent.ts';
import { named, unnamed } from './subject.ts';
import { isSpecEdit } from './whole-edits.ts';

type Published = Pick<CycleOutcome, 'state' | 'push' | 'trouble' | 'heldForMs'> & {
  readonly seen: NonNullable<CycleOutcome['seen']>;
};

/** `syncedAt`: when the sync of this cycle began (H2). `isFetched`: this cycle rests on its own fetch (C4a). */
export async function publish(
  machine: Machine,
  self: Self,
  acted: Acted,
  when: Seen & { readonly syncedAt: Instant; readonly isFetched: boolean },
): Promise<Published> {
  const { state, edits, waiting } = acted;
  const { snapshot, trouble, now, gate } = when;
  const { composed, marked } = await composedOf(machine, self, acted, when);
  machine.step('composed');
  const quietly = { snapshot, now, composed, edits };
  const maySpeak = trouble === null && state.duplicate === null && !snapshot.uncounted?.includes(state.machine);
  const { changes } = composed;
  if (!maySpeak || changes === null) {
    const isMissing = trouble !== null || composed.board.lacksMine || edits.people.size > 0;
    const quiet = isMissing ? state : withNothingMissing(state, now);
    if (quiet !== state) await machine.journal.save(quiet);
    const last = trouble === null ? await withLeft(machine, quiet, snapshot) : quiet;
    return { seen: quietly, state: last, push: null, trouble, heldForMs: null };
  }
  const shownAt = gate?.shownAt() ?? now;
  const priority = pushPriorityOf({ composed, snapshot, state: marked, waiting, edits }, now, shownAt);
  const heldForMs = gate?.waitMs(snapshot, marked, priority) ?? 0;
  // H2: what was done is in the journal, so the push can be composed again later.
  if (heldForMs > 0) return { seen: quietly, state, push: null, trouble, heldForMs };
  const targetMs = aimedHeartbeatMs(snapshot, marked, shownAt);
  // A spec is told by its file alone: that of a person here counts as main's once main shows it.
  const said = composed.saysPeople ? edits.going.flatMap(({ id, edit }) => (isSpecEdit(edit) ? [] : [id])) : [];
  const period = { syncedAt: when.syncedAt, targetMs };
  const withSubjects = await contained(
    acted.mishaps,
    'commits of this machine are not named',
    () => named(machine.ledger, self, { state, edits, waiting }, snapshot, changes),
    async () => changes,
  );
  const seen = { ...quietly, composed: { ...composed, changes: withSubjects } };
  const push = await pushChanges(machine, marked, seen.composed, { isBaseFresh: when.isFetched, period, edits: said });
  if (push.lane === 'accepted') acted.mishaps.push(...(await renewLeases(machine, push.state)));
  const last = push.main === 'accepted' ? await settleAccepted(machine, push.state, acted) : push.state;
  return { seen, state: last, push, trouble: push.trouble, heldForMs: null };
}

/** D4b: if coord fails on what is new here, the documents that stand there are pushed again. What a commit brings is named once there is one. */
async function composedOf(machine: Machine, self: Self, { state, edits, waiting, mishaps }: Acted, when: Seen) {
  const { snapshot } = when;
  const subject = unnamed(self);
  const logs = await contained(
    mishaps,
    'messages and history are not published',
    () => logFiles(machine, state, snapshot),
    async () => new Map<string, string>(),
  );
  const toSay = { ...when, mailFiles: logs, edits, waiting, subject };
  return contained(
    mishaps,
    'news of this machine is not published',
    async () => derive(machine, state, self, toSay),
    async () => deriveStanding(machine, state, toSay),
  );
}

/** O5: an accepted push renews the leases of runs here. The watchdog refuses that to a run whose lease is over. Returns those that could not be written. */
export async function renewLeases(machine: Machine, state: JournalState): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const run of state.active) {
    const lease = leaseOf(state, run.claim);
    const why = lease === null ? null : await orSayWhyNot(() => machine.runner.extend(run.key, lease));
    if (why !== null) failed.push(`the lease of ${run.order} is not renewed: ${why}`);
  }
  machine.step('leases-renewed');
  return failed;
}
