// The files of a run, as its watchdog sees them (A1, A4): a command of coord's own gets those of earlier orders before the run, and takes its own
// after it. It is a command like the run's own, with the same deadline and the same end of all its processes, and gets no variable of the order's.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACTS_FOLDER, ARTIFACTS_REPORT, type ArtifactsPhase, type ArtifactsReport } from '../core/model/orders/artifact.ts';
import type { Command } from '../core/model/orders/order.ts';
import type { CommandEnd } from './run-command.ts';
import { type RunPaths, readRecord, type WatchdogSpec } from './run-folder.ts';
import type { Termination, TerminationWatch } from './run-termination.ts';

export interface ArtifactPhases {
  /** Null = all that the run needs is there; else it goes no further. */
  fetch(): Promise<Stopped | null>;
  /** The folders of what was fetched, for the run. */
  env(): Readonly<Record<string, string>>;
  /** Takes what matches below the folder. Null = done, whatever of it was taken. */
  gather(folder: string): Promise<Termination | null>;
  /** What is to be known of it so far; absent = it had nothing to do. */
  said(): { readonly artifacts?: ArtifactsReport };
}

type Stopped = { readonly kind: 'terminated'; readonly termination: Termination } | { readonly kind: 'failed' };

type Run = (command: Command, cwd: string, env: Readonly<Record<string, string>>) => Promise<CommandEnd>;

/**
 * A1.1: with the files taken nothing is left but their push, which a later cycle makes: no time-out and no shutdown turns the end of a run that had
 * ended by then. A lease that is over does (O5): the run may be somebody else's by now. So does a stop, which somebody asked for.
 */
const isLate = ({ why }: Termination): boolean => why === 'timeout' || why === 'shutdown';

/** `env`: of coord's own commands. */
export function artifactPhases(
  { artifacts: request, files = [] }: Pick<WatchdogSpec, 'artifacts' | 'files'>,
  paths: RunPaths,
  env: Readonly<Record<string, string>>,
  run: Run,
  limits: Pick<TerminationWatch, 'termination' | 'leaseIsOver'>,
): ArtifactPhases {
  let said: ArtifactsReport | null = null;
  const phase = async (word: ArtifactsPhase, folder: string): Promise<Termination | null> => {
    if (request === undefined) return null;
    const [executable, ...words] = request.command;
    const reportPath = join(paths.folder, 'artifacts.json');
    rmSync(reportPath, { force: true });
    // Asked before anything is ended: what is said while it is being ended, of a command that was killed for instance, does not count.
    const wasReported = limits.termination.then(() => existsSync(reportPath));
    const about = { [ARTIFACTS_REPORT]: reportPath, [ARTIFACTS_FOLDER]: folder };
    const end = await run({ kind: 'argv', argv: [executable, ...words, word] }, '/', { ...request.person, ...env, ...about });
    const report = readRecord<ArtifactsReport>(reportPath);
    if (end.kind === 'ended' && end.termination !== null) {
      // Also a lease that was over only while a push that was cut off took its time to end.
      const isOver =
        word === 'gather' && report !== null && isLate(end.termination) && (await wasReported) && !limits.leaseIsOver();
      if (!isOver) return end.termination;
    }
    if (report !== null) said = report;
    else {
      const why = end.kind === 'notStarted' ? end.detail : `it ended with ${end.exitCode ?? end.signal} and said nothing`;
      said =
        word === 'fetch'
          ? { problem: `files of earlier orders: ${why}`, notes: [] }
          : { problem: null, notes: [`no files were taken: ${why}`], unlisted: 'unknown' };
    }
    return null;
  };
  return {
    async fetch() {
      if (request === undefined || files.length === 0) return null;
      const termination = await phase('fetch', paths.files);
      if (termination !== null) return { kind: 'terminated', termination };
      return said?.problem == null ? null : { kind: 'failed' };
    },
    env: () =>
      request === undefined ? {} : Object.fromEntries(files.map(({ as }) => [`COORD_FROM_${as}_FILES`, join(paths.files, as)])),
    gather: async (folder) => (request === undefined || request.patterns.length === 0 ? null : phase('gather', folder)),
    said: () => (said === null ? {} : { artifacts: said }),
  };
}
