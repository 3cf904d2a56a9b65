// Runs `coord doctor`: all checks at once, repairs with --fix what a machine can repair, and says what it found and did. A check that fails
// is a finding. No look holds a lock while the network is asked; a repair that needs both has both.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import type { CheckResult } from '../../core/model/status/check-result.ts';
import { parseMachineDocument } from '../../documents/machine/machine-document.ts';
import { machineOf } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import { computerId } from '../../system/fleet/computer.ts';
import { type FleetFolder, fleetFolderAt, isFleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type Identity, readIdentity } from '../../system/fleet/identity-file.ts';
import { knownRoots } from '../../system/fleet/known-roots.ts';
import type { World } from '../sync/dependencies.ts';
import { apiCheck } from './api.ts';
import {
  boardCheck,
  documentsCheck,
  laneCheck,
  mainCheck,
  namespaceCheck,
  oddRefsCheck,
  rewrittenCheck,
  versionsCheck,
} from './board.ts';
import { type Finding, ok, problem, skipped, warning } from './check.ts';
import { cloneCheck, historyCheck } from './clone.ts';
import { diskCheck, gitFinding, nodeFinding } from './computer.ts';
import { cronPathCheck, cronRemoteCheck } from './cron.ts';
import { type Check, type Exam, LIMITS, NoGit, openExam } from './exam.ts';
import { leftoversCheck } from './leftovers.ts';
import { cloneLocksCheck, hubLocksCheck, lockCheck } from './locks.ts';
import { allowedCheck } from './permissions.ts';
import { remoteCheck, strangersCheck, writableCheck } from './remote.ts';
import { editsCheck, journalCheck, keptRunsCheck, outboxCheck, ownDiskCheck, syncedCheck } from './state.ts';
import { syncTriggerCheck } from './sync-trigger.ts';

/** In the order in which they are shown: what others rest on comes first. */
const FLEET_CHECKS: readonly Check[] = [
  cronPathCheck,
  remoteCheck,
  cronRemoteCheck,
  writableCheck,
  strangersCheck,
  mainCheck,
  namespaceCheck,
  oddRefsCheck,
  boardCheck,
  rewrittenCheck,
  laneCheck,
  syncedCheck,
  documentsCheck,
  syncTriggerCheck,
  journalCheck,
  outboxCheck,
  editsCheck,
  cloneCheck,
  historyCheck,
  lockCheck,
  cloneLocksCheck,
  hubLocksCheck,
  diskCheck,
  ownDiskCheck,
  keptRunsCheck,
  leftoversCheck,
  allowedCheck,
];

/** Behind those of the features. */
const LAST_CHECKS: readonly Check[] = [apiCheck, versionsCheck];

/** `folder`: null outside of a fleet folder, where only the computer is examined. */
export async function examine(world: World, folder: FleetFolder | null, fix: boolean): Promise<readonly CheckResult[]> {
  const examiner = await world.examiner();
  const git = gitFinding(await examiner.gitVersion(world.env.PATH ?? ''));
  const computer = [result('git', 'git', git), result('node', 'node', nodeFinding(process.version))];
  const place = (finding: Finding) => result('fleet', 'fleet folder', finding);
  if (folder === null) return [...computer, place(missingFolder(world) ?? skipped('no fleet here'))];
  let identity: Identity;
  try {
    identity = readIdentity(folder);
  } catch (error) {
    return [...computer, place(problem(sentence(error), hintOf(error)))];
  }
  const here = place(ok(`machine ${identity.machine} ${identity.name} in ${folder.root}`));
  return [...computer, here, ...(await examineFleet(await openExam(world, folder, identity, examiner), fix))];
}

async function examineFleet(exam: Exam, fix: boolean): Promise<readonly CheckResult[]> {
  try {
    const ofFeatures = (await exam.world.features()).map((feature) => feature.checks?.() ?? []);
    const checks = [...FLEET_CHECKS, ...(await Promise.all(ofFeatures)).flat(), ...LAST_CHECKS];
    const looked = await Promise.all(checks.map(async (check) => ({ check, finding: await lookWith(check, exam) })));
    const results: CheckResult[] = [];
    for (const { check, finding } of looked) results.push(fix ? await repaired(check, finding, exam) : of(check, finding, null));
    return results;
  } finally {
    await (await exam.adapters()).ledger.close();
  }
}

async function repaired(check: Check, finding: Finding, exam: Exam): Promise<CheckResult> {
  if (finding.canFix !== true || check.repair === undefined) return of(check, finding, null);
  try {
    const did = await check.repair(exam);
    return of(check, await lookWith(check, exam), did);
  } catch (error) {
    return of(check, finding, `nothing: ${sentence(error)}`);
  }
}

/** A check that breaks has found something too. */
async function lookWith(check: Check, exam: Exam): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(warning(`no answer within ${LIMITS.checkMs / 1000} s`)), LIMITS.checkMs);
  });
  try {
    return await Promise.race([check.look(exam), tooLong]);
  } catch (error) {
    return error instanceof NoGit ? skipped('git does not run') : problem(sentence(error), hintOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Advice to ask doctor is none in its own answer. */
function hintOf(error: unknown): string | undefined {
  const hint = error instanceof CoordError ? error.hint : null;
  return hint === null || hint === 'coord doctor' ? undefined : hint;
}

/** What an operating error says; anything else is a bug, and goes on as one. */
function sentence(error: unknown): string {
  if (error instanceof CoordError) return error.message;
  if (error instanceof Error && 'code' in error) return error.message;
  throw error;
}

function of(check: Check, finding: Finding, did: string | null): CheckResult {
  return { ...result(check.id, check.title, finding), did };
}

function result(id: string, title: string, { state, found, fix, canFix = false }: Finding): CheckResult {
  return { id, title, state, found, fix: fix ?? (canFix ? 'coord doctor --fix' : null), canFix, did: null };
}

/** A fleet folder whose `.coord` is gone: the policy still knows it. Null = neither the current folder nor one above it was one. */
function missingFolder(world: World): Finding | null {
  const known = new Set(knownRoots(world.home));
  for (let at = resolve(world.cwd); ; at = dirname(at)) {
    if (known.has(at) && !isFleetFolder(fleetFolderAt(at)))
      return problem(`${at} was one, and its .coord is gone`, wayBack(world, at));
    if (at === dirname(at)) return null;
  }
}

function wayBack(world: World, root: string): string {
  return `coord join <url> ${shellWord(root)} --as ${machineThere(world, root) ?? '<its number>'}`;
}

/** By the documents that lie there: the one of this computer. */
function machineThere(world: World, root: string): number | null {
  const { projection } = fleetFolderAt(root);
  const names = existsSync(projection) ? readdirSync(projection).filter((name) => machineOf(name) !== null) : [];
  const documents = names.map((name) => parseMachineDocument(readIfThere(join(projection, name)) ?? '', name).value);
  const mine = documents.filter((document) => document?.id === computerId(world.home) && document.state !== 'LEFT');
  return mine.length === 1 ? (mine[0]?.machine ?? null) : null;
}
