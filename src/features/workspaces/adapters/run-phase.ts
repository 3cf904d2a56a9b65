// Runs `coord __workspace prepare|keep|push`, which a run's watchdog starts before the run, after its command and after its check (O16). It
// logs what it did and leaves a report for the watchdog. The workspace belongs to that watchdog, and is free once it is dead.
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { CALL } from '../../../core/model/orders/call.ts';
import {
  WORKSPACE_PLACE,
  WORKSPACE_REPORT,
  WORKSPACE_WATCHDOG,
  type WorkspacePlace,
  type WorkspaceReport,
} from '../../../core/model/orders/workspace.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, errorCode, errorMessage } from '../../../errors.ts';
import type { RunSpec } from '../../../ports.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { STAMP } from '../../../system/process/process-table.ts';
import { readSlotRecord, repoFolderOf, writeSlotRecord } from '../system/workspace-pool.ts';
import { putBack } from './checkout.ts';
import { diskTrouble } from './full-disk.ts';
import { mustBeOwnGit } from './keep.ts';
import type { Phase } from './phase.ts';
import { keep } from './phase-keep.ts';
import { prepare } from './phase-prepare.ts';
import { openPoolGit } from './pool-git.ts';
import { branchUrl, pushBranch } from './push.ts';

const PHASES = { prepare, keep, push };

/** As a process of its own. Its watchdog ends it: the git that it runs ends with it. */
export function phaseCommand(word: string | undefined): Promise<number> {
  process.on('SIGTERM', () => process.exit(143));
  return runPhase(word, process.env, process.stdout);
}

export async function runPhase(word: string | undefined, env: NodeJS.ProcessEnv, out: Writable): Promise<number> {
  const reportPath = env[WORKSPACE_REPORT];
  const spec = env[CALL] === undefined ? null : (JSON.parse(readText(env[CALL])) as RunSpec);
  const request = spec?.workspace;
  if (spec === null || request === undefined || reportPath === undefined || word === undefined || !Object.hasOwn(PHASES, word)) {
    out.write('coord: __workspace is what coord starts for an order with "workspace", and found none\n');
    return 2;
  }
  const place = env[WORKSPACE_PLACE] === undefined ? null : (JSON.parse(env[WORKSPACE_PLACE]) as WorkspacePlace);
  const watchdog = Number(env[WORKSPACE_WATCHDOG] ?? process.ppid);
  const phase: Phase = {
    spec,
    request,
    repoFolder: repoFolderOf(request.pool, request.url),
    watchdog,
    key: env[STAMP] ?? spec.key,
    place,
    session: sessionIn(join(reportPath, '..', 'outputs')),
    say: (text) => out.write(`coord: ${visibleText(text)}\n`),
  };
  const report = await reportOf(PHASES[word as keyof typeof PHASES], phase);
  if (report.problem !== null) phase.say(report.problem);
  writeWhole(reportPath, JSON.stringify(report));
  return report.problem === null ? 0 : 1;
}

async function reportOf(run: (phase: Phase) => Promise<WorkspaceReport>, phase: Phase): Promise<WorkspaceReport> {
  try {
    return await run(phase);
  } catch (error) {
    if (!(error instanceof CoordError) && errorCode(error) === '') throw error;
    const words = errorMessage(error);
    const problem =
      diskTrouble(error) !== null
        ? `no room for its workspace: ${words}; on ${phase.request.machine.name}: coord workspace prune`
        : words;
    return {
      problem: problem.replaceAll(/\s+/g, ' ').slice(0, 500),
      asks: error instanceof CoordError && error.code === 'REFUSED',
      notes: [],
      outputs: {},
      place: null,
    };
  }
}

/** What an agent said of its session (O15), so that one that goes on in it finds its folder again. */
function sessionIn(path: string): string | null {
  try {
    return /^session=(\S{1,200})$/m.exec(readText(path))?.[1] ?? null;
  } catch {
    return null;
  }
}

async function push({ request, repoFolder, key, place, say }: Phase): Promise<WorkspaceReport> {
  const commit = place?.commit ?? null;
  if (place === null || commit === null) throw new Error('bug: there is nothing to push');
  // The check ran there, too.
  mustBeOwnGit(place);
  putBack(place, request.url, null);
  const { url, result, machine } = request;
  const git = await openPoolGit({ repoFolder, url, person: request.person, key }, false);
  const { branch, isOther } = await pushBranch(git, {
    ...{ gitDir: join(place.root, '.git'), url, commit, branch: result, machine: machine.name },
  });
  say(`pushed ${branch} at ${commit.slice(0, 12)} to ${url}`);
  const record = readSlotRecord(place);
  if (record !== null) writeSlotRecord(place, { ...record, state: 'done', branch });
  const page = branchUrl(url, request.fleetPage ?? null, branch);
  return {
    problem: null,
    asks: false,
    notes: isOther ? [`${result} was there with another commit; pushed as ${branch}`] : [],
    outputs: { branch, commit, ...(page === null ? {} : { branch_url: page }) },
    place: { ...place, commit: null },
  };
}
