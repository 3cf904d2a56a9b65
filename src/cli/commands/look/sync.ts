// coord sync
import { andMore, counted, firstFew } from '../../../core/base/counted.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { comeBack } from '../../../operations/machine/assert-not-left.ts';
import type { Came } from '../../../operations/sync/came.ts';
import { markTold } from '../../../operations/sync/edit-rejections.ts';
import { markSavedTold, savedNotes } from '../../../operations/sync/saved-edits.ts';
import { mustBeSynced, type SyncReport, sync, syncUntilDone } from '../../../operations/sync/sync.ts';
import type { View } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { savedLine, savedLines } from '../../output/saved-words.ts';
import { troubleLines } from '../../output/show-status.ts';
import { oneLine, plainCell } from '../../output/table.ts';

interface Options {
  readonly wait?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const say = (report: SyncReport) => {
    if (!options.json) sayReport(context, report);
  };
  const report =
    options.wait && !options.dryRun
      ? await syncUntilDone(world, folder, say)
      : await context.busy('syncing', sync(world, folder, { dryRun: options.dryRun ?? false }));
  if (options.json) context.out(visibleJson(JSON.stringify(report, null, 2)));
  else if (!options.wait || options.dryRun) say(report);
  mustBeSynced(report);
  return EXIT.done;
}

/** C8: one line on what it did; then what stands in the way. */
function sayReport(context: Context, report: SyncReport): void {
  context.out(syncLine(report));
  if (report.view === null) return;
  // What ends in an error is said there.
  const sync = { ...report.view.sync, unsyncedSince: null, duplicate: null, rewritten: null };
  for (const line of troubleLines({ ...report.view, sync }, context)) context.note(line);
  if (context.isTerminal) {
    // What another process took; the line above has what this one did.
    const saved = savedNotes(context.fleet());
    const others = saved.filter(({ words }) => words !== report.saved);
    for (const note of savedLines(others, context.nowMs())) context.note(context.paint.yellow(`! ${plainCell(note, 1000)}`));
    markTold(context.fleet(), sync.lostEdits);
    markSavedTold(context.fleet(), saved);
  }
  for (const fault of report.view.faults.filter(({ level }) => level === 'fault')) {
    const place = fault.line === undefined ? '' : ` line ${fault.line}`;
    context.note(context.paint.yellow(visibleText(`! ${fault.document}${place}: ${fault.message}`)));
  }
}

export function syncLine(report: SyncReport): string {
  const ended = new Set(report.finished.map((run) => run.order));
  const verb = (past: string, would: string) => (report.dryRun ? would : past);
  const parts = [
    ...report.started.filter((id) => !ended.has(id)).map((id) => `${verb('started', 'would start')} ${id}`),
    ...report.stopped.map((id) => `${verb('stopped', 'would stop')} ${id}`),
    ...report.finished.map(endWords),
  ];
  if (report.saved !== null) parts.push(savedLine(report.saved));
  if (report.received > 0) parts.push(`${counted(report.received, 'new message')}: coord inbox`);
  parts.push(...report.woken.map(wokenWords));
  const came = report.came();
  parts.push(...cameWords(came));
  const acted = parts.length > 0 || came.changed > 0;
  for (const [word, state] of [
    ['next', 'ASSIGNED'],
    ['blocked', 'BLOCKED'],
  ] as const) {
    const [first, ...others] = report.waiting.filter((order) => order.state === state);
    if (first !== undefined) parts.push(`${word}: ${first.order} (${first.reason})${andMore(others.length)}`);
  }
  const head =
    report.trouble !== null
      ? 'not synced'
      : report.byAnother
        ? 'synced by another coord process'
        : report.dryRun
          ? 'dry run'
          : acted || report.pushes > 0
            ? 'synced'
            : 'nothing new';
  if (report.leaving === 'left' && report.view !== null) {
    const { machine, name } = report.view.self;
    const left = `machine ${machine} ${name} has left the fleet; to come back: ${comeBack(report.view.self)}`;
    return visibleText(report.cycles === 0 ? left : [head, ...parts, left].join(' · '));
  }
  if (report.view?.machines[String(report.view.self.machine)]?.state === 'PAUSED') parts.push('paused');
  if (report.leaving === 'leaving') parts.push('leaving the fleet');
  const alarms = report.view === null ? [] : alarmsOf(report.view);
  if (parts.length === 0 && head === 'dry run') return visibleText(['nothing to do', ...alarms].join(' · '));
  return visibleText([head, ...alarms, ...parts].join(' · '));
}

/** So many orders that ended elsewhere are named. */
const NAMED_MAX = 3;

function cameWords({ ended }: Came): string[] {
  if (ended.length === 0) return [];
  const named = ended.map(({ order, state, on }) => `${order} ${state}${on === null ? '' : ` on ${on}`}`);
  return [`ended elsewhere: ${firstFew(named, NAMED_MAX)}`];
}

/** O15: the order of a run that asks is BLOCKED, although the run itself is recorded as FAILED. */
function endWords({ order, state, exitCode, asks, reason }: SyncReport['finished'][number]): string {
  if (asks === true) return `blocked: ${order} (${oneLine(reason ?? 'it asks a person', 200)})`;
  return `finished ${order} ${state}${exitCode === null || exitCode === 0 ? '' : ` (exit code ${exitCode})`}`;
}

/** W4: every packet is reported. */
function wokenWords({ machine, name, why, problem }: SyncReport['woken'][number]): string {
  const who = numberedName(machine, name);
  return problem === null ? `sent a packet to wake ${who} (${why})` : `could not wake ${who}: ${problem}`;
}

/** M6: what comes before all else, in every line until it is over. */
function alarmsOf({ machines, self }: View): string[] {
  const emergencies = Object.entries(machines).flatMap(([number, { name, emergency }]) =>
    emergency === undefined ? [] : [`EMERGENCY on ${numberedName(number, name)}: ${oneLine(emergency, 80)}`],
  );
  const { length } = self.urgent;
  return length === 0 ? emergencies : [...emergencies, `${counted(length, 'urgent message')}: coord inbox`];
}
