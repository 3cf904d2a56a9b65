// Runs `coord __artifacts fetch|gather`, which a run's watchdog starts before the run and after it (A1, A4). It logs what it did and leaves a report
// for the watchdog.
import type { Writable } from 'node:stream';
import { ARTIFACTS_FOLDER, ARTIFACTS_REPORT, type ArtifactsReport } from '../../../core/model/orders/artifact.ts';
import { CALL } from '../../../core/model/orders/call.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, errorCode, errorMessage } from '../../../errors.ts';
import { cloneDirOf, cloneFormat } from '../../../ledger/clone/clone.ts';
import type { RunSpec } from '../../../ports.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { type FleetFolder, fleetFolderAt } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { STAMP } from '../../../system/process/process-table.ts';
import { storePaths } from '../system/artifact-store.ts';
import { isHalted } from '../system/halted.ts';
import { fetchHanded } from './fetch-handed.ts';
import { gather } from './gather.ts';
import { publishArtifacts } from './publish.ts';

/** As a process of its own. Its watchdog ends it: the git that it runs ends with it. */
export function phaseCommand(word: string | undefined): Promise<number> {
  process.on('SIGTERM', () => process.exit(143));
  return runPhase(word, process.env, process.stdout);
}

export async function runPhase(word: string | undefined, env: NodeJS.ProcessEnv, out: Writable): Promise<number> {
  const { [ARTIFACTS_REPORT]: reportPath, [ARTIFACTS_FOLDER]: folder, [CALL]: specPath } = env;
  const spec = specPath === undefined ? null : (JSON.parse(readText(specPath)) as RunSpec);
  const request = spec?.artifacts;
  if (spec === null || request === undefined || reportPath === undefined || folder === undefined) {
    out.write('coord: __artifacts is what coord starts for an order with files, and found none\n');
    return 2;
  }
  const say = (text: string) => void out.write(`coord: ${visibleText(text)}\n`);
  const { key, order, generation, attempt, files = [] } = spec;
  // What it starts bears the key: it ends with the run, also where this process is killed.
  const person = { ...request.person, [STAMP]: env[STAMP] ?? key };
  const fleet = fleetFolderAt(request.fleet);
  const work = async (): Promise<ArtifactsReport> => {
    if (word === 'fetch') return fetchHanded({ fleet, files, folder, person, say });
    const format = cloneFormat(cloneDirOf(fleet.state));
    const run = { key, order, generation, attempt };
    return gather({ paths: storePaths(fleet), run, folder, request: { ...request, person }, format, say });
  };
  const report = await work().catch((error: unknown) => withProblem(error, word));
  for (const note of report.notes) say(note);
  if (report.problem !== null) say(report.problem);
  // Before the push: from here on what is left to do is a push alone, and a run whose time is over by then has ended as it did (A1.1).
  writeWhole(reportPath, JSON.stringify(report));
  if (report.files?.some(({ id }) => id !== undefined) && word === 'gather') await publish(fleet, person, say);
  return report.problem === null ? 0 : 1;
}

const NETWORK_MS = 300_000;

/** A2: before the end is told, so that who hears of it finds the files. What does not get through goes with a later cycle. */
async function publish(
  folder: FleetFolder,
  person: Readonly<Record<string, string>>,
  say: (text: string) => void,
): Promise<void> {
  if (isHalted(folder)) return say('the files wait here: this machine pushes nothing now');
  const identity = readIdentity(folder);
  const times = { beforeMs: Number.NEGATIVE_INFINITY, nowMs: Date.now(), networkMs: NETWORK_MS, waitMs: NETWORK_MS };
  const { why } = await publishArtifacts({ folder, identity, person, ...times }).catch((error: unknown) => ({
    why: wordsOf(error),
  }));
  if (why !== null) say(`the files wait here: ${why}`);
}

/** A mistake of coord's own is told by the process that ends with it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof CoordError) && errorCode(error) === '') throw error;
  return errorMessage(error).replaceAll(/\s+/g, ' ').slice(0, 300);
}

function withProblem(error: unknown, word: string | undefined): ArtifactsReport {
  const why = wordsOf(error);
  if (word === 'fetch') return { problem: `files of earlier orders cannot be had: ${why}`, notes: [] };
  return { problem: null, notes: [`no files were taken: ${why}`], unlisted: 'unknown' };
}
