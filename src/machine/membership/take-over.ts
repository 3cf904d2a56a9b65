// The shell of core/cycle/take-over-machine.ts: reads a machine's documents from the ledger, and refuses if any cannot be read. Used when a new
// folder becomes an existing machine (`join --as`), and when a person says that a copied folder is the machine (`adopt`).
import { isoTime } from '../../core/base/time.ts';
import { takeOver } from '../../core/cycle/take-over-machine.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { newJournal } from '../../core/model/ledger/journal-start.ts';
import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import { EVERYBODY, type Reader } from '../../core/model/messages/message.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { ownerOf } from '../../documents/documents.ts';
import { parseMessageHistory } from '../../documents/messages/message-history.ts';
import { machineDocumentPath } from '../../documents/paths.ts';
import { saidBy } from '../../documents/snapshot/snapshot-more.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { historyTexts } from '../steps/mail.ts';

/** `earlier`: the journal of this folder if it was this machine already; null = there is none (I2). */
export async function takeOverMachine(
  machine: Pick<Machine, 'ledger' | 'clock' | 'random'>,
  earlier: JournalState | null,
  number: number,
  snapshot: Snapshot,
): Promise<JournalState> {
  const view = wordOf(number, snapshot);
  const instance = machine.random.uuid();
  const state = earlier?.machine === number ? earlier : newJournal(number, instance, []);
  const { mail } = snapshot;
  const isMine = ([reader]: readonly [Reader, unknown]) => reader === String(number) || reader === EVERYBODY;
  const history = new Map<Reader, ReturnType<typeof parseMessageHistory>[number][]>();
  for (const text of (await historyTexts(machine.ledger, view.files, number)).values())
    for (const message of parseMessageHistory(text))
      history.set(message.reader, [...(history.get(message.reader) ?? []), message]);
  // From now on the folder belongs to the computer that it lies on (R3).
  return takeOver(
    { ...state, pushed: earlier?.pushed ?? [], computer: null },
    {
      ...{ view, logs: mail.machines.get(number) ?? new Map(), history, more: saidBy(number, snapshot.more) },
      people: new Map([...mail.people].filter(isMine)),
    },
    {
      instance,
      nowIso: isoTime(machine.clock.now().wallMs),
      orders: snapshot.orders.orders,
      hash: (text) => machine.ledger.idOf(text),
    },
  );
}

/** All documents of a machine must be readable: an order that it has run could run again otherwise (O8). */
export function wordOf(number: number, snapshot: Snapshot, hint = 'coord join <url>, without --as'): MachineView {
  const view = snapshot.machines.get(number);
  if (view === undefined && !snapshot.lanes.has(number) && !snapshot.board.files.has(machineDocumentPath(number))) {
    throw new CoordError(
      'NOT_FOUND',
      `there is no machine ${number} in this fleet: it has neither a lane nor documents`,
      'coord join <url>, without --as',
    );
  }
  const fault = snapshot.faults.find(({ document, level }) => {
    const owner = ownerOf(document);
    return level === 'fault' && owner?.kind === 'machine' && owner.machine === number;
  });
  if (view !== undefined && fault === undefined) return view;
  const why = fault === undefined ? `${machineDocumentPath(number)} is not there` : faultText(fault);
  throw new CoordError(
    'REFUSED',
    `what machine ${number} wrote cannot be read, so it is not known what it has run: ${why}`,
    hint,
  );
}
