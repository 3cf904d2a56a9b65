// What a run put out, as far as this machine has it: the whole log where it ran here, else the end that its machine has reported.
import { shellWord } from '../../core/base/shell-word.ts';
import type { StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { followLog, newestLog } from '../../operations/orders/run-log.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Context } from '../context.ts';

/** By machine; empty where none has it yet. */
export function runsIn(order: StatusOrder): readonly (readonly [machine: string, run: StatusRun])[] {
  return Object.entries(order.machines ?? { [String(order.machine ?? '')]: order });
}

/** The whole log of the newest run here; false = there is none. */
export async function showLocal(context: Context, folder: FleetFolder, id: string, follow: boolean): Promise<boolean> {
  const local = newestLog(folder, id);
  if (local === null) return false;
  const write = (text: string) => void process.stdout.write(context.isTerminal ? visibleText(text) : text);
  await followLog(local, { follow, write });
  return true;
}

/** Says what of it is missing, and where that is. */
export function showReported(context: Context, id: string, machine: string, tail: string): void {
  if (isCut(tail))
    context.note(`the last lines from machine ${machine}; the whole log, on that machine: coord logs ${shellWord(id)}`);
  context.out(visibleText(tail.trimEnd()));
}

/** A tail that is not the whole output begins with this mark (core/runs/published-tail.ts, core/runs/journal-retention.ts). */
function isCut(tail: string): boolean {
  return tail.startsWith('…');
}
