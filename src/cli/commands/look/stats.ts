// coord stats
import { counted } from '../../../core/base/counted.ts';
import { statsOf } from '../../../core/history/stats.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import type { Stats, Tally } from '../../../core/model/status/stats.ts';
import type { MachineNames } from '../../../core/model/status/timeline.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { machineNamed } from '../../../operations/machine/machine-named.ts';
import { COMMITS_MAX, readTimeline } from '../../../operations/timeline/timeline.ts';
import type { Context } from '../../context.ts';
import { sinceOf } from '../../input/since.ts';
import { columns, oneLine, roughly } from '../../output/table.ts';

interface Options {
  readonly since?: string;
  readonly machine?: string;
  readonly type?: string;
  readonly json?: boolean;
}

/** More than a fleet's documents hold. */
const EVENTS_MAX = 1_000_000;

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleet();
  const since = options.since === undefined ? null : sinceOf(options.since, context.nowMs(), 'stats');
  const request = { order: null, machine: null, since, limit: EVENTS_MAX };
  const { events, machines, known, types, isCut, isPart, bad } = await context.busy(
    'reading',
    readTimeline(await context.world(), folder, request),
  );
  const filter = {
    machine: options.machine === undefined ? null : machineNamed(options.machine, known).number,
    type: options.type ?? null,
  };
  const stats = statsOf(events, types, filter);
  if (options.json) {
    context.out(visibleJson(JSON.stringify({ since, ...stats, names: machines, cut: isCut, unreadable: bad }, null, 2)));
    return EXIT.done;
  }
  const rows = [
    ['all', stats.total] as const,
    ...Object.entries(stats.machines).map(
      ([number, tally]) => [`${number} ${machines[Number(number)] ?? ''}`.trim(), tally] as const,
    ),
    ...Object.entries(stats.types).map(([type, tally]) => [type === '-' ? 'no type' : `type ${type}`, tally] as const),
  ];
  for (const line of columns([HEAD, ...rows.map(([name, tally]) => rowOf(name, tally))], (cell, _, row) =>
    row === 0 ? context.paint.dim(cell) : cell,
  ))
    context.out(line);
  context.out(
    `run times of ${stats.total.timed} of ${stats.total.runs} runs; waits of ${stats.total.waits}: from the commit that placed the order to its first start, by two clocks`,
  );
  for (const line of costLines(stats.costs, machines, context)) context.out(line);
  if (isPart)
    context.note('older changes of main are not on this machine, which joined later: coord timeline --whole fetches them');
  else if (isCut)
    context.note(
      `only the newest ${COMMITS_MAX.toLocaleString('en')} changes of main and 200 documents of the history were looked at`,
    );
  if (bad > 0) context.note(context.paint.yellow(`! ${counted(bad, 'line')} of the history cannot be read`));
  return EXIT.done;
}

const HEAD = [
  '',
  'ORDERS',
  'RUNS',
  'OK',
  'FAILED',
  'STOPPED',
  'SUCCESS',
  'MEDIAN',
  'P90',
  'WAIT',
  'RETRIES',
  'TAKEN OVER',
  'LOST',
];

/** None where no agent told anything. */
function costLines({ total, agents, machines, days }: Stats['costs'], names: MachineNames, { paint }: Context): string[] {
  if (total.runs === 0) return [];
  const rows = [
    ['all agents', total] as const,
    ...Object.entries(agents),
    ...Object.entries(machines).map(([number, cost]) => [`on ${numberedName(number, names[Number(number)])}`, cost] as const),
    ...Object.entries(days),
  ].map(([name, { runs, usd, tokens }]) => [
    ...[oneLine(visibleText(name), 30), String(runs)],
    ...[usd === null ? '-' : `$${usd.toFixed(2)}`, tokens === null ? '-' : tokens.toLocaleString('en')],
  ]);
  const told =
    'COST and TOKENS as the agents told them; a run that was cut off, or whose agent tells nothing, is not among these';
  return [
    '',
    ...columns([['', 'RUNS', 'COST', 'TOKENS'], ...rows], (cell, _, row) => (row === 0 ? paint.dim(cell) : cell)),
    told,
  ];
}

function rowOf(name: string, tally: Tally): string[] {
  const { orders, runs, completed, failed, cancelled, success, medianMs, p90Ms, medianWaitMs, retries, takeOvers, losses } =
    tally;
  const time = (ms: number | null) => (ms === null ? '-' : roughly(ms));
  return [
    oneLine(visibleText(name), 30),
    ...[orders, runs, completed, failed, cancelled].map(String),
    success === null ? '-' : `${Math.floor(success * 100)} %`,
    ...[medianMs, p90Ms, medianWaitMs].map(time),
    ...[retries, takeOvers].map(String),
    losses === null ? '-' : String(losses),
  ];
}
