// The watchdog's program: `node watchdog.js <folder of the run>`. It outlives coord and calls supervise.ts, which writes the exit record;
// run-termination.ts holds the deadline, and run-command.ts kills.
// Signals that end coord's group or terminal do not end it; SIGTERM ends the run with it (run-termination.ts).
import { writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CRASH_AT, crashPoint } from '../system/process/crash-point.ts';
import { runPaths } from './run-folder.ts';
import { supervise } from './supervise.ts';

for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const) process.on(signal, () => {});

const folder = process.argv[2] ?? '';
await supervise(runPaths(dirname(folder), basename(folder)), sayOwned, crashPoint(process.env[CRASH_AT]));
// What still hangs on this process (a pipe that a service holds) must not keep it.
process.exit(0);

/** To whoever started this and waits for it (launch.ts); it may be gone. */
function sayOwned(): void {
  try {
    writeSync(1, 'owned\n');
  } catch {
    // Nobody waits any more: the run goes on all the same.
  }
}
