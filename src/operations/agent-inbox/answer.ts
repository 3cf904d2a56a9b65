// `coord hook`: what an agent is told of this machine's inbox, and when that counts as read (M9). Local files alone: what the last sync
// left, the outbox, the journal. Needs no lock: an intention is a file of its own, and said twice it changes nothing.
import { isProof, seenUpTo } from '../../core/shown-messages.ts';
import { agentText } from '../../documents/agent-message.ts';
import type { HookAgent, HookCall } from '../../documents/hook-call.ts';
import type { Journal } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';
import { readIdentity } from '../../system/identity-file.ts';
import { systemRandom } from '../../system/random.ts';
import { readIfThere } from '../../system/read-if-there.ts';
import { type NamedMessage, readInbox } from '../mail-files.ts';
import { recordingTimes } from '../outbox-time.ts';
import { type GivenFiles, givenFiles, nameOf, pruneGiven } from './given.ts';

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
  // Most often that is all there is, and the journal need not be read.
  if (!(readIfThere(folder.inbox) ?? '').includes('"taken": false')) return null;
  const journal = await openJournal(folder);
  const inbox = (await readInbox(folder, journal)).filter((message) => !message.taken);
  if (inbox.length === 0) return null;
  const files = givenFiles(folder, agent, call.session);
  const unread = await takeSeen(inbox, files, call, journal);
  const known = files.all();
  const isNew = (message: NamedMessage) => !known.has(nameOf(message));
  const fresh = call.event === 'Stop' ? atTheEnd(unread.filter(isNew), call) : unread.filter(isNew);
  const draft = lengthMax < USEFUL_LENGTH ? null : agentText(fresh, readIdentity(folder), lengthMax);
  if (draft === null) return null;
  const mine = draft.shown.map(({ message }) => message).filter((message) => files.claim(message));
  // Another hook of this session may have been quicker with some of them.
  const said = mine.length === draft.shown.length ? draft : agentText(mine, readIdentity(folder), lengthMax);
  if (said === null) return null;
  return {
    text: said.text,
    given() {
      const { event, turn } = call;
      for (const { message, whole } of said.shown) files.note(message, { event, turn, whole, seen: false });
    },
  };
}

/** At the end of a turn the agent is kept for one urgent message, and never where a hook has kept it already. */
function atTheEnd(messages: readonly NamedMessage[], { goesOn }: HookCall): readonly NamedMessage[] {
  return goesOn ? [] : messages.filter(({ priority }) => priority === 'urgent').slice(0, 1);
}

/** Records what this call proves to be read; the receipts go with the next sync. Returns what is unread after that. */
async function takeSeen(
  unread: readonly NamedMessage[],
  files: GivenFiles,
  call: HookCall,
  journal: Journal,
): Promise<readonly NamedMessage[]> {
  const given = files.all();
  const seen = new Set<string>();
  for (const message of unread) {
    const name = nameOf(message);
    const note = given.get(name) ?? null;
    if (note === null || !isProof(note, call)) continue;
    if (!note.seen) files.note(message, { ...note, seen: true });
    if (note.whole) seen.add(name);
  }
  const taken = seenUpTo(unread, (message) => seen.has(nameOf(message)));
  if (Object.keys(taken).length === 0) return unread;
  const clock = { now: () => ({ wallMs: Date.now() }) };
  const recordedAt = recordingTimes(await journal.mail(), clock)();
  await journal.record({ id: systemRandom.uuid(), recordedAt, kind: 'take', taken });
  // Its file stays: a hook beside this one may have read the journal before, and would give it anew.
  return unread.filter(({ source, number }) => number > (taken[source] ?? 0));
}
