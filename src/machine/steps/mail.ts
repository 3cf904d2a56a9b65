// The cycle's part in messages and hand-offs: what was fetched counts as delivered, what people here sent is numbered, what they took is noted,
// and what its readers have leaves the logs. The journal has it before the outbox forgets it (S5); what is said to others is
// rendered from the journal alone (D1).
import { asBelieved, ownFilesIn } from '../../core/cycle/as-believed.ts';
import { isReadByOthers } from '../../core/cycle/own-documents.ts';
import { isResolvedByPeople, withCalls } from '../../core/messages/emergency.ts';
import { observeMail, take } from '../../core/messages/mailbox.ts';
import { acceptSends, adoptLogs, rotate, sentLog } from '../../core/messages/outgoing.ts';
import { readersOf, receivedUpTo } from '../../core/messages/receipts.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Files, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { MailState, MovedMessage, SendIntention } from '../../core/model/messages/mail.ts';
import { EVERYBODY, PEOPLE, type Reader, sourceOf } from '../../core/model/messages/message.ts';
import { isLost } from '../../core/presence/gone.ts';
import { appendMessageHistory, beginsWithMessage, notInHistory } from '../../documents/messages/message-history.ts';
import { renderMessageLog } from '../../documents/messages/message-log.ts';
import { messageHistoryOf, messageHistoryPath, messagesPath } from '../../documents/paths.ts';
import { CYCLE_RULES } from '../../features/cycle.ts';
import type { Ledger } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { historyEnds } from './history-ends.ts';
import { recordAnswers } from './record-answers.ts';

/** `fetchedAt` null = offline: messages from here are numbered and wait in the journal. */
export async function takeMail(
  machine: Machine,
  before: JournalState,
  shown: Snapshot,
  fetchedAt: Instant | null,
): Promise<JournalState> {
  const me = before.machine;
  const snapshot = asBelieved(shown);
  const readers = readersOf(snapshot.machines);
  // T5: where somebody else wrote as this machine, it has nothing to learn of itself.
  const own = snapshot.believed?.ownFiles === undefined ? snapshot.machines.get(me)?.document : undefined;
  const known = adoptLogs(before.mail, own && snapshot.mail.machines.get(me), own?.cursors);
  let mail = observeMail(known, snapshot.mail, me, (text) => machine.ledger.idOf(text));
  await recordAnswers(machine, known, mail, snapshot, me);
  const intentions = await machine.journal.mail();
  const isResolved = isResolvedByPeople(known, mail, snapshot.mail, me, (text) => machine.ledger.idOf(text));
  let calls: Pick<JournalState, 'emergency' | 'called'> = {
    emergency: isResolved ? null : before.emergency,
    called: before.called,
  };
  const settled: string[] = [];
  const sends: SendIntention[] = [];
  let recorded = before;
  for (const { record } of CYCLE_RULES) {
    const taken = record?.(recorded, intentions);
    if (taken === undefined) continue;
    recorded = taken.state;
    settled.push(...taken.settled);
  }
  for (const intention of intentions) {
    if (intention.kind === 'take') mail = take(mail, intention.taken);
    const isSend = intention.kind === 'send';
    const isThere = isSend && sentLog(mail, intention.to).messages.some(({ id }) => id === intention.id);
    if (isThere || intention.kind === 'take') settled.push(intention.id);
    else if (isSend) sends.push(intention);
  }
  if (fetchedAt !== null) {
    mail = await withoutWritten(machine.ledger, mail, snapshot, me);
    // An entry that is still in the outbox must stay, so that it is not numbered again.
    if (settled.length === 0) {
      mail = rotate(mail, (reader) => receivedUpTo(me, reader, readers, (other) => isLost(other, snapshot, before, fetchedAt)));
    }
  }
  // R3: another folder numbers messages as this machine.
  if (before.duplicate === null) {
    const outcome = acceptSends(mail, sends, (reader) => lastKnown(reader, me, snapshot));
    mail = outcome.mail;
    settled.push(...outcome.accepted);
    calls = withCalls(calls, sends, outcome.accepted);
  }
  const isSame = mail === before.mail && calls.emergency === before.emergency;
  const after = isSame ? recorded : { ...recorded, mail, ...calls };
  if (after !== before) {
    await machine.journal.save(after);
    machine.step('mail-journaled');
  }
  for (const id of settled) {
    await machine.journal.settle(id);
    machine.step('mail-settled');
  }
  return after;
}

/** This machine's message documents, rendered from the journal, as text by path. */
export async function mailFiles(
  ledger: Ledger,
  mail: MailState,
  snapshot: Snapshot,
  me: number,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [reader, { messages }] of Object.entries(mail.sent)) {
    files.set(messagesPath(me, reader), renderMessageLog(me, reader, messages));
  }
  if (mail.moved.length > 0) {
    const own = ownFilesIn(snapshot, me);
    const before = await ownEnds(ledger, own, me, mail.moved);
    const place = { machine: me, files: own, isNumbered: isReadByOthers(snapshot, me, 3) };
    for (const [part, text] of appendMessageHistory(me, before, mail.moved)) files.set(messageHistoryPath(part, place), text);
  }
  return files;
}

/** M4: drops from the journal the messages that the history on the lane shows. */
async function withoutWritten(ledger: Ledger, mail: MailState, snapshot: Snapshot, me: number): Promise<MailState> {
  if (mail.moved.length === 0 || snapshot.believed?.ownFiles !== undefined) return mail;
  const files = snapshot.machines.get(me)?.lane?.files ?? new Map();
  const moved = notInHistory(mail.moved, (await ownEnds(ledger, files, me, mail.moved)).values());
  return moved.length === mail.moved.length ? mail : { ...mail, moved };
}

/** Where what is moved goes, or went with a push that was never answered. */
const ownEnds = (ledger: Ledger, files: Files, me: number, moved: readonly MovedMessage[]) =>
  historyEnds(
    ledger,
    files,
    moved.map(({ at }) => at.slice(0, 7)),
    {
      partOf: (path) => messageHistoryOf(path, me),
      pathOf: (part) => messageHistoryPath(part, { machine: me, files, isNumbered: true }),
      beginsMoved: (text) => beginsWithMessage(text, moved),
    },
  );

/** A machine's message history, by path. */
export async function historyTexts(ledger: Ledger, files: Files, owner: number): Promise<ReadonlyMap<string, string>> {
  const ids = [...files].filter(([path]) => messageHistoryOf(path, owner) !== null);
  const blobs = await ledger.read(ids.map(([, id]) => id));
  const texts = ids.flatMap(([path, id]): [string, string][] => {
    const blob = blobs.get(id);
    return blob?.kind === 'text' ? [[path, blob.text]] : [];
  });
  return new Map(texts);
}

/** The highest number in this machine's log that the ledger, or any reader's receipt, has. */
export function lastKnown(reader: Reader, me: number, snapshot: Snapshot): number {
  const shown = snapshot.mail.machines.get(me)?.get(reader)?.at(-1)?.number ?? 0;
  if (reader === PEOPLE) return shown;
  const source = sourceOf(me, reader);
  const receipts = [...snapshot.machines.values()]
    .filter(({ document }) => reader === EVERYBODY || document.machine === Number(reader))
    .map(({ document }) => document.cursors[source]?.delivered ?? 0);
  return Math.max(shown, ...receipts);
}
