// The colour of a state: nothing is told by colour alone, the shape and the word are there already.
import type { Paint } from './paint.ts';

/** Undefined = none: it waits, or is no state. */
export function styleOfState(word: string): keyof Paint | undefined {
  if (/COMPLETED|IDLE|ONLINE/.test(word)) return 'green';
  if (/FAILED|OFFLINE|EMERGENCY|CRASHED/.test(word)) return 'red';
  if (/BLOCKED|PAUSED|DEGRADED/.test(word)) return 'yellow';
  if (/IN PROGRESS|RUNNING|WORKING|ACTIVE|BUSY|STARTING/.test(word)) return 'cyan';
  return undefined;
}

export function paintState(cell: string, paint: Paint): string {
  const style = styleOfState(cell);
  return style === undefined ? cell : paint[style](cell);
}
