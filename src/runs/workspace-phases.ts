// The workspace of a run, as its watchdog sees it (O16): a command of coord's own makes it before the run, keeps what was changed after the
// run's command, and pushes that after its check. It is a command like the run's own, with the same deadline and the same end of all its
// processes, so that nothing of the run moves while coord looks at what it left.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../core/model/orders/order.ts';
import type { ExitRecord } from '../core/model/orders/run.ts';
import {
  WORKSPACE_PLACE,
  WORKSPACE_REPORT,
  WORKSPACE_WATCHDOG,
  type WorkspacePhase,
  type WorkspacePlace,
  type WorkspaceReport,
  type WorkspaceRequest,
} from '../core/model/orders/workspace.ts';
import { writeDurably } from '../system/files/durable-file.ts';
import { withTilde } from '../system/files/with-tilde.ts';
import type { CommandEnd } from './run-command.ts';
import { type RunPaths, readRecord } from './run-folder.ts';
import type { Termination } from './run-termination.ts';

export interface WorkspacePhases {
  /** Null = it went well; else the run goes no further. */
  run(phase: WorkspacePhase): Promise<Stopped | null>;
  /** Folder and variables for the run; once it is prepared. */
  around(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> };
  /** What is to be known of it so far. */
  said(): NonNullable<ExitRecord['workspace']>;
}

type Stopped = { readonly kind: 'terminated'; readonly termination: Termination } | { readonly kind: 'failed' };

type Run = (command: Command, cwd: string, env: Readonly<Record<string, string>>) => Promise<CommandEnd>;

/** `env`: of coord's own commands. */
export function workspacePhases(
  { command, person, result }: WorkspaceRequest,
  paths: RunPaths,
  env: Readonly<Record<string, string>>,
  run: Run,
): WorkspacePhases {
  const [executable, ...words] = command;
  const reportPath = join(paths.folder, 'workspace.json');
  let place: WorkspacePlace | null = null;
  let said: NonNullable<ExitRecord['workspace']> = { problem: null, asks: false, notes: [], outputs: {} };
  let isDone = false;
  const take = ({ problem, asks, notes, outputs, place: now }: WorkspaceReport) => {
    said = { problem, asks, notes: [...said.notes, ...notes], outputs: { ...said.outputs, ...outputs } };
    place = now ?? place;
    // What was pushed, or is nothing, is kept nowhere.
    isDone = now !== null && now.commit === null;
    noteKept(paths, soFar());
  };
  const soFar = () => {
    if (place === null || isDone) return said;
    return { ...said, notes: [...said.notes, `its work is kept in ${withTilde(place.root, person.HOME)}`] };
  };
  return {
    async run(phase) {
      if (isDone) return null;
      rmSync(reportPath, { force: true });
      const about = place === null ? {} : { [WORKSPACE_PLACE]: JSON.stringify(place) };
      const end = await run({ kind: 'argv', argv: [executable, ...words, phase] }, '/', {
        ...person,
        ...env,
        ...about,
        [WORKSPACE_REPORT]: reportPath,
        [WORKSPACE_WATCHDOG]: String(process.pid),
      });
      if (end.kind === 'ended' && end.termination !== null) return { kind: 'terminated', termination: end.termination };
      const report = readRecord<WorkspaceReport>(reportPath);
      if (report !== null) take(report);
      else {
        const why = end.kind === 'notStarted' ? end.detail : `it ended with ${end.exitCode ?? end.signal} and printed nothing`;
        take({ problem: `its workspace (${phase}): ${why}`, asks: false, notes: [], outputs: {}, place: null });
      }
      return said.problem === null ? null : { kind: 'failed' };
    },
    around() {
      if (place === null) throw new Error('bug: the workspace was not prepared');
      const again = place.isAgain ? { COORD_WORKSPACE_AGAIN: '1' } : {};
      return { cwd: place.cwd, env: { COORD_WORKSPACE: place.root, COORD_BRANCH: result, ...again } };
    },
    said: soFar,
  };
}

/** On disk before the run's command, and anew with each phase: nobody else could say it of a run whose watchdog dies. */
function noteKept(paths: RunPaths, said: ExitRecord['workspace']): void {
  try {
    writeDurably(paths.kept, JSON.stringify(said));
  } catch {
    // A full disk: the run does not fail for that, and `coord workspace list` has the place.
  }
}
