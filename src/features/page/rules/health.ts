// What the room Health shows: the answer of `page/health`, and what stands out in it. Pure.
import type { CheckResult } from '../../../core/model/status/check-result.ts';
import type { LeftOut, StatusFault, StatusMachine, StatusSummary } from '../../../core/model/status/status.ts';

/** Something that stands in the way here, with what helps. */
export interface Stand {
  readonly words: string;
  /** Null = nothing that can be typed. */
  readonly command: string | null;
}

export interface Health {
  readonly summary: StatusSummary;
  readonly faults: readonly StatusFault[];
  /** What found no room in STATUS.json (D8); null = nothing. */
  readonly leftOut: LeftOut | null;
  readonly daemon: {
    /** ISO 8601 UTC, as are all times. */
    readonly since: string | null;
    readonly version: string | null;
    readonly lastSync: string | null;
    readonly nextLook: string | null;
    readonly trouble: string | null;
    readonly syncs: number;
  };
  /** Of this machine. */
  readonly pushes: {
    readonly lastMinute: number;
    /** Of the whole fleet; null = fleet.yaml cannot be read. */
    readonly perMinuteMax: number | null;
    readonly heldUntil: string | null;
  };
  readonly edits: {
    /** Not on the remote yet. */
    readonly waiting: readonly string[];
    /** Of those that do not go with the next sync that can. */
    readonly why: string | null;
    /** Main did not admit them. */
    readonly lost: readonly { readonly at: string; readonly words: string }[];
    /** Saved in the folder here, and not taken from there. */
    readonly notTaken: readonly string[];
  };
  /** Of the clone here, in bytes. */
  readonly historyBytes: number;
  readonly stands: readonly Stand[];
}

/** As far as the page shows it. */
export type Check = Pick<CheckResult, 'id' | 'title' | 'state' | 'found' | 'fix'>;

/** The boxes of the bus here, as far as the page counts them. */
export interface Box {
  readonly program: string;
  readonly waiting: number;
  readonly handed: number;
}

/** `hub`: null = none runs here. As far as the page reads it; `blockedUntil`: ISO 8601 UTC. */
export interface HubAnswer {
  readonly hub: object | null;
  readonly guests: readonly object[];
  readonly knocks: readonly { readonly refused: number; readonly blockedUntil: string | null }[];
}

/** `now`: ISO 8601 UTC with milliseconds, as in the answer. Null = no hub runs here. */
export function hubWords({ hub, guests, knocks }: HubAnswer, now: string): string | null {
  if (hub === null) return null;
  const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
  const refused = knocks.reduce((sum, knock) => sum + knock.refused, 0);
  const blocked = knocks.filter(({ blockedUntil }) => blockedUntil !== null && blockedUntil > now).length;
  return `${counted(guests.length, 'guest')}, ${counted(refused, 'request')} refused, ${counted(blocked, 'address', 'addresses')} blocked now`;
}

/** How many machines are in each state, the most first. */
export function machineStates(
  machines: Readonly<Record<string, StatusMachine>>,
): readonly (readonly [state: StatusMachine['state'], count: number])[] {
  const counts = new Map<StatusMachine['state'], number>();
  for (const { state } of Object.values(machines)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
}

/** `coordination/ORDERS.json:3:7`; without a line the document alone. */
export function placeOf({ document, line, column }: StatusFault): string {
  return [document, line, column].filter((part) => part !== undefined).join(':');
}

/** What is wrong, problems first; and what is not. */
export function partedChecks(checks: readonly Check[]): { readonly wrong: readonly Check[]; readonly well: readonly Check[] } {
  const of = (...states: readonly Check['state'][]) => checks.filter(({ state }) => states.includes(state));
  return { wrong: [...of('problem'), ...of('warning')], well: of('ok', 'skipped') };
}
