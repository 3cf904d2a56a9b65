// M8: what the ledger has for programs of this machine goes into their boxes, each message once. The box has it before the journal
// says so, and knows it again: killed in between, the next cycle says it once more and nothing comes twice.
import type { InboxMessage } from '../../core/messages/mailbox.ts';
import { forProgram, senderOf } from '../../core/messages/program-address.ts';
import { afterLook, isAllHanded, type Looked, notLookedAt, takeHanded } from '../../core/messages/program-cursor.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { LedgerMessage } from '../../core/model/messages/bus.ts';
import type { Machine } from '../context.ts';
import { readInbox } from '../reading/read-inbox.ts';

export interface HandedOver {
  readonly state: JournalState;
  /** How many went into boxes. */
  readonly count: number;
}

export async function handOver(machine: Machine, before: JournalState, snapshot: Snapshot): Promise<HandedOver> {
  // R3: the other one who is this machine may do so as well.
  if (before.duplicate !== null || isAllHanded(before.mail, before.handed)) return { state: before, count: 0 };
  const inbox = await readInbox(machine.ledger, before, snapshot, machine.cache);
  const looked: Looked[] = [];
  for (const message of notLookedAt(before.mail, before.handed, inbox, snapshot.fleet.keepArchiveMs !== null)) {
    const letter = letterOf(message);
    looked.push({ message, isInBox: letter !== null && (await machine.boxes.handOver(letter)) });
  }
  const count = looked.filter(({ isInBox }) => isInBox).length;
  if (count > 0) machine.step('boxes-filled');
  const handed = afterLook(before.mail, before.handed, { looked, inbox });
  const mail = takeHanded(before.mail, handed, inbox);
  if (handed === before.handed && mail === before.mail) return { state: before, count };
  const after = { ...before, mail, handed };
  await machine.journal.save(after);
  machine.step('boxes-journaled');
  await machine.boxes.settled(Object.fromEntries(Object.entries(handed).map(([source, { upTo }]) => [source, upTo])));
  return { state: after, count };
}

function letterOf({ source, number, from, at, priority, body: text }: InboxMessage): LedgerMessage | null {
  const meant = forProgram(text);
  if (meant === null) return null;
  return { source, number, from: senderOf(meant, from), to: meant.program, at, priority, body: meant.body };
}
