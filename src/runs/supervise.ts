// The life of a run, as its watchdog sees it: take it over, run the command, run the check, write the exit record (O9). Without the
// ownership nothing is run; without an exit record the run counts as interrupted, and a shutdown leaves none on purpose.
import { writeFileSync } from 'node:fs';
import { CALL } from '../core/model/call.ts';
import type { Command } from '../core/model/order.ts';
import type { ExitRecord } from '../core/model/run.ts';
import { isLeaseOver } from '../core/run-lease.ts';
import { systemClock } from '../system/clock.ts';
import { STAMP } from '../system/process-table.ts';
import { CappedLog } from './capped-log.ts';
import { type Cut, type CutShort, watchForCut } from './cut-short.ts';
import { writeExitRecord } from './exit-record.ts';
import { readOutputs } from './output-file.ts';
import { declareVoid, takeOwnership } from './owner.ts';
import { type CommandEnd, runCommand } from './run-command.ts';
import { type Child, type RunPaths, readRecord, type WatchdogSpec } from './run-folder.ts';

type Outcome = Omit<ExitRecord, 'startedAt' | 'finishedAt' | 'droppedBytes'>;

const NOTHING: Outcome = {
  why: 'exited',
  stop: null,
  detail: null,
  exitCode: null,
  signal: null,
  checkExitCode: null,
  checkRan: false,
  leftovers: 0,
};

/** `step`: named points of a run's life, for tests that kill the watchdog there. */
export async function supervise(paths: RunPaths, step: (name: string) => void = () => {}): Promise<void> {
  const spec = readRecord<WatchdogSpec>(paths.spec);
  if (spec === null) return;
  if (spec.lease !== null && isLeaseOver(spec.lease, systemClock.now())) {
    // O5: an expired one is not started.
    declareVoid(paths);
    return;
  }
  step('spec-read');
  if (!takeOwnership(paths)) return;
  step('run-owned');
  const startedAt = new Date().toISOString();
  const cutShort = watchForCut(paths, spec);
  let log: CappedLog;
  try {
    log = new CappedLog(paths.log, spec.logBytesMax);
    writeFileSync(paths.outputs, '', { mode: 0o600 });
  } catch (error) {
    const outcome: Outcome = { ...NOTHING, why: 'notStarted', detail: `cannot write in ${paths.folder}: ${error}` };
    return await writeExitRecord(paths.exit, { ...outcome, startedAt, finishedAt: new Date().toISOString(), droppedBytes: 0 });
  }
  step('log-opened');
  const outcome = await live(spec, paths, cutShort, log, step);
  step('run-over');
  cutShort.close();
  for (const problem of readOutputs(paths.outputs).problems) log.note(`coord: ${problem}`);
  const droppedBytes = log.close();
  if (outcome === null) return;
  await writeExitRecord(paths.exit, { ...outcome, startedAt, finishedAt: new Date().toISOString(), droppedBytes });
  step('exit-recorded');
}

/** Null when the machine shuts down under it. */
async function live(
  spec: WatchdogSpec,
  paths: RunPaths,
  cutShort: CutShort,
  log: CappedLog,
  step: (name: string) => void,
): Promise<Outcome | null> {
  const call = (spec.call ?? spec.agent) === undefined ? {} : { [CALL]: paths.spec };
  const env = { ...spec.env, COORD_OUTPUT: paths.outputs, COORD_PROGRESS: paths.progress, ...call, [STAMP]: spec.key };
  const run = (command: Command): Promise<CommandEnd> =>
    runCommand(command, {
      key: spec.key,
      folder: paths.folder,
      cwd: spec.cwd,
      env,
      graceMs: spec.graceMs,
      cutShort,
      log,
      onSpawn: (child) => {
        step('command-spawned');
        noteChild(paths, child);
        step('child-noted');
      },
    });

  const cutBefore = cutShort.now();
  if (cutBefore !== null) return withCut(NOTHING, cutBefore);
  const main = await run(spec.command);
  if (main.kind === 'notStarted') return { ...NOTHING, why: 'notStarted', detail: main.detail };
  const outcome: Outcome = { ...NOTHING, exitCode: main.exitCode, signal: main.signal, leftovers: main.leftovers };
  if (main.cut !== null) return withCut(outcome, main.cut);
  if (spec.check === null || main.exitCode !== 0) return outcome;

  const cutBetween = cutShort.now();
  if (cutBetween !== null) return withCut(outcome, cutBetween);
  log.note('── check ──');
  const check = await run(spec.check);
  if (check.kind === 'notStarted') {
    log.note(`coord: ${check.detail}`);
    return { ...outcome, checkRan: true, checkExitCode: check.exitCode };
  }
  const leftovers = outcome.leftovers + check.leftovers;
  const checked: Outcome = { ...outcome, checkRan: true, checkExitCode: check.exitCode, leftovers };
  return check.cut === null ? checked : withCut(checked, check.cut);
}

function withCut(outcome: Outcome, cut: Cut): Outcome | null {
  if (cut.why === 'shutdown') return null;
  return { ...outcome, why: cut.why, stop: cut.why === 'stopped' ? cut.stop : null };
}

function noteChild(paths: RunPaths, child: Child): void {
  try {
    writeFileSync(paths.child, JSON.stringify(child), { mode: 0o600 });
  } catch {
    // A full disk: the run's processes can still be found by their stamp.
  }
}
