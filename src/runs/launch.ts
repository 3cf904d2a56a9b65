// Starts a run's watchdog and waits for the handover. When it returns, the run is its watchdog's; when it throws, the run never began
// and never will (owner.ts); only where the disk refuses even to say so, it is `look` that settles it later.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoordError } from '../errors.ts';
import { CRASH_AT } from '../system/process/crash-point.ts';
import { readLogEnd } from './log-end.ts';
import { onDisk } from './on-disk.ts';
import { declareVoid } from './owner.ts';
import type { RunPaths } from './run-folder.ts';

const POLL_MS = 10;

export async function launch(
  paths: RunPaths,
  watchdogPath: string,
  waitMs: number,
  step: (name: string) => void = () => {},
): Promise<void> {
  const failure = await handover(paths, watchdogPath, waitMs, step);
  if (failure === null || !onDisk(paths.folder, () => declareVoid(paths))) return;
  const said = readLogEnd(paths.watchdogLog)
    .tail.trim()
    .split('\n')
    .find((line) => /Error|error/.test(line));
  const why = said === undefined ? failure : `${failure}: ${said.trim()}`;
  throw new CoordError('LOCAL_STATE', `the watchdog of ${paths.folder} did not take the run over, so it was not started: ${why}`);
}

/** Null when the run has an owner; else why it has none yet. */
async function handover(
  paths: RunPaths,
  watchdogPath: string,
  waitMs: number,
  step: (name: string) => void,
): Promise<string | null> {
  let failure: string | null = null;
  const errors = onDisk(paths.folder, () => openSync(paths.watchdogLog, 'a', 0o600));
  // A session of its own and next to no environment: it inherits neither coord's terminal nor, within a run, that run's stamp.
  const crash = process.env[CRASH_AT];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', ...(crash === undefined ? {} : { [CRASH_AT]: crash }) };
  const watchdog = spawn(process.execPath, [watchdogPath, paths.folder], {
    cwd: '/',
    detached: true,
    env,
    stdio: ['ignore', 'ignore', errors],
  });
  closeSync(errors);
  watchdog.on('error', (error) => {
    failure = error.message;
  });
  watchdog.on('exit', (code, signal) => {
    failure = `it ended with ${code ?? signal}`;
  });
  watchdog.unref();
  step('watchdog-spawned');
  const deadline = performance.now() + waitMs;
  while (!existsSync(paths.owner)) {
    if (failure !== null) return failure;
    if (performance.now() > deadline) return `nothing happened for ${waitMs} ms`;
    await sleep(POLL_MS);
  }
  return null;
}
