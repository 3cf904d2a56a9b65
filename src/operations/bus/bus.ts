// The message bus of one machine (M8): what any face does with it. On disk before it is answered, at least once to its reader,
// and never in git.
import { BUS_LIMITS, type BusMessage, type BusState } from '../../core/model/bus.ts';
import type { Priority } from '../../core/model/order.ts';
import { ALL_PROGRAMS, isProgramName } from '../../core/program-address.ts';
import { isoTime } from '../../core/time.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';
import { readIdentity } from '../../system/identity-file.ts';
import type { World } from '../world.ts';
import { confirm, createBox, giveBack, giveBackStreams, type HandedOut, handOut, put, type Terms } from './box.ts';
import { type BoxCounts, countsOf, type Held, held, stateOf } from './box-sight.ts';
import { badName, boxNames, boxOf, knownPrograms, openBox, splitId } from './boxes.ts';

/** A reader that took a message and does not say that it has it gets it again after this. */
export const CONFIRM_MS = 30_000;

export interface BusRequest {
  /** A program of this machine, or `all`. */
  readonly to: string;
  /** A program; null = somebody at this machine. */
  readonly from: string | null;
  /** What `goodBody` let pass. */
  readonly body: string;
  readonly priority: Priority;
  /** Also to a program that nobody here knows yet. */
  readonly keep: boolean;
}

export interface BusReport {
  /** One a reader. */
  readonly messages: readonly BusMessage[];
  /** To `all`: whose box did not take it. */
  readonly refused: readonly { readonly to: string; readonly why: string }[];
}

type Ports = Pick<World, 'clock' | 'random'>;

/** Fsynced when it returns. Throws USAGE, NOT_FOUND for a program that is not known here, REFUSED where the box is full. */
export function sendOnBus(world: Ports, folder: FleetFolder, request: BusRequest): BusReport {
  const { to, from, keep } = request;
  if (from !== null && !isProgramName(from)) throw badName(from);
  const known = knownPrograms(folder);
  if (to === ALL_PROGRAMS) return sendToAll(world, folder, request, known);
  if (!isProgramName(to)) throw badName(to);
  if (!keep && !known.includes(to)) throw unknownProgram(to, known);
  const message = post(world, folder, request, to);
  if (message === null) throw new CoordError('REFUSED', fullBox(to), `coord bus take ${to}`);
  return { messages: [message], refused: [] };
}

export function unknownProgram(name: string, known: readonly string[], found = ''): CoordError {
  const others = known.length === 0 ? 'no program is known here' : `known here: ${known.join(', ')}`;
  const message = `${found}no program ${JSON.stringify(name)} is known on this machine; ${others}`;
  return new CoordError(
    'NOT_FOUND',
    message,
    `coord send --keep ${isProgramName(name) ? name : '<program>'} "…", if it will come`,
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

/** For a daemon that begins: nobody has a stream of the one before it. */
export function handBackStreams(folder: FleetFolder): void {
  for (const program of boxNames(folder)) giveBackStreams(boxOf(folder, program));
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
}

/** Every program that is known here, by name. */
export function boxesHere(folder: FleetFolder): readonly BoxSight[] {
  return knownPrograms(folder).map((program) => ({ program, ...countsOf(boxOf(folder, program)) }));
}

function sendToAll(world: Ports, folder: FleetFolder, request: BusRequest, known: readonly string[]): BusReport {
  const readers = known.filter((program) => program !== request.from);
  if (readers.length === 0) {
    const message = known.length === 0 ? 'no program is known on this machine' : 'no other program is known on this machine';
    throw new CoordError('NOT_FOUND', message, 'coord bus');
  }
  const sent = readers.map((program) => ({ program, message: post(world, folder, request, program) }));
  const messages = sent.flatMap(({ message }) => message ?? []);
  const refused = sent.filter(({ message }) => message === null).map(({ program }) => ({ to: program, why: fullBox(program) }));
  if (messages.length === 0) throw new CoordError('REFUSED', refused.map(({ why }) => why).join('; '), 'coord bus');
  return { messages, refused };
}

/** Null = the box is full. */
function post(world: Ports, folder: FleetFolder, request: BusRequest, to: string): BusMessage | null {
  const box = boxOf(folder, to);
  createBox(box);
  const key = world.random.uuid();
  const now = nowMs(world);
  const from = request.from ?? String(readIdentity(folder).machine);
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

const nowMs = (world: Ports) => world.clock.now().wallMs;
