// Is the message bus of one machine (M8) for all faces. A message is on disk before the sender is answered, reaches its reader at least
// once, and never goes into git.
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime } from '../../../core/base/time.ts';
import { isProgramName } from '../../../core/messages/program-address.ts';
import {
  BUS_LIMITS,
  type BusMessage,
  type BusReport,
  type BusState,
  type PostRequest,
} from '../../../core/model/messages/bus.ts';
import { CoordError, errorMessage } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { confirm, giveBack, giveBackStreams, type HandedOut, handOut, put, type Terms } from './box.ts';
import { type BoxCounts, countsOf, type Held, held, stateOf } from './box-sight.ts';
import { badName, boxNames, boxOf, knownPrograms, openBox, programsToTell, splitId } from './boxes.ts';

/** A reader that took a message and does not say that it has it gets it again after this. */
export const CONFIRM_MS = 30_000;

type Ports = Pick<World, 'clock' | 'random'>;

/** Fsynced when it returns. Throws USAGE, NOT_FOUND for a program that is not known here, REFUSED where the box is full. */
export function sendOnBus(world: Ports, folder: FleetFolder, request: PostRequest): BusReport {
  const { to, from, keep } = request;
  if (from !== null && !isProgramName(from)) throw badName(from);
  const known = knownPrograms(folder);
  if (!isProgramName(to)) throw badName(to);
  if (!keep && !known.includes(to)) throw unknownProgram(to, known);
  const message = post(world, folder, senderOf(folder, request), request, to);
  if (message === null) throw new CoordError('REFUSED', fullBox(to), `coord bus take ${shellWord(to)}`);
  return { messages: [message], refused: [] };
}

export function unknownProgram(name: string, known: readonly string[], found = ''): CoordError {
  const others = known.length === 0 ? 'no program is known here' : `known here: ${known.join(', ')}`;
  const message = `${found}no program ${JSON.stringify(name)} is known on this machine; ${others}`;
  return new CoordError(
    'NOT_FOUND',
    message,
    `coord send --keep ${isProgramName(name) ? shellWord(name) : '<program>'} "…", to keep the message until it comes`,
  );
}

/** The next message for a reader, which has so long to confirm it; null = nothing waits. The program is known here from now on. */
export function takeNext(world: Ports, folder: FleetFolder, program: string, terms: Partial<Terms> = {}): HandedOut | null {
  return handOut(openBox(folder, program), nowMs(world), { forMs: CONFIRM_MS, isStream: false, ...terms });
}

/** On disk when it returns. Said again it changes nothing. Throws NOT_FOUND for an id that this box does not know (any more). */
export function confirmTaken(world: Ports, folder: FleetFolder, program: string, id: string): void {
  const parts = splitId(id);
  if (parts?.program !== program || !confirm(boxOf(folder, program), parts.key, nowMs(world))) throw unknownMessage(id);
}

/** A reader went away without a word: the next one gets it. */
export function handBack(folder: FleetFolder, { message: { id, to }, untilMs }: HandedOut): void {
  const parts = splitId(id);
  if (parts !== null) giveBack(boxOf(folder, to), parts.key, untilMs);
}

/** For a daemon that begins: nobody has a stream of the one before it. A box that cannot be used keeps no other one back. */
export function handBackStreams(folder: FleetFolder, failed: (program: string, error: unknown) => void): void {
  for (const program of boxNames(folder)) {
    try {
      giveBackStreams(boxOf(folder, program));
    } catch (error) {
      failed(program, error);
    }
  }
}

/** What is not confirmed yet, in the order in which it is given out. */
export function peek(folder: FleetFolder, program: string, countMax: number): readonly Held[] {
  return held(boxOf(folder, program), countMax);
}

export interface MessageSight {
  readonly id: string;
  readonly to: string;
  readonly state: BusState;
  /** When it was confirmed; null = it was not. */
  readonly takenAt: string | null;
}

/** Throws NOT_FOUND: it never was here, or it was taken and forgotten since. */
export function messageState(folder: FleetFolder, id: string): MessageSight {
  const parts = splitId(id);
  const found = parts === null ? null : stateOf(boxOf(folder, parts.program), parts.key);
  if (parts === null || found === null) throw unknownMessage(id);
  return { id, to: parts.program, state: found.state, takenAt: found.ms === null ? null : isoTime(found.ms) };
}

export interface BoxSight extends BoxCounts {
  readonly program: string;
  /** Why it cannot be looked into: then nothing of it is counted; null = it can. */
  readonly trouble: string | null;
}

/** Every program that is known here, by name. */
export async function boxesHere(folder: FleetFolder): Promise<readonly BoxSight[]> {
  const sights: BoxSight[] = [];
  for (const program of knownPrograms(folder)) {
    await breath();
    try {
      sights.push({ program, ...countsOf(boxOf(folder, program)), trouble: null });
    } catch (error) {
      sights.push({ program, ...NOTHING_COUNTED, trouble: messageOf(error) });
    }
  }
  return sights;
}

/** To every program that is told here but its sender; one that cannot have it keeps it from nobody else. Throws as `sendOnBus`. */
export async function sendToAll(
  world: Ports,
  folder: FleetFolder,
  request: Omit<PostRequest, 'to' | 'keep'>,
): Promise<BusReport> {
  const { from } = request;
  if (from !== null && !isProgramName(from)) throw badName(from);
  const readers = programsToTell(folder, nowMs(world)).filter((program) => program !== from);
  if (readers.length === 0) {
    const isAnyKnown = knownPrograms(folder).length > 0;
    const message = isAnyKnown ? 'no other program reads its box on this machine' : 'no program is known on this machine';
    throw new CoordError('NOT_FOUND', message, 'coord bus');
  }
  const sender = senderOf(folder, request);
  const messages: BusMessage[] = [];
  const refused: { to: string; why: string }[] = [];
  for (const program of readers) {
    await breath();
    try {
      const message = post(world, folder, sender, request, program);
      if (message === null) refused.push({ to: program, why: fullBox(program) });
      else messages.push(message);
    } catch (error) {
      refused.push({ to: program, why: `the box of ${program} cannot be used: ${messageOf(error)}` });
    }
  }
  if (messages.length === 0) {
    const whys = refused.slice(0, WHYS_MAX).map(({ why }) => why);
    throw new CoordError('REFUSED', `${whys.join('; ')}${refused.length > WHYS_MAX ? '; …' : ''}`, 'coord bus');
  }
  return { messages, refused };
}

/** As a reader answers it. */
function senderOf(folder: FleetFolder, { from }: Pick<PostRequest, 'from'>): string {
  return from ?? String(readIdentity(folder).machine);
}

/** Null = the box is full. */
function post(
  world: Ports,
  folder: FleetFolder,
  from: string,
  request: Pick<PostRequest, 'priority' | 'body'>,
  to: string,
): BusMessage | null {
  const box = openBox(folder, to);
  const key = world.random.uuid();
  const now = nowMs(world);
  const { priority, body } = request;
  const message = { id: `${to}.${key}`, from, to, at: isoTime(now), priority, body };
  return put(box, message, key, now) ? message : null;
}

function fullBox(program: string): string {
  const bytes = BUS_LIMITS.waitingBytesMax / 1_048_576;
  return `the box of ${program} is full: at most ${BUS_LIMITS.waitingMax} messages or ${bytes} MiB wait for a program`;
}

function unknownMessage(id: string): CoordError {
  return new CoordError('NOT_FOUND', `no message ${JSON.stringify(id)} is known here, or not any more`, 'coord bus');
}

/** Of those whose boxes did not take it, where none did. */
const WHYS_MAX = 3;
const messageOf = (error: unknown) => errorMessage(error);
/** Whatever else this process does goes on in between. */
const breath = () => new Promise<void>((resolve) => setImmediate(resolve));
const NOTHING_COUNTED = { waiting: 0, handed: 0, bytes: 0, oldestMs: null, lastTakenMs: null, broken: 0 };
const nowMs = (world: Ports) => world.clock.now().wallMs;
