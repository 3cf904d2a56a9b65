// What a guest asks for, in documents and messages of the machine that hosts the hub (G1): a guest has no lane. Each act is on this disk when
// it returns, so that a hub that is killed has lost nothing.

import { cutText } from '../../../core/base/cut-text.ts';
import { documentLine } from '../../../core/base/plain-line.ts';
import { isoTime } from '../../../core/base/time.ts';
import { isProgramName } from '../../../core/messages/program-address.ts';
import type { BusMessage } from '../../../core/model/messages/bus.ts';
import type { Priority } from '../../../core/model/orders/order.ts';
import { CoordError } from '../../../errors.ts';
import type { SendRequest } from '../../../operations/feature.ts';
import { readerOf } from '../../../operations/machine/machine-named.ts';
import { goodBody, recordMessage } from '../../../operations/messages/send.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { publishable } from '../../../operations/sync/open-machine.ts';
import { readView, syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { confirmTaken, messageState, peek } from '../../bus/operations/bus.ts';
import { sendTo } from '../../bus/operations/send-to.ts';
import { listGuests } from './guests.ts';
import { readSaid, writeSaid } from './hub-files.ts';

/** `repo`: it goes with the next sync; `here`: a program of this machine has it in its box, and nothing of it goes into the repo. */
export interface Done {
  readonly id: string;
  readonly place: 'repo' | 'here';
}

/** The status stands in this machine's document from the next sync on. False = it stood there already. */
export function report(world: World, folder: FleetFolder, guest: string, content: string): boolean {
  const text = documentLine(publishable(world, folder)(content));
  if (text === '') throw new CoordError('USAGE', '"content": expected a line of text, found none', null);
  const said = readSaid(folder);
  if (said[guest]?.text === text) return false;
  const known = new Set(listGuests(folder).map(({ id }) => id));
  const others = Object.entries(said).filter(([id]) => known.has(id));
  writeSaid(folder, { ...Object.fromEntries(others), [guest]: { since: isoTime(world.clock.now().wallMs), text } });
  return true;
}

/** As many as an answer has room for. */
export const TASKS_MAX = 50;

/** What waits for it, urgent ones first; each comes again until it says that it is done. */
export function tasksOf(folder: FleetFolder, guest: string, countMax: number): readonly BusMessage[] {
  return peek(folder, guest, countMax).map(({ message }) => message);
}

/**
 * Tells the sender what became of a task (where that cannot be told, people), and then takes it off the list. Killed in between, it is told
 * once more when it is said again. Null = it was done before. Throws NOT_FOUND, and USAGE for `content` that no message has room for.
 */
export async function finishTask(
  world: World,
  folder: FleetFolder,
  guest: string,
  { id, outcome, content }: { readonly id: string; readonly outcome: 'done' | 'failed'; readonly content: string },
): Promise<Done | null> {
  const { to, state } = messageState(folder, id);
  if (to !== guest) throw new CoordError('NOT_FOUND', `no task ${JSON.stringify(id)} is known here, or not any more`, null);
  if (state === 'taken') return null;
  const task = peek(folder, guest, Number.POSITIVE_INFINITY).find(({ message }) => message.id === id)?.message;
  if (task === undefined) throw new CoordError('NOT_FOUND', `no task ${JSON.stringify(id)} is known here, or not any more`, null);
  const done = isOutcome(task) ? null : await answer(world, folder, guest, task, { outcome, content });
  confirmTaken(world, folder, guest, id);
  return done;
}

/** What a program says became of its own task. Answered, two guests would answer each other for ever. */
function isOutcome({ from, body }: BusMessage): boolean {
  return (isProgramName(from) || from.includes('/')) && /^(?:done|failed): /.test(body);
}

/** A first line may fill a message, and an answer has more to say. */
const FIRST_LINE_MAX = 200;

/** Nothing that the guest says again would change these. */
const CANNOT_BE_TOLD = new Set<string>(['NOT_FOUND', 'REFUSED', 'LOCAL_STATE']);

/** People hear what a sender cannot be told: else the guest would be given the task again and again. */
async function answer(
  world: World,
  folder: FleetFolder,
  guest: string,
  { from: sender, body }: BusMessage,
  { outcome, content }: { readonly outcome: 'done' | 'failed'; readonly content: string },
): Promise<Done> {
  const me = String(readIdentity(folder).machine);
  const first = `${outcome}: ${cutText(body.split('\n')[0] ?? '', FIRST_LINE_MAX)}`;
  const more = content === '' ? [] : [content];
  const tell = (to: string, ...between: string[]) =>
    say(world, folder, guest, { to, body: [first, ...between, ...more].join('\n\n'), priority: 'normal' });
  // Who wrote it at this machine itself has no inbox of their own to answer to.
  if (sender === me) return tell('0');
  try {
    // A bare name is a program here; a machine may be called the same.
    return await tell(isProgramName(sender) ? `${me}/${sender}` : sender);
  } catch (error) {
    if (!(error instanceof CoordError && CANNOT_BE_TOLD.has(error.code))) throw error;
    // What programs here say to each other stays on this disk (M8).
    if (isProgramName(sender))
      return say(world, folder, guest, {
        to: '0',
        body: `${outcome}: a task of ${sender}, which has no box here with room`,
        priority: 'normal',
      });
    return tell('0', `For ${sender}, who could not be told: ${error.message}`);
  }
}

/** A message in the guest's name. Throws USAGE, NOT_FOUND or REFUSED before anything is recorded. */
export async function say(
  world: World,
  folder: FleetFolder,
  guest: string,
  { to, body, priority }: { readonly to: string; readonly body: string; readonly priority: Priority },
): Promise<Done> {
  const ledger = async (letter: SendRequest): Promise<Done> => {
    const reader = readerOf(letter.to, readView(folder));
    const recorded = { to: reader, body: goodBody(letter.body), priority: letter.priority };
    return { id: await recordMessage(world, folder, recorded), place: 'repo' };
  };
  const sent = await sendTo<Done>(world, folder, { to, from: guest, body: goodBody(body), priority, keep: false }, ledger);
  return 'place' in sent ? sent : { id: sent.messages[0]?.id ?? '', place: 'here' };
}

export interface Computer {
  readonly number: number;
  readonly name: string;
  readonly state: string;
  /** When its lane moved last, as seen from here; null of this machine. */
  readonly lastHeard: string | null;
}

/** As the last sync showed the fleet. Throws LOCAL_STATE before the first. */
export function computers(folder: FleetFolder): readonly Computer[] {
  const { machines, sync } = syncedView(folder);
  return Object.entries(machines).map(([number, { name, state }]) => ({
    ...{ number: Number(number), name, state },
    lastHeard: sync.lastHeard[number] ?? null,
  }));
}
