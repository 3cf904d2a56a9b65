// Runs `coord inbox --take` and `coord sent`. Taking is recorded on disk, then synced: the sender gets its receipt with that push (M2).
import { PEOPLE } from '../../core/model/messages/message.ts';
import { takeLock } from '../../system/files/lock.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { openMachine } from '../sync/open-machine.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { readView } from '../sync/view.ts';
import { type NamedMessage, type NamedSent, olderThanShown, readInbox, readSent } from './mail-files.ts';
import { recordingTimes } from './outbox-time.ts';
import { waitingSends } from './send.ts';

/** Two readers at once: the second one waits until the first has shown what it takes. */
const LOCK_WAIT_MS = 20_000;

/** Those that were read too, as long as they are kept. */
export async function listInbox(world: World, folder: FleetFolder): Promise<readonly NamedMessage[]> {
  const { journal, ledger } = await openMachine(world, folder);
  try {
    return await readInbox(folder, journal);
  } finally {
    await ledger.close();
  }
}

/**
 * Hands the unread messages to `show`, and records them as read after that: whoever is stopped in between sees them once more,
 * and nobody misses one. `some` says which of them are shown where all would be too many: of a sender, what comes before the first that
 * was not shown is taken. `older`: M4.3, how many more come before what is here. Null = there was nothing to take.
 */
export async function takeInbox(...asked: Parameters<typeof recordTaken>): Promise<SyncReport | null> {
  const [world, folder] = asked;
  return (await recordTaken(...asked)) ? await sync(world, folder) : null;
}

/** The same without a sync, which is the caller's. False = there was nothing to take. */
export async function recordTaken(
  world: World,
  folder: FleetFolder,
  show: (messages: readonly NamedMessage[], older: number) => void,
  some: (unread: readonly NamedMessage[]) => readonly NamedMessage[] = (unread) => unread,
  passed: (inbox: readonly NamedMessage[]) => InboxCursor = handedOnly,
): Promise<boolean> {
  const { journal, ledger } = await openMachine(world, folder);
  const lock = await takeLock(folder.inboxLock, LOCK_WAIT_MS);
  let taken: Readonly<Record<string, number>> = {};
  try {
    const inbox = await readInbox(folder, journal);
    const unread = inbox.filter((message) => !message.taken);
    const messages = some(unread);
    taken = { ...passed(inbox), ...takenOf(unread, messages) };
    show(messages, olderThanShown(inbox));
    if (Object.keys(taken).length > 0) {
      const recordedAt = recordingTimes(await journal.mail(), world.clock)();
      await journal.record({ id: world.random.uuid(), recordedAt, kind: 'take', taken });
    }
  } finally {
    await lock.release();
    await ledger.close();
  }
  world.step('take-recorded');
  return Object.keys(taken).length > 0;
}

/** By source, up to which number the messages are read. */
export type InboxCursor = Readonly<Record<string, number>>;

/**
 * For a reader whose answer can be lost: marks as read what he says that he has (`confirmed`, as an earlier call gave it), and hands the next
 * ones to `show` with their cursor. Said again, a cursor changes nothing, and it passes no message that is not here. Null = nothing to confirm.
 */
export async function confirmInbox(
  world: World,
  folder: FleetFolder,
  confirmed: InboxCursor,
  show: (next: { readonly messages: readonly NamedMessage[]; readonly cursor: InboxCursor }) => void,
): Promise<SyncReport | null> {
  const has = ({ source, number }: NamedMessage) => number <= (confirmed[source] ?? 0);
  return takeInbox(
    world,
    folder,
    () => {},
    (unread) => {
      const next = unread.filter((message) => !has(message));
      show({ messages: next, cursor: takenOf(next, next) });
      return unread.filter(has);
    },
    () => ({}),
  );
}

/** By source, how far it was shown without a gap. */
function takenOf(unread: readonly NamedMessage[], shown: readonly NamedMessage[]): Readonly<Record<string, number>> {
  const taken: Record<string, number> = {};
  const gaps = new Set<string>();
  const isShown = new Set(shown);
  for (const message of [...unread].sort((a, b) => a.number - b.number)) {
    if (!isShown.has(message)) gaps.add(message.source);
    else if (!gaps.has(message.source)) taken[message.source] = message.number;
  }
  return taken;
}

/** Of logs that have more than is shown (M4.3) and of which all that is shown went to programs: else no cursor of them would ever move. */
function handedOnly(inbox: readonly NamedMessage[]): Readonly<Record<string, number>> {
  const unread = new Set(inbox.flatMap(({ source, taken }) => (taken ? [] : [source])));
  const passed: Record<string, number> = {};
  for (const { source, older } of inbox) if (older !== undefined && !unread.has(source)) passed[source] = 0;
  for (const { source, number } of inbox) if (passed[source] !== undefined) passed[source] = Math.max(passed[source], number);
  return passed;
}

export type ListedSent = Omit<NamedSent, 'number'> & { readonly number: number | null };

/** Oldest first; what is still in the outbox comes last and has no number yet. */
export async function listSent(world: World, folder: FleetFolder): Promise<readonly ListedSent[]> {
  const { journal, ledger } = await openMachine(world, folder);
  try {
    const outbox = waitingSends(await journal.mail());
    const sent: readonly ListedSent[] = readSent(folder);
    const known = new Set(sent.map(({ id }) => id));
    const machines = readView(folder)?.machines ?? {};
    const waiting = outbox
      .filter(({ id }) => !known.has(id))
      .map(({ id, to, recordedAt: at, priority, body }): ListedSent => {
        const name = to === PEOPLE ? '' : (machines[to]?.name ?? '');
        return { id, to, name, number: null, at, priority, body, state: 'waiting' };
      });
    return [...[...sent].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), ...waiting];
  } finally {
    await ledger.close();
  }
}
