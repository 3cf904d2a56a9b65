// progress.json: how far a run is, as its own process wrote it (COORD_PROGRESS). A run can write anything there: what is not of that shape
// is as if it were not there. Read by hand: the quick commands show it, and start without the parser that other documents go through.
import type { RunProgress } from '../core/model/run.ts';
import { isIsoTime } from './iso-time.ts';

const LAST_LENGTH_MAX = 1000;

export function parseProgress(text: string): RunProgress | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof read !== 'object' || read === null) return null;
  const { last, turns, costUsd, at } = read as Readonly<Record<string, unknown>>;
  if (typeof last !== 'string' || last.length > LAST_LENGTH_MAX) return null;
  if (typeof at !== 'string' || !isIsoTime(at)) return null;
  if (!isCount(turns) || (turns !== null && !Number.isSafeInteger(turns)) || !isCount(costUsd)) return null;
  return { last, turns, costUsd, at };
}

function isCount(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
}
