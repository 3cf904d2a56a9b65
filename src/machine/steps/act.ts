// What a cycle does with what it saw: messages, runs, waking, edits and notes. D4b: a part that fails by a mistake in coord is reported and ends alone.
// Each part saves what it has done, so that the others go on from there.
import { contained } from '../../core/base/guarded.ts';
import { sameValue } from '../../core/base/same-value.ts';
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { deliveredCount } from '../../core/messages/mailbox.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { withNotesOfBoard } from '../../core/status/notes.ts';
import { STEPS } from '../../features/steps.ts';
import type { Machine } from '../context.ts';
import type { CycleOutcome } from '../outcome.ts';
import { type SlowAsks, slowAsks } from '../reading/slow-asks.ts';
import { settleEdits } from './apply-edits.ts';
import { archiveOrders } from './archive/archive-orders.ts';
import { handOver } from './deliver-to-bus.ts';
import type { Seen } from './derive.ts';
import { takeMail } from './mail.ts';
import { noEdits, type PendingEdits } from './pending-edits.ts';
import { perform } from './perform.ts';
import { editsInTurn, settleSent } from './settle-sent.ts';

export interface Acted extends Pick<CycleOutcome, 'started' | 'stopped' | 'waiting' | 'received' | 'woken'> {
  readonly state: JournalState;
  readonly edits: PendingEdits;
  /** R5: intentions that may have landed with an earlier push, of which nobody can tell, and that wait until that is known. */
  readonly unsure: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
  /** More may be added by the parts that come after. */
  readonly mishaps: string[];
}

const NONE: ReadonlySet<string> = new Set();

export async function act(machine: Machine, observed: JournalState, self: Self, seen: Seen): Promise<Acted> {
  const { snapshot, trouble, fetchedAt } = seen;
  const mishaps: string[] = [];
  const hub = trouble !== null ? 'silent' : fetchedAt === null ? 'not asked' : 'answered';
  const saved = async () => (await machine.journal.load()) ?? observed;
  const part = <T>(name: string, work: () => Promise<T>, otherwise: () => Promise<T>) =>
    contained(mishaps, name, work, otherwise);
  const mailed = await part('messages are not read', () => takeMail(machine, observed, snapshot, fetchedAt), saved);
  const { state: posted, count: handedOver } = await part(
    'messages wait that are for programs',
    () => handOver(machine, mailed, snapshot),
    async () => ({ state: await saved(), count: 0 }),
  );
  const done = await perform(machine, snapshot, posted, self, fetchedAt);
  const { state: performed, started, stopped, waiting } = done;
  mishaps.push(...done.mishaps);
  machine.step('performed');
  let noted = performed;
  const woken: Acted['woken'][number][] = [];
  const sight = { snapshot: asBelieved(snapshot), self, fetchedAt, hub } as const;
  for (const step of STEPS) {
    const done = await part(
      step.failing,
      () => step.perform(machine, noted, sight),
      async () => ({ state: await saved(), woken: [] }),
    );
    noted = done.state;
    woken.push(...done.woken);
  }
  const nothing = { state: noted, unsure: NONE, untold: NONE };
  const asks = trouble === null ? slowAsks(machine, noted) : null;
  const sent = asks === null ? nothing : await settleSent(machine, noted, snapshot.main.commit, asks);
  const intentions = await machine.journal.intentions();
  const applied = await part(
    'edits wait',
    () => editsInTurn(machine, snapshot, intentions, sent),
    async () => noEdits(snapshot),
  );
  const settled = asks === null ? sent.state : await withSlowNoted(machine, sent.state, asks);
  // D5.4: what main says now was not asked, so what seems to be there already, or not to be possible, waits.
  const edits = fetchedAt === null ? { ...applied, landed: [], lost: [], landedSpecs: new Map<string, string>() } : applied;
  const edited = await settleEdits(machine, settled, edits);
  const archiving = await part(
    'orders that ended long ago stay on the list',
    () => archiveOrders(machine, { edits, state: edited }, seen),
    async () => ({ edits, state: await saved() }),
  );
  const state = await part('notes are not read', () => takeNotes(machine, archiving.state, snapshot), saved);
  const received = Math.max(0, deliveredCount(posted.mail) - deliveredCount(observed.mail) - handedOver);
  const { unsure, untold } = sent;
  return { state, edits: archiving.edits, unsure, untold, started, stopped, waiting, received, woken, mishaps };
}

async function withSlowNoted(machine: Machine, state: JournalState, asks: SlowAsks): Promise<JournalState> {
  const noted = asks.noted(state);
  if (!sameValue(noted.slowCommits, state.slowCommits)) await machine.journal.save(noted);
  return noted;
}

/** D1: notes that people typed on the host are in the journal before they are pushed. */
async function takeNotes(machine: Machine, state: JournalState, { machines }: Snapshot): Promise<JournalState> {
  const view = machines.get(state.machine);
  const noted = view === undefined ? state : withNotesOfBoard(state, view, (text) => machine.ledger.idOf(text));
  if (noted !== state) await machine.journal.save(noted);
  return noted;
}
