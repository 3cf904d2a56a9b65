// What a command gets: the world, where to write, and how. Off a terminal there is no colour, no prompt and no spinner.
import pc from 'picocolors';
import type { World } from '../operations/world.ts';
import { type FleetFolder, findFleetFolder } from '../system/fleet-folder.ts';

export interface Context {
  world(): Promise<World>;
  /** Finds the fleet folder; throws NO_FLEET. */
  fleet(): FleetFolder;
  readonly dir: string | undefined;
  /** Path of the program, for commands that start it again. */
  readonly mainPath: string;
  readonly isTerminal: boolean;
  readonly paint: ReturnType<typeof pc.createColors>;
  /** A line for people or programs, on standard output. */
  out(line: string): void;
  /** A line about the work itself, on standard error. */
  note(line: string): void;
  nowMs(): number;
}

export function createContext(options: { makeWorld: () => Promise<World>; mainPath: string; dir: string | undefined }): Context {
  let world: Promise<World> | null = null;
  const isTerminal = process.stdout.isTTY === true;
  const noColor = process.env.NO_COLOR;
  return {
    world: () => {
      world ??= options.makeWorld();
      return world;
    },
    fleet: () => findFleetFolder({ dir: options.dir, envDir: process.env.COORD_DIR, cwd: process.cwd() }),
    dir: options.dir,
    mainPath: options.mainPath,
    isTerminal,
    paint: pc.createColors(isTerminal && (noColor === undefined || noColor === '')),
    out: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    nowMs: () => Date.now(),
  };
}
