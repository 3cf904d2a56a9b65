// coord daemon run, start, stop, restart, status, logs
import { counted } from '../../../core/base/counted.ts';
import { refusalWords } from '../../../core/model/ledger/push.ts';
import { editWords } from '../../../core/orders/edit-words.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { daemonStatus, followDaemonLog, startDaemon, stopDaemon, stopRuns } from '../../../operations/daemon/control.ts';
import type { DaemonRecord } from '../../../operations/daemon/daemon-record.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import { restartDaemon } from '../../../operations/daemon/restart-daemon.ts';
import { runDaemon } from '../../../operations/daemon/run-daemon.ts';
import { oddRefLines } from '../../../operations/sync/odd-refs.ts';
import type { SyncReport } from '../../../operations/sync/sync.ts';
import { foldersHereLines, heldSentence } from '../../../operations/sync/view.ts';
import { readServices } from '../../../system/fleet/local-services.ts';
import type { Context } from '../../context.ts';
import { reachedWords } from '../../output/synced-words.ts';
import { ago } from '../../output/table.ts';
import { syncLine } from '../look/sync.ts';

export async function run(context: Context): Promise<number> {
  const folder = context.fleet();
  // A log that nobody reads any more never stands in the way: it is in daemon.log as well.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {});
  const other = await runDaemon(await context.world(), folder, {
    out: (line) => void process.stdout.write(line),
    isTerminal: context.isTerminal,
    did: (report) => {
      const { started, stopped, finished, saved, received, woken } = report;
      return started.length + stopped.length + finished.length + received + woken.length > 0 || saved !== null
        ? syncLine(report)
        : null;
    },
    stands: standingLines,
  });
  if (other === null) return EXIT.done;
  throw alreadyRunning(other);
}

/** One a fleet folder: who asks for another one has not got what was asked for. */
function alreadyRunning({ pid, since }: DaemonRecord): CoordError {
  return new CoordError('BUSY', `a daemon runs already: pid ${pid}, since ${since}`, 'coord daemon restart');
}

export async function start(context: Context): Promise<number> {
  const folder = context.fleet();
  const { daemon, isNew } = await startDaemon(folder, context.mainPath, process.env);
  if (!isNew) throw alreadyRunning(daemon);
  context.out(`started · pid ${daemon.pid} · ${folder.root}`);
  return EXIT.done;
}

export async function stop(context: Context, options: { readonly runs?: boolean }): Promise<number> {
  const folder = context.fleet();
  const daemon = await stopDaemon(folder);
  context.out(daemon === null ? 'not running' : `stopped · it was pid ${daemon.pid}`);
  const services = readServices(folder).filter(({ pid }) => pid !== null);
  if (services.length > 0)
    context.out(
      `still running without it: ${services.map(({ name }) => name).join(', ')}; to stop them: coord instance stop --all`,
    );
  if (options.runs !== true) return EXIT.done;
  const { stopped, going } = await stopRuns(await context.world(), folder);
  if (stopped.length > 0) context.out(`stopped ${stopped.join(', ')}`);
  else if (going.length === 0) context.out('nothing ran here');
  if (going.length > 0)
    throw new CoordError(
      'FAILED',
      `told to stop, and still running: ${going.join(', ')}`,
      'coord daemon stop --runs, to wait again',
    );
  return EXIT.done;
}

export async function restart(context: Context, { ifRunning = false }: { readonly ifRunning?: boolean }): Promise<number> {
  const folder = context.fleet();
  if (ifRunning && livingDaemon(folder) === null) {
    context.out('not running, and not started');
    return EXIT.done;
  }
  const { daemon, isNew, service } = await restartDaemon(await context.world(), folder, context.mainPath);
  if (!isNew) throw alreadyRunning(daemon);
  context.out(`started · pid ${daemon.pid} · ${service === null ? folder.root : `by the service ${service}`}`);
  return EXIT.done;
}

/** Exits 1 where none runs. */
export async function status(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const seen = daemonStatus(context.fleet());
  if (options.json) context.out(JSON.stringify(seen, null, 2));
  else {
    const nowMs = context.nowMs();
    const nextMs = seen.nextLook === null ? null : Date.parse(seen.nextLook) - nowMs;
    const next = nextMs === null || nextMs < 0 ? 'now' : `in ${Math.ceil(nextMs / 1000)} s`;
    if (seen.running) context.out(`running · pid ${seen.pid} · since ${seen.since} (${ago(seen.since ?? '', nowMs)})`);
    else context.out('not running: coord daemon start');
    const last = reachedWords(seen.lastSync, seen.trouble, nowMs);
    context.out(seen.running ? `${last} · next: ${next} · ${counted(seen.syncs, 'sync')} so far` : last);
    const { version } = await context.world();
    if (seen.version !== null && seen.version !== version)
      context.out(context.paint.yellow(`! it is version ${seen.version}, and this is ${version}: coord daemon restart`));
    const held = heldSentence(seen.heldUntil, nowMs);
    if (held !== null) context.out(context.paint.yellow(`! ${held}`));
    if (seen.trouble !== null) context.out(context.paint.yellow(`! ${seen.trouble}`));
  }
  return seen.running ? EXIT.done : EXIT.failed;
}

export async function logs(context: Context, options: { readonly follow?: boolean }): Promise<number> {
  await followDaemonLog(context.fleet(), options.follow === true, (text) => void process.stdout.write(text));
  return EXIT.done;
}

function standingLines({ view, waiting }: SyncReport): readonly string[] {
  if (view === null) return [];
  const { faults, sync, self, machines } = view;
  const own = machines[String(self.machine)];
  return [
    ...faults
      .filter(({ level }) => level === 'fault')
      .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`),
    ...foldersHereLines(sync),
    ...sync.lostEdits.map(({ edit, reason }) => `not done: ${editWords(edit)}: ${reason}`),
    ...(sync.boardRefused === null ? [] : [`BOARD_REFUSED since ${sync.boardRefused.since}: ${refusalWords(sync.boardRefused)}`]),
    ...oddRefLines(view),
    ...(sync.mishaps ?? []),
    ...waiting.filter(({ state }) => state === 'BLOCKED').map(({ order, reason }) => `${order} is BLOCKED here: ${reason}`),
    ...(own?.emergency === undefined ? [] : [`EMERGENCY: ${own.emergency}`]),
    ...(own?.state === 'PAUSED' ? ['this machine is paused'] : []),
  ].map((line) => visibleText(line));
}
