// Colours a cell that holds a state: nothing is told by colour alone, the shape and the word are there already.
import type { Paint } from './paint.ts';

export function paintState(cell: string, paint: Paint): string {
  if (/COMPLETED|IDLE|ONLINE/.test(cell)) return paint.green(cell);
  if (/FAILED|OFFLINE|EMERGENCY|CRASHED/.test(cell)) return paint.red(cell);
  if (/BLOCKED|PAUSED|DEGRADED/.test(cell)) return paint.yellow(cell);
  if (/IN PROGRESS|WORKING|ACTIVE|BUSY|STARTING/.test(cell)) return paint.cyan(cell);
  return cell;
}
