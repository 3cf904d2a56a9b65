// What a run put out, as far as this machine has it: the whole log where it ran here, else the end that its machine has reported.
import { shellWord } from '../../core/base/shell-word.ts';
import { isSameRun, type RunName } from '../../core/model/orders/run.ts';
import type { StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { dueMs, dueText } from '../../core/runs/occurrence-name.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { hasOutput, type LogHere, logHere, type ReportedRun, reportedRuns } from '../../operations/orders/log-here.ts';
import { followLog } from '../../operations/orders/run-log.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import type { Context } from '../context.ts';
import { ago, plainCell } from './table.ts';

/** By machine; empty where none has it yet. */
export function runsIn(order: StatusOrder): readonly (readonly [machine: string, run: StatusRun])[] {
  return Object.entries(order.machines ?? { [String(order.machine ?? '')]: order });
}

/** The whole log of the newest run here that has one; false = there is none. */
export async function showLocal(context: Context, folder: FleetFolder, id: string, follow: boolean): Promise<boolean> {
  const log = await logHere(folder, id);
  if (log !== null) await showLog(context, folder, log, follow);
  return log !== null;
}

/** All of it, and whose it is where that is not the newest run. */
export async function showLog(context: Context, folder: FleetFolder, log: LogHere, follow: boolean): Promise<void> {
  if (!log.isNewest) context.note(runWords(context, await reportOf(folder, log.run)));
  let isSilent = true;
  const write = (text: string) => {
    isSilent = false;
    process.stdout.write(context.isTerminal ? visibleText(text) : text);
  };
  await followLog(log, { follow, write });
  if (isSilent) context.note(log.isOver() ? 'no output' : 'no output yet');
}

/** What is told of a run here. */
async function reportOf(folder: FleetFolder, run: RunName): Promise<Headed> {
  const { machine } = readIdentity(folder);
  const reported = await reportedRuns(folder, run.order, machine);
  return reported.find((it) => isSameRun(it, run)) ?? { ...run, machine, at: null, said: '' };
}

/**
 * Of an order whose newest run has put out nothing, or that is listed no more: the end of the newest run that has any. False = none is known.
 * `silent`: the machines that report of the listed one that it put out nothing.
 */
export async function showEarlier(
  context: Context,
  folder: FleetFolder,
  id: string,
  silent: readonly string[],
): Promise<boolean> {
  const runs = await reportedRuns(folder, id);
  const loud = runs.find(hasOutput);
  if (loud === undefined && silent.length > 0) {
    for (const machine of silent) showReported(context, id, machine, '');
    return true;
  }
  const newest = loud ?? runs[0];
  if (newest === undefined) return false;
  context.note(runWords(context, newest));
  showReported(context, id, String(newest.machine), newest.tail);
  return true;
}

type Headed = Omit<ReportedRun, 'tail'>;

/** Which run it is, and how it ended. */
function runWords(context: Context, { order, generation, attempt, machine, at, said }: Headed): string {
  const due = dueMs(order);
  const which = `${due === null ? '' : `due ${dueText(due)}, `}generation ${generation}, attempt ${attempt}, on ${machine}`;
  const when = at === null ? '' : `, ${ago(at, context.nowMs())}`;
  return plainCell(`${which}${said === '' ? '' : `: ${said}`}${when}`, 400);
}

/** Says what of it is missing, and where that is. */
export function showReported(context: Context, id: string, machine: string, tail: string): void {
  if (isCut(tail))
    context.note(`the last lines from machine ${machine}; the whole log, on that machine: coord logs ${shellWord(id)}`);
  if (tail.trim() === '') context.note(`no output on machine ${machine}`);
  else context.out(visibleText(tail.trimEnd()));
}

/** A tail that is not the whole output begins with this mark (core/runs/published-tail.ts, core/runs/journal-retention.ts). */
function isCut(tail: string): boolean {
  return tail.startsWith('…');
}
