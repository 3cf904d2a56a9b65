// progress.json in the folder of a run (O17): what an agent's run is at, how many turns it took and what they cost.
import type { RunProgress } from '../../core/model/orders/run.ts';
import { isIsoTime } from '../text/iso-time.ts';

const LAST_MAX = 1000;

/** Null where anything of it is not as it is written. */
export function parseProgress(text: string): RunProgress | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const { last, turns = null, costUsd = null, at } = Object(read) as Readonly<Record<string, unknown>>;
  if (typeof last !== 'string' || last.length > LAST_MAX || typeof at !== 'string' || !isIsoTime(at)) return null;
  if (turns !== null && !Number.isSafeInteger(turns)) return null;
  if (!isCount(turns) || !isCount(costUsd)) return null;
  return { last, turns, costUsd, at };
}

function isCount(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
}
