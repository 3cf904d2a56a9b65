// Says which machines have an older coord than the newest one of the fleet, and how each gets that: by hand, or by an order where its owner
// allows shell orders. Pure.
import { isBehind, newestVersion } from '../../core/base/coord-version.ts';
import { INSTALL } from '../../system/service/install-words.ts';
import type { View } from '../sync/view.ts';

/** A daemon goes on with the program that it was started with; where cron syncs, none is to be started. In a run it is that of its fleet. */
const RESTART = 'coord daemon restart --if-running';
/** `npm install` has to load it. */
const TIMEOUT = '30m';

export interface BehindMachine {
  readonly machine: number;
  readonly name: string;
  /** '' = it says none. */
  readonly version: string;
  readonly allowsShell: boolean;
  /** Brings it the newest; null = its owner allows no shell orders, or what npm installs was not said. */
  readonly order: UpdateOrder | null;
}

export interface UpdateOrder {
  readonly id: string;
  readonly title: string;
  readonly assign: number;
  readonly run: string;
  readonly timeout: string;
}

export interface UpdatePlan {
  /** The newest version of the fleet, this computer's included. */
  readonly newest: string;
  readonly behind: readonly BehindMachine[];
  /** What a person runs on a machine. */
  readonly commands: readonly string[];
}

/** `own`: the version of this program. `from`: what npm installs, as a word of the shell; null = a person has a clone of coord. */
export function updatePlan({ machines, self }: Pick<View, 'machines' | 'self'>, own: string, from: string | null): UpdatePlan {
  const there = Object.entries(machines).filter(([, { state }]) => state !== 'LEFT');
  const newest = newestVersion([own, ...there.map(([, { version }]) => version)]) ?? own;
  const install = from === null ? null : `npm install --global ${from}`;
  const behind = there.flatMap(([number, machine]): BehindMachine[] => {
    const version = Number(number) === self.machine ? own : machine.version;
    if (!isBehind(version, newest)) return [];
    const allowsShell = machine.allows.includes('shell');
    const order = allowsShell && install !== null ? orderFor(Number(number), newest, install) : null;
    return [{ machine: Number(number), name: machine.name, version, allowsShell, order }];
  });
  return { newest, behind, commands: [install ?? `git pull && ${INSTALL}`, RESTART] };
}

function orderFor(number: number, newest: string, install: string): UpdateOrder {
  return {
    id: `update-${number}-to-${newest.replace(/[^a-z0-9]+/g, '-')}`,
    title: `coord ${newest}`,
    assign: number,
    run: `${install} && ${RESTART}`,
    timeout: TIMEOUT,
  };
}
