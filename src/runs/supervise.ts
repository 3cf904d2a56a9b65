// The life of a run, as its watchdog sees it: take it over, run the command, run the check, write the exit record (O9). Without the
// ownership nothing is run; without an exit record the run counts as interrupted, and a shutdown leaves none on purpose.
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CALL } from '../core/model/orders/call.ts';
import type { Command } from '../core/model/orders/order.ts';
import type { ExitRecord } from '../core/model/orders/run.ts';
import { isLeaseOver } from '../core/presence/run-lease.ts';
import { errorCode } from '../errors.ts';
import { writeDurably, writeWhole } from '../system/files/durable-file.ts';
import { openToAppendAndRead } from '../system/files/open-file.ts';
import { openUp } from '../system/files/remove-tree.ts';
import { terminate } from '../system/process/process-group.ts';
import { STAMP } from '../system/process/process-table.ts';
import { systemClock } from '../system/time/clock.ts';
import { type ArtifactPhases, artifactPhases } from './artifact-phases.ts';
import { CappedLog } from './capped-log.ts';
import { readOutputs } from './output-file.ts';
import { declareVoid, takeOwnership } from './owner.ts';
import { writeResults } from './result-files.ts';
import { type CommandEnd, LEFTOVER_GRACE_MS, runCommand } from './run-command.ts';
import { type Child, type RunPaths, readRecord, type WatchdogSpec } from './run-folder.ts';
import { type Termination, type TerminationWatch, watchForTermination } from './run-termination.ts';
import { type WorkspacePhases, workspacePhases } from './workspace-phases.ts';

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

/** `onOwned`: called once the run is this process's own, before any of it runs. `step`: named points, for tests that kill it there. */
export async function supervise(paths: RunPaths, onOwned: () => void, step: (name: string) => void = () => {}): Promise<void> {
  const spec = readRecord<WatchdogSpec>(paths.spec);
  if (spec === null) return;
  if (spec.lease !== null && isLeaseOver(spec.lease, systemClock.now())) {
    // O5: an expired one is not started.
    declareVoid(paths);
    return;
  }
  step('spec-read');
  if (!takeOwnership(paths)) return;
  onOwned();
  step('run-owned');
  const startedAt = new Date().toISOString();
  const limits = watchForTermination(paths, spec);
  let log: CappedLog;
  try {
    log = new CappedLog(openToAppendAndRead(paths.log), spec.logBytesMax);
    writeFileSync(paths.outputs, '', { mode: 0o600 });
    writeResults(paths.results, spec.results ?? []);
  } catch (error) {
    const outcome: Outcome = { ...NOTHING, why: 'notStarted', detail: `cannot write in ${paths.folder}: ${error}` };
    return await writeExitRecord(paths.exit, { ...outcome, startedAt, finishedAt: new Date().toISOString(), droppedBytes: 0 });
  }
  step('log-opened');
  const outcome = await live(spec, paths, limits, log, step);
  step('run-over');
  limits.close();
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
  limits: TerminationWatch,
  log: CappedLog,
  step: (name: string) => void,
): Promise<Outcome | null> {
  const call = (spec.call ?? spec.agent ?? spec.workspace) === undefined ? {} : { [CALL]: paths.spec };
  const own = { [CALL]: paths.spec, [STAMP]: spec.key };
  const runAt = (command: Command, cwd: string, its: Readonly<Record<string, string>>): Promise<CommandEnd> =>
    runCommand(command, {
      key: spec.key,
      folder: paths.folder,
      cwd,
      env: its,
      graceMs: spec.graceMs,
      limits,
      log,
      onSpawn: (child) => {
        step('command-spawned');
        noteChild(paths, child);
        step('child-noted');
      },
    });

  const before = limits.now();
  if (before !== null) return withTermination(NOTHING, before);
  const files = artifactPhases(spec, paths, own, runAt, limits);
  const lacks = await files.fetch();
  if (lacks !== null)
    return withFiles(lacks.kind === 'terminated' ? withTermination(NOTHING, lacks.termination) : NOTHING, files);
  const results = spec.results === undefined ? {} : { COORD_RESULTS: paths.results };
  const notes = { COORD_OUTPUT: paths.outputs, COORD_PROGRESS: paths.progress, ...results };
  const env = { ...spec.env, ...notes, ...files.env(), ...call, [STAMP]: spec.key };
  if (spec.workspace === undefined) {
    const outcome = await work(spec, limits, log, null, (command) => runAt(command, spec.cwd, env));
    return gathered(outcome, files, spec.cwd);
  }
  const workspace = workspacePhases(spec.workspace, paths, own, runAt);
  const { outcome, folder } = await workIn(workspace, spec, limits, log, (command, around) =>
    runAt(command, around.cwd, { ...env, ...around.env }),
  );
  return folder === null ? withFiles(outcome, files) : gathered(outcome, files, folder);
}

/** A1: of a run that ended by itself, well or not. What was cut off may have left half of a file. */
async function gathered(outcome: Outcome | null, files: ArtifactPhases, folder: string): Promise<Outcome | null> {
  const isOwnEnd = outcome?.why === 'exited' && outcome.exitCode !== null;
  const termination = isOwnEnd ? await files.gather(folder) : null;
  return withFiles(termination === null ? outcome : withTermination(outcome ?? NOTHING, termination), files);
}

const withFiles = (outcome: Outcome | null, files: ArtifactPhases): Outcome | null =>
  outcome === null ? null : { ...outcome, ...files.said() };

type Around = ReturnType<WorkspacePhases['around']>;

/** O16. `folder`: null = the run did not begin. */
async function workIn(
  workspace: WorkspacePhases,
  spec: WatchdogSpec,
  limits: TerminationWatch,
  log: CappedLog,
  run: (command: Command, around: Around) => Promise<CommandEnd>,
): Promise<{ readonly outcome: Outcome | null; readonly folder: string | null }> {
  const end = (outcome: Outcome | null) => (outcome === null ? null : { ...outcome, workspace: workspace.said() });
  const unmade = await workspace.run('prepare');
  if (unmade !== null) {
    const outcome = unmade.kind === 'terminated' ? withTermination(NOTHING, unmade.termination) : NOTHING;
    return { outcome: end(outcome), folder: null };
  }
  const around = workspace.around();
  const outcome = await work(spec, limits, log, workspace, (command) => run(command, around));
  const isGood = outcome !== null && outcome.why === 'exited' && outcome.exitCode === 0 && workspace.said().problem === null;
  if (!isGood || (outcome.checkRan && outcome.checkExitCode !== 0)) return { outcome: end(outcome), folder: around.cwd };
  await endStrays(spec, limits);
  const unpushed = await workspace.run('push');
  const last = unpushed?.kind === 'terminated' ? withTermination(outcome, unpushed.termination) : outcome;
  return { outcome: end(last), folder: around.cwd };
}

/** O16.4: what left the group would go on writing while coord commits and pushes. */
const endStrays = ({ key }: WatchdogSpec, { leaseIsOver }: TerminationWatch) =>
  terminate({ pgid: null, stamp: key }, LEFTOVER_GRACE_MS, leaseIsOver);

/** The command, and the check where it has one. */
async function work(
  spec: WatchdogSpec,
  limits: TerminationWatch,
  log: CappedLog,
  workspace: WorkspacePhases | null,
  run: (command: Command) => Promise<CommandEnd>,
): Promise<Outcome | null> {
  const main = await run(spec.command);
  if (main.kind === 'notStarted') return { ...NOTHING, why: 'notStarted', detail: main.detail };
  const outcome: Outcome = { ...NOTHING, exitCode: main.exitCode, signal: main.signal, leftovers: main.leftovers };
  if (main.termination !== null) return withTermination(outcome, main.termination);
  if (workspace !== null) await endStrays(spec, limits);
  // Before the check, whose own files are no result; also of a command that failed: half the work is worth keeping.
  const unkept = workspace === null ? null : await workspace.run('keep');
  if (unkept !== null) return unkept.kind === 'terminated' ? withTermination(outcome, unkept.termination) : outcome;
  if (spec.check === null || main.exitCode !== 0) return outcome;

  const between = limits.now();
  if (between !== null) return withTermination(outcome, between);
  log.note('── check ──');
  const check = await run(spec.check);
  if (check.kind === 'notStarted') {
    log.note(`coord: ${check.detail}`);
    return { ...outcome, checkRan: true, checkExitCode: check.exitCode };
  }
  const leftovers = outcome.leftovers + check.leftovers;
  const checked: Outcome = { ...outcome, checkRan: true, checkExitCode: check.exitCode, leftovers };
  return check.termination === null ? checked : withTermination(checked, check.termination);
}

function withTermination(outcome: Outcome, termination: Termination): Outcome | null {
  if (termination.why === 'shutdown') return null;
  return { ...outcome, why: termination.why, stop: termination.why === 'stopped' ? termination.stop : null };
}

function noteChild(paths: RunPaths, child: Child): void {
  try {
    writeWhole(paths.child, JSON.stringify(child));
  } catch {
    // A full disk: the run's processes can still be found by their stamp.
  }
}

const TRIES_MAX = 60;
const PAUSE_MS = 1_000;

/**
 * Written whole, once, as the last act. A full disk gets a minute to recover; after that it throws, and the run counts as interrupted.
 */
export async function writeExitRecord(path: string, exit: ExitRecord, pauseMs: number = PAUSE_MS): Promise<void> {
  for (let tries = 1; ; tries++) {
    openUp(dirname(path));
    try {
      return writeDurably(path, JSON.stringify(exit));
    } catch (error) {
      // A folder that is gone will not come back.
      if (tries >= TRIES_MAX || errorCode(error) === 'ENOENT') throw error;
      await sleep(pauseMs);
    }
  }
}
