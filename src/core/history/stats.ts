// Counts runs from the events of the timeline. Pure. What was not measured is null, never 0.
import { parseTime } from '../base/time.ts';
import type { Cost } from '../model/machines/spending.ts';
import type { CostTally, Stats, Tally } from '../model/status/stats.ts';
import type { RunEnded, RunStarted, TimelineEvent } from '../model/status/timeline.ts';

export interface StatsFilter {
  readonly machine: number | null;
  readonly type: string | null;
}

const NO_TYPE = '-';

export function statsOf(events: readonly TimelineEvent[], types: Readonly<Record<string, string>>, filter: StatsFilter): Stats {
  const typeOf = (order: string) => types[order] ?? types[order.split('@')[0] ?? ''] ?? NO_TYPE;
  const isMeant = (machine: number, order: string | null) =>
    (filter.machine === null || machine === filter.machine) &&
    (filter.type === null || order === null || typeOf(order) === filter.type);
  const meant = events.filter((event) =>
    'machine' in event ? isMeant(event.machine, 'order' in event ? event.order : null) : event.kind === 'order',
  );
  const waits = waitsOf(meant);
  const tally = (isIn: (event: TimelineEvent) => boolean, hasLosses: boolean) => tallyOf(meant.filter(isIn), waits, hasLosses);
  const ends = meant.filter((event) => event.kind === 'ended');
  const machines = [...new Set(meant.flatMap((event) => ('machine' in event ? [event.machine] : [])))].sort((a, b) => a - b);
  const kinds = [...new Set(ends.map(({ order }) => typeOf(order)))].sort();
  const ofMachine = (machine: number) => tally((event) => 'machine' in event && event.machine === machine, filter.type === null);
  const ofType = (type: string) =>
    tally((event) => 'machine' in event && 'order' in event && typeOf(event.order) === type, false);
  return {
    total: tally(() => true, filter.type === null),
    machines: Object.fromEntries(machines.map((machine) => [String(machine), ofMachine(machine)])),
    types: Object.assign(Object.create(null), Object.fromEntries(kinds.map((type) => [type, ofType(type)]))),
    costs: costsOf(ends.filter((end) => filter.type === null || typeOf(end.order) === filter.type)),
  };
}

function costsOf(ends: readonly RunEnded[]): Stats['costs'] {
  const told = ends.filter(({ cost }) => cost !== undefined);
  const by = (nameOf: (end: RunEnded) => string) => {
    const names = [...new Set(told.map(nameOf))].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
    return Object.fromEntries(names.map((name) => [name, costTally(told.filter((end) => nameOf(end) === name))]));
  };
  return {
    total: costTally(told),
    agents: by(({ cost }) => cost?.agent ?? ''),
    machines: by(({ machine }) => String(machine)),
    days: by(({ at }) => at.slice(0, 10)),
  };
}

function costTally(ends: readonly RunEnded[]): CostTally {
  const sum = (of: keyof Cost) => {
    const amounts = ends.flatMap(({ cost }) => cost?.[of] ?? []);
    return amounts.length === 0 ? null : Math.round(amounts.reduce((all, one) => all + one, 0) * 1e6) / 1e6;
  };
  return { runs: ends.length, usd: sum('usd'), tokens: sum('tokens') };
}

function tallyOf(events: readonly TimelineEvent[], waits: ReadonlyMap<RunStarted, number>, hasLosses: boolean): Tally {
  const ends = events.filter((event) => event.kind === 'ended');
  const count = (state: RunEnded['state']) => ends.filter((end) => end.state === state).length;
  const [completed, failed, cancelled] = [count('COMPLETED'), count('FAILED'), count('CANCELLED')];
  const times = ends.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  const waited = events.flatMap((event) => (event.kind === 'started' ? (waits.get(event) ?? []) : []));
  return {
    orders: new Set(ends.map(({ order, generation }) => `${order} ${generation}`)).size,
    runs: ends.length,
    completed,
    failed,
    cancelled,
    success: completed + failed === 0 ? null : completed / (completed + failed),
    retries: ends.filter(({ attempt }) => attempt > 1).length,
    takeOvers: events.filter((event) => event.kind === 'takenOver' && event.why === 'lost').length,
    losses: hasLosses ? events.filter((event) => event.kind === 'machine' && event.what === 'lost').length : null,
    medianMs: quantile(times, 0.5),
    p90Ms: quantile(times, 0.9),
    timed: times.length,
    medianWaitMs: quantile(waited, 0.5),
    waits: waited.length,
  };
}

/**
 * The wait of each order: from the commit that added it to its first start. Of several such commits the last one before the start counts,
 * because an order can be removed and added again. If all came later by their clocks, the wait is 0. An order that was added before the
 * events begin has none.
 */
function waitsOf(events: readonly TimelineEvent[]): ReadonlyMap<RunStarted, number> {
  const added = new Map<string, number[]>();
  for (const event of events) {
    if (event.kind !== 'order' || event.what !== 'added') continue;
    added.set(event.order, [...(added.get(event.order) ?? []), parseTime(event.at)]);
  }
  const waits = new Map<RunStarted, number>();
  for (const event of events) {
    if (event.kind !== 'started' || event.generation > 1 || event.attempt > 1) continue;
    const times = added.get(event.order);
    if (times === undefined) continue;
    const startMs = parseTime(event.at);
    const before = times.filter((ms) => ms <= startMs);
    waits.set(event, before.length === 0 ? 0 : startMs - Math.max(...before));
  }
  return waits;
}

/** The quantile: the smallest value that this part of them does not exceed. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
