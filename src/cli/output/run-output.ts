// What a run put out, as far as this machine has it: the whole log where it ran here, else the end that its machine has reported.
import { shellWord } from '../../core/base/shell-word.ts';
import type { StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { dueMs, dueText } from '../../core/runs/occurrence-name.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { followLog, newestLog } from '../../operations/orders/run-log.ts';
import { runsOf } from '../../operations/search/runs-of.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Context } from '../context.ts';
import { ago, plainCell } from './table.ts';

/** Runs of an order that are looked through for one with output. */
const EARLIER_MAX = 50;

/** By machine; empty where none has it yet. */
export function runsIn(order: StatusOrder): readonly (readonly [machine: string, run: StatusRun])[] {
  return Object.entries(order.machines ?? { [String(order.machine ?? '')]: order });
}

/** The whole log of the newest run here; false = there is none. */
export async function showLocal(context: Context, folder: FleetFolder, id: string, follow: boolean): Promise<boolean> {
  const local = newestLog(folder, id);
  if (local === null) return false;
  let isSilent = true;
  const write = (text: string) => {
    isSilent = false;
    process.stdout.write(context.isTerminal ? visibleText(text) : text);
  };
  await followLog(local, { follow, write });
  if (isSilent) context.note(local.isOver() ? 'no output' : 'no output yet');
  return true;
}

/** Of an order whose run now has put out nothing, or that is listed no more: the end of the newest run that has any. False = none is known. */
export async function showEarlier(context: Context, folder: FleetFolder, id: string): Promise<boolean> {
  const runs = (await runsOf(folder, id, EARLIER_MAX)).flatMap(({ run, ...entry }) =>
    run === undefined ? [] : [{ ...entry, ...run }],
  );
  const newest = runs.find(({ tail }) => tail.trim() !== '') ?? runs[0];
  if (newest === undefined) return false;
  const { id: order, machine, at, title, generation, attempt, tail } = newest;
  const when = at === null ? '' : `, ${ago(at, context.nowMs())}`;
  const due = dueMs(order);
  const which = `${due === null ? '' : `due ${dueText(due)}, `}generation ${generation}, attempt ${attempt}`;
  context.note(plainCell(`${which}, on ${machine}: ${title}${when}`, 400));
  showReported(context, id, String(machine), tail);
  return true;
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
