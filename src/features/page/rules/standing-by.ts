// Which machines of a large fleet need no tile of their own: they are there, do nothing, and have nothing to say. Pure.
import type { StatusMachine } from '../../../core/model/status/status.ts';

/** Up to so many machines each has its tile. */
const TILES_MAX = 24;

export interface Stander {
  readonly number: string;
  readonly machine: StatusMachine;
  /** Somebody looks for it, or something about it is to be seen: a heartbeat that did not come. */
  readonly isMeant: boolean;
}

/** By number; none in a fleet that is not large. */
export function standingBy(machines: readonly Stander[]): ReadonlySet<string> {
  if (machines.length <= TILES_MAX) return new Set();
  return new Set(machines.flatMap(({ number, machine, isMeant }) => (isMeant || !isQuiet(machine) ? [] : [number])));
}

function isQuiet({ state, doubted, emergency, runs, back, programs = {} }: StatusMachine): boolean {
  const areWell = Object.values(programs).every((it) => it.givenUp !== true && it.state !== 'CRASHED' && it.state !== 'DEGRADED');
  const isSilent = doubted === undefined && emergency === undefined;
  return state === 'IDLE' && isSilent && runs.length === 0 && back !== true && areWell;
}
