// Ends what an agent started and what has left its group by the time that its silence is over: that is a time-out, which spares nothing
// of the run (O9.3). The watchdog takes the end of `coord __agent` for a normal one, which spares it.
import { setTimeout as sleep } from 'node:timers/promises';
import { isShortage } from '../../../errors.ts';
import { stampedProcesses } from '../../../system/process/process-table.ts';

const GRACE_MS = 2_000;
const POLL_MS = 100;

/** `stamp`: the run's key, which this process has as well. Where nobody can be seen now, nobody is ended. */
export async function endStrays(stamp: string): Promise<void> {
  send(stamp, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (strays(stamp).length > 0 && performance.now() < deadline) await sleep(POLL_MS);
  send(stamp, 'SIGKILL');
}

function strays(stamp: string): readonly number[] {
  try {
    return stampedProcesses(stamp).filter((pid) => pid !== process.pid);
  } catch (error) {
    if (isShortage(error)) return [];
    throw error;
  }
}

function send(stamp: string, signal: NodeJS.Signals): void {
  for (const pid of strays(stamp)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has gone meanwhile.
    }
  }
}
