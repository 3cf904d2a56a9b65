// progress.json: how far a run is, as its own process wrote it (COORD_PROGRESS). A run can write anything there: what is not of that shape
// is as if it were not there.
import type { RunProgress } from '../core/model/run.ts';
import { runProgress } from './results-schema.ts';

export function parseProgress(text: string): RunProgress | null {
  try {
    const { success, data } = runProgress.safeParse(JSON.parse(text));
    return success ? data : null;
  } catch {
    return null;
  }
}
