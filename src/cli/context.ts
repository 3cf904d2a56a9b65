// What a command gets: the world, where to write, and how. Off a terminal there is no colour, no prompt and no spinner.
import { CoordError } from '../errors.ts';
import type { World } from '../operations/sync/dependencies.ts';
import type { Journal } from '../ports.ts';
import { findFleet, findFleetHere, fleetLabel } from '../system/fleet/find-fleet.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { endWithReader } from './broken-pipe.ts';
import { createPaint, type Paint } from './output/paint.ts';
import { plainCell } from './output/table.ts';

/** For commands that show what the last sync left in the fleet folder. */
export interface Reading {
  /** As `--dir` and `--fleet` name it. */
  readonly dir: string | undefined;
  readonly fleetWord: string | undefined;
  /** `--dir`, `--fleet` or COORD_DIR names a fleet, which alone is meant then. */
  readonly isNamed: boolean;
  /** Finds the fleet folder, and tells people which one it is where it is not the one that they stand in; throws NO_FLEET. */
  fleet(): FleetFolder;
  /** The one that is named or that they stand in, and never another one of this computer; throws NO_FLEET. */
  fleetHere(): FleetFolder;
  journal(folder: FleetFolder): Promise<Journal>;
  readonly isTerminal: boolean;
  readonly paint: Paint;
  /** A line for people or programs, on standard output. */
  out(line: string): void;
  /** A line about the work itself, on standard error. */
  note(line: string): void;
  nowMs(): number;
}

export interface Context extends Reading {
  world(): Promise<World>;
  /** Path of the program, for commands that start it again. */
  readonly mainPath: string;
  /** On a terminal, says what takes long and for how long already; the line is gone when the work is done. */
  busy<T>(what: string | (() => string), work: Promise<T>): Promise<T>;
}

/** Null = nobody named one, and there is none: the command has something to say all the same. */
export function fleetIfAny(reading: Reading): FleetFolder | null {
  try {
    return reading.fleet();
  } catch (error) {
    if (error instanceof CoordError && error.code === 'NO_FLEET' && !reading.isNamed) return null;
    throw error;
  }
}

interface ReadingOptions {
  readonly dir: string | undefined;
  readonly fleet: string | undefined;
  /** A program reads the answer: nothing is said beside it. */
  readonly isForProgram: boolean;
  readonly journal: Reading['journal'];
}

export async function createReading({ dir, fleet, isForProgram, journal }: ReadingOptions): Promise<Reading> {
  const isTerminal = process.stdout.isTTY === true;
  endWithReader();
  const noColor = process.env.NO_COLOR;
  const note = (line: string) => void process.stderr.write(`${line}\n`);
  const which = () => ({ dir, fleet, env: process.env, cwd: process.cwd() });
  let isTold = isForProgram;
  return {
    dir,
    fleetWord: fleet,
    isNamed: dir !== undefined || fleet !== undefined || Boolean(process.env.COORD_DIR),
    fleet: () => {
      const { folder, isElsewhere } = findFleet(which());
      if (isElsewhere && !isTold) note(`fleet: ${plainCell(fleetLabel(folder), 300)}`);
      isTold ||= isElsewhere;
      return folder;
    },
    fleetHere: () => findFleetHere(which()),
    journal,
    isTerminal,
    paint: await createPaint(isTerminal && (noColor === undefined || noColor === '')),
    out: (line) => void process.stdout.write(`${line}\n`),
    note,
    nowMs: () => Date.now(),
  };
}

export async function createContext(
  options: ReadingOptions & { readonly makeWorld: () => Promise<World>; readonly mainPath: string },
): Promise<Context> {
  let world: Promise<World> | null = null;
  return {
    ...(await createReading(options)),
    world: () => {
      world ??= options.makeWorld();
      return world;
    },
    mainPath: options.mainPath,
    busy: (what, work) => (process.stderr.isTTY === true ? showBusy(typeof what === 'string' ? () => what : what, work) : work),
  };
}

/** T6: what is recorded with it is signed by the key of the person who typed the command. */
export function asPerson(context: Context): Context {
  return { ...context, world: async () => ({ ...(await context.world()), isPerson: true as const }) };
}

/** What is quicker than this needs no word. */
const QUICK_MS = 700;
const CLEAR_LINE = '\r\u001b[K';

async function showBusy<T>(what: () => string, work: Promise<T>): Promise<T> {
  const startedMs = Date.now();
  let shown = false;
  const timer = setInterval(() => {
    shown = true;
    process.stderr.write(`${CLEAR_LINE}${what()} · ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }, QUICK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown) process.stderr.write(CLEAR_LINE);
  }
}

/** Does what was asked for; returns the exit code. `isForProgram`: as in `ReadingOptions`. */
export type Run = ((context: Context) => Promise<number>) & { readonly isForProgram?: boolean };
