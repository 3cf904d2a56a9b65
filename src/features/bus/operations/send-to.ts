// Says whom `coord send` means: a machine, people, a program here, or one on another machine. A name means a machine before a program; with
// a number before it (`2/builder`) it always means a program.
import { shellWord } from '../../../core/base/shell-word.ts';
import { ALL_PROGRAMS, byProgram, isProgramName, splitAddress, toProgram } from '../../../core/messages/program-address.ts';
import type { BusReport, PostRequest } from '../../../core/model/messages/bus.ts';
import { EVERYBODY, type Reader, type ReceiptState } from '../../../core/model/messages/message.ts';
import { CoordError } from '../../../errors.ts';
import type { SendRequest } from '../../../operations/feature.ts';
import { listedMachines, machineNamed, type NamedMachine, orElse, readerOf } from '../../../operations/machine/machine-named.ts';
import { goodBody, recordMessage } from '../../../operations/messages/send.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { badName, knownPrograms } from './boxes.ts';
import { sendOnBus, sendToAll, unknownProgram } from './bus.ts';

export type Meant =
  /** A machine, all of them, or people. */
  | { readonly kind: 'ledger'; readonly to: string; readonly program: string | null }
  | { readonly kind: 'bus'; readonly program: string };

type OnBus = { readonly kind: 'bus' } & BusReport;

/** `ledger` sends what is for no program here. Throws USAGE, NOT_FOUND or REFUSED before anything is recorded. */
export async function sendTo<T>(
  world: World,
  folder: FleetFolder,
  request: PostRequest,
  ledger: (letter: SendRequest) => Promise<T>,
): Promise<OnBus | T> {
  const meant = meantBy(folder, request);
  if (meant.kind === 'bus') return sendHere(world, folder, request, meant.program);
  try {
    const body = ledgerBody(folder, request, meant);
    // M6: those at hand hear of it before any connection is waited for.
    if (isForEverybody(request, meant)) await tellProgramsHere(world, folder, request);
    return await ledger({ to: meant.to, body, priority: request.priority });
  } catch (error) {
    const isUnknown = error instanceof CoordError && error.code === 'NOT_FOUND' && isProgramName(request.to);
    const machines = machinesIn(folder);
    if (!isUnknown || machines.some(({ name }) => name.toLowerCase() === request.to)) throw error;
    const meant = orElse(request.to, machines);
    if (meant !== '')
      throw new CoordError(
        'NOT_FOUND',
        `no machine and no program ${request.to} is known here${meant}`,
        `coord machines; for a program here that comes later: coord send --keep ${shellWord(request.to)} "…"`,
      );
    throw unknownProgram(request.to, knownPrograms(folder), `no machine of that name is in this fleet, and `);
  }
}

function isForEverybody({ from, priority }: PostRequest, { to, program }: Meant & { kind: 'ledger' }): boolean {
  return from !== null && priority === 'urgent' && program === null && to.trim().toLowerCase() === EVERYBODY.toLowerCase();
}

/** Where there is no other program, or no box has room, it is the ledger's alone. */
async function tellProgramsHere(world: World, folder: FleetFolder, request: PostRequest): Promise<void> {
  try {
    await sendHere(world, folder, request, ALL_PROGRAMS);
  } catch (error) {
    if (!(error instanceof CoordError) || (error.code !== 'NOT_FOUND' && error.code !== 'REFUSED')) throw error;
  }
}

export interface Recorded {
  readonly id: string;
  readonly to: Reader;
  readonly state: ReceiptState;
}

/** Through which goes what is more than one file here; it may throw, and then nothing was done. */
export interface Pace {
  toAll<T>(work: () => Promise<T>): Promise<T>;
  toLedger<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * For programs: a word is a program here, or all of them, whatever machines are called; a number is a machine, or people. What is not
 * for a program here is recorded, and sent by the daemon that this is called in.
 */
export async function recordTo(
  world: World,
  folder: FleetFolder,
  request: PostRequest,
  { toAll, toLedger }: Pace,
): Promise<OnBus | ({ readonly kind: 'ledger' } & Recorded)> {
  const isNumber = /^[0-9]+$/.test(request.to);
  const meant: Meant = isNumber || request.to.includes('/') ? meantBy(folder, request) : { kind: 'bus', program: request.to };
  if (meant.kind === 'bus') {
    const send = () => sendHere(world, folder, request, meant.program);
    return meant.program === ALL_PROGRAMS ? toAll(send) : send();
  }
  const body = goodBody(ledgerBody(folder, request, meant));
  const to = readerOf(meant.to, readView(folder));
  const id = await toLedger(() => recordMessage(world, folder, { to, body, priority: request.priority }));
  return { kind: 'ledger', id, to, state: 'waiting' };
}

/** Pure. `machines`: those of the fleet as the last sync showed it; `me`: this one. */
export function whoIsMeant(
  word: string,
  around: {
    readonly me: Pick<NamedMachine, 'number' | 'name'>;
    readonly machines: readonly NamedMachine[];
    readonly programs: readonly string[];
    readonly keep: boolean;
  },
): Meant {
  const { me, programs, keep } = around;
  const machines = [...around.machines.filter(({ number }) => number !== me.number), { ...me, hasLeft: false }];
  const split = splitAddress(word.trim());
  if (split !== null) {
    const { program } = split;
    if (program !== ALL_PROGRAMS && !isProgramName(program)) throw badName(program);
    const machine = split.machine.toLowerCase();
    if (machine === '0' || machine === 'people')
      throw new CoordError('USAGE', `people have no programs: found ${word}`, 'coord send 0 "…"');
    const isHere = machine !== 'all' && machineOf(machine, machines) === me.number;
    return isHere ? { kind: 'bus', program } : { kind: 'ledger', to: split.machine, program };
  }
  const isMachine = ['all', '0', 'people'].includes(word.trim().toLowerCase()) || machineOf(word, machines) !== null;
  const isProgram = programs.includes(word) || (keep && isProgramName(word));
  return isProgram && !isMachine ? { kind: 'bus', program: word } : { kind: 'ledger', to: word, program: null };
}

function meantBy(folder: FleetFolder, { to, keep }: PostRequest): Meant {
  const { machine: number, name } = readIdentity(folder);
  const programs = knownPrograms(folder);
  const meant = whoIsMeant(to, { me: { number, name }, machines: machinesIn(folder), programs, keep });
  if (meant.kind === 'bus') return meant;
  if (keep) throw new CoordError('USAGE', `--keep is for programs of this machine: found ${to}`, 'coord send --help');
  return meant;
}

async function sendHere(world: World, folder: FleetFolder, request: PostRequest, program: string): Promise<OnBus> {
  const letter = { ...request, to: program, body: goodBody(request.body) };
  const report = program === ALL_PROGRAMS ? await sendToAll(world, folder, letter) : sendOnBus(world, folder, letter);
  world.step('bus-written');
  return { kind: 'bus', ...report };
}

function ledgerBody(folder: FleetFolder, { body, from }: PostRequest, { program }: Meant & { kind: 'ledger' }): string {
  if (from === null && program === null) return body;
  if (from !== null && !isProgramName(from)) throw badName(from);
  const { machine } = readIdentity(folder);
  return program === null ? byProgram(machine, from ?? '', goodBody(body)) : toProgram(program, machine, from, goodBody(body));
}

function machinesIn(folder: FleetFolder): readonly NamedMachine[] {
  return listedMachines(readView(folder)?.machines ?? {});
}

/** Of two of one name either: that is said where the message is sent. */
function machineOf(word: string, machines: readonly NamedMachine[]): number | null {
  try {
    return machineNamed(word, machines).number;
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return error.code === 'USAGE' ? -1 : null;
  }
}
