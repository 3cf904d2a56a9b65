// Starts a run's watchdog and waits for the handover. When it returns, the run is its watchdog's; when it throws, the run never began
// and never will (owner.ts); only where the disk refuses even to say so, it is `look` that settles it later.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { CoordError, errorMessage } from '../errors.ts';
import { openToAppend } from '../system/files/open-file.ts';
import { CRASH_AT } from '../system/process/crash-point.ts';
import { ownNode } from '../system/process/own-node.ts';
import { readLogEnd } from './log-end.ts';
import { onDisk } from './on-disk.ts';
import { declareVoid } from './owner.ts';
import type { RunPaths } from './run-folder.ts';

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
  // Without the run's folder: another one at the next try would be news to everybody.
  throw new CoordError('LOCAL_STATE', `no watchdog took the run over: ${why}`);
}

/** Null when the watchdog says that the run is its own (nothing that the run then writes can undo that); else why it did not say so. */
async function handover(
  paths: RunPaths,
  watchdogPath: string,
  waitMs: number,
  step: (name: string) => void,
): Promise<string | null> {
  const errors = onDisk(paths.folder, () => openToAppend(paths.watchdogLog));
  // A session of its own and next to no environment: it inherits neither coord's terminal nor, within a run, that run's stamp.
  const crash = process.env[CRASH_AT];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', ...(crash === undefined ? {} : { [CRASH_AT]: crash }) };
  let watchdog: ReturnType<typeof spawn>;
  try {
    watchdog = spawn(ownNode(), [watchdogPath, paths.folder], {
      cwd: '/',
      detached: true,
      env,
      stdio: ['ignore', 'pipe', errors],
    });
  } catch (error) {
    // ENOMEM and its like; EAGAIN and ENOENT are events.
    return errorMessage(error);
  } finally {
    closeSync(errors);
  }
  watchdog.unref();
  const answer = new Promise<string | null>((resolve) => {
    watchdog.on('error', (error) => resolve(error.message));
    watchdog.on('close', (code, signal) => resolve(`it ended with ${code ?? signal}`));
    watchdog.stdout?.once('data', () => resolve(null));
    setTimeout(() => resolve(`nothing happened for ${waitMs} ms`), waitMs).unref();
  });
  step('watchdog-spawned');
  const failure = await answer;
  watchdog.stdout?.destroy();
  return failure;
}
