// Says what an agent is told of this machine's inbox, and when that counts as read (M9). It reads local files alone: what the last sync
// left, the outbox, the journal. It needs no lock: an intention is a file of its own, and recording it twice changes nothing.
import { takenHere } from '../../../operations/messages/mail-files.ts';
import { recordingTimes } from '../../../operations/messages/outbox-time.ts';
import type { Journal } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { systemRandom } from '../../../system/time/random.ts';
import { AGENT_MESSAGES_MAX, agentText } from '../documents/agent-message.ts';
import type { HookCall } from '../documents/hook-call.ts';
import type { HookAgent } from '../documents/hook-dialects.ts';
import { type Given, isProof, seenUpTo } from '../rules/agent-receipts.ts';
import { type GivenMessages, givenMessages, nameOf, pruneGiven } from './given.ts';
import { messageOf, readUnread, type UnreadLine } from './unread-file.ts';

/** Of several fleets, the last ones may have to wait for the next event. */
const USEFUL_LENGTH = 700;

export interface InboxAnswer {
  readonly text: string;
  /** For when it was handed over: only what was given can be seen. */
  given(): void;
}

/** Null = there is nothing to say. */
export async function inboxAnswer(
  agent: HookAgent,
  call: HookCall,
  folder: FleetFolder,
  openJournal: (folder: FleetFolder) => Promise<Journal>,
  lengthMax: number,
): Promise<InboxAnswer | null> {
  if (call.event === 'SessionStart') pruneGiven(folder, agent, Date.now());
  const left = readUnread(folder);
  // Most often that is all there is, and the journal need not be read.
  if (left.length === 0) return null;
  const journal = await openJournal(folder);
  const takenUpTo = await takenHere(journal);
  const inbox = left.filter(({ source, number }) => number > takenUpTo(source));
  if (inbox.length === 0) return null;
  const session = givenMessages(folder, agent, call.session);
  const known = session.all();
  const unread = await takeSeen(inbox, known, session, call, journal);
  const news = known.size === 0 ? unread : unread.filter((line) => !known.has(nameOf(line)));
  const fresh = call.event === 'Stop' ? atTheEnd(news, call) : news;
  if (fresh.length === 0 || lengthMax < USEFUL_LENGTH) return null;
  const messages = fresh.slice(0, AGENT_MESSAGES_MAX).map((line) => ({ ...messageOf(line), given: nameOf(line) }));
  const draft = agentText(messages, readIdentity(folder), lengthMax, fresh.length);
  if (draft === null) return null;
  const shown = draft.shown.map(({ message }) => message);
  const mine = new Set(session.claim(shown.map(({ given }) => given)));
  // Another hook of this session may have been quicker with some of them.
  const ours = shown.filter(({ given }) => mine.has(given));
  const lost = shown.length - ours.length;
  const said = lost === 0 ? draft : agentText(ours, readIdentity(folder), lengthMax, fresh.length - lost);
  if (said === null) return null;
  return {
    text: said.text,
    given() {
      const { event, turn } = call;
      for (const isWhole of [true, false]) {
        const names = said.shown.filter(({ whole }) => whole === isWhole).map(({ message }) => message.given);
        if (names.length > 0) session.note(names, { event, turn, whole: isWhole, seen: false });
      }
    },
  };
}

/** At the end of a turn the agent is kept for one urgent message, and never where a hook has kept it already. */
function atTheEnd(lines: readonly UnreadLine[], { goesOn }: HookCall): readonly UnreadLine[] {
  return goesOn ? [] : lines.filter(({ isUrgent }) => isUrgent).slice(0, 1);
}

/** Records what this call proves to be read; the receipts go with the next sync. Returns what is unread after that. */
async function takeSeen(
  unread: readonly UnreadLine[],
  given: ReadonlyMap<string, Given | null>,
  session: GivenMessages,
  call: HookCall,
  journal: Journal,
): Promise<readonly UnreadLine[]> {
  const seen = new Set<string>();
  if (given.size === 0) return unread;
  for (const line of unread) {
    const name = nameOf(line);
    const note = given.get(name) ?? null;
    if (note === null || !isProof(note, call)) continue;
    if (!note.seen) session.note([name], { ...note, seen: true });
    if (note.whole) seen.add(name);
  }
  const taken = seenUpTo(unread, (line) => seen.has(nameOf(line)));
  if (Object.keys(taken).length === 0) return unread;
  const clock = { now: () => ({ wallMs: Date.now() }) };
  const recordedAt = recordingTimes(await journal.mail(), clock)();
  await journal.record({ id: systemRandom.uuid(), recordedAt, kind: 'take', taken });
  // Its file stays: a hook beside this one may have read the journal before, and would give it anew.
  return unread.filter(({ source, number }) => number > (taken[source] ?? 0));
}
