// Adds and removes the line in the person's crontab with which cron runs `coord sync` in a fleet folder, for `coord cron`.
import { dirname, join } from 'node:path';
import { parseDuration } from '../../documents/text/duration.ts';
import { CoordError } from '../../errors.ts';
import { takeLock } from '../../system/files/lock.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { fleetFolderAt } from '../../system/fleet/fleet-folder.ts';
import { findExecutable } from '../../system/process/find-executable.ts';
import { ownNode } from '../../system/process/own-node.ts';
import { cronFields, cronLine, everyMsOf } from '../../system/service/cron-line.ts';
import { writeCronPeriod } from '../../system/service/cron-period.ts';
import { lineOf, otherLineOf, readCrontab, withLine, writeCrontab } from '../../system/service/crontab.ts';
import { createToolRunner, type RunTool } from '../../system/service/run-tool.ts';
import { serviceName } from '../../system/service/service-name.ts';
import { mustStay } from '../../system/service/service-plan.ts';
import { wslCaveats } from '../../system/service/wsl.ts';
import type { World } from '../sync/dependencies.ts';
import { movedFolders } from './moved-folders.ts';

const LOCK_WAIT_MS = 30_000;
const SYSTEM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];

export interface CronDone {
  readonly outcome: 'installed' | 'replaced' | 'unchanged' | 'removed' | 'not there';
  /** As it stands, or stood. */
  readonly line: string | null;
}

export interface CronStatus {
  /** Null = none. */
  readonly line: string | null;
  /** Null = none, or one that somebody has changed. */
  readonly everyMs: number | null;
  /** A line of somebody else's that names this folder and a sync; null = none. */
  readonly other: string | null;
  /** False = this computer has no `crontab`. */
  readonly hasCrontab: boolean;
  /** What the last sync that cron started had to complain of; empty = nothing, or none ran. */
  readonly log: string;
}

/** Reads `5m`; throws USAGE. */
export function everyMsFrom(written: string): number {
  const everyMs = parseDuration(written);
  if (everyMs !== null && everyMs > 0) return everyMs;
  throw new CoordError('USAGE', `expected a length of time such as 5m or 1h, found ${written}`, 'coord cron install --every 5m');
}

/** The line as it would be written. Throws USAGE for what cron cannot say. */
export function cronSyncLine(world: World, root: string, main: string, everyMs: number, before: string | null = null): string {
  const fields = before?.split(/\s+/).slice(0, 5).join(' ') ?? '';
  const kept = everyMsOf(fields) === everyMs ? fields : cronFields(everyMs, world.random.fraction());
  const path = world.env.PATH ?? '';
  const node = ownNode();
  // Short, because cron takes no long lines: coord adds the PATH of the join itself.
  const folders = [findExecutable('git', path), node].flatMap((executable) =>
    executable?.startsWith('/') ? [dirname(executable)] : [],
  );
  const env = {
    PATH: [...new Set([...folders, ...SYSTEM_FOLDERS])].join(':'),
    ...movedFolders(world),
  };
  return cronLine(kept, { name: serviceName(root), root, node, main, env }, logOf(root));
}

/** The machine knows its period from then on (H2); the next sync says it. */
export async function installCron(world: World, root: string, main: string, everyMs: number): Promise<CronDone> {
  const folder = fleetFolderAt(root);
  const done = await changeCrontab(world, root, (before) => cronSyncLine(world, root, mustStay(main), everyMs, before));
  writeCronPeriod(folder, everyMs);
  return done;
}

/** What keeps cron from running on this computer. */
export function cronCaveats({ env }: World): Promise<readonly string[]> {
  return wslCaveats(createToolRunner(env));
}

/** The folder need not be a fleet folder any more. */
export async function removeCron(world: World, root: string): Promise<CronDone> {
  const done = await changeCrontab(world, root, () => null);
  writeCronPeriod(fleetFolderAt(root), null);
  return done;
}

export async function cronStatus(world: World, root: string): Promise<CronStatus> {
  const crontab = await readCrontab(createToolRunner(world.env));
  const line = crontab === null ? null : lineOf(crontab, serviceName(root));
  const everyMs = line === null ? null : everyMsOf(line.split(/\s+/).slice(0, 5).join(' '));
  const other = crontab === null || line !== null ? null : otherLineOf(crontab, root);
  return { line, everyMs, other, hasCrontab: crontab !== null, log: line === null ? '' : (textIn(logOf(root)) ?? '').trim() };
}

/** Two folders of one person share a crontab: one change at a time. */
async function changeCrontab(world: World, root: string, lineFrom: (before: string | null) => string | null): Promise<CronDone> {
  const tool = createToolRunner(world.env);
  const name = serviceName(root);
  const lock = await takeLock(join(world.home, 'crontab-lock'), LOCK_WAIT_MS);
  try {
    const crontab = await mustRead(tool);
    const before = lineOf(crontab, name);
    const line = lineFrom(before);
    const text = withLine(crontab, name, line);
    if (text !== crontab) await writeCrontab(tool, text);
    if (line === null) return { outcome: before === null ? 'not there' : 'removed', line: before };
    return { outcome: before === null ? 'installed' : text === crontab ? 'unchanged' : 'replaced', line };
  } finally {
    await lock.release();
  }
}

async function mustRead(tool: RunTool): Promise<string> {
  const crontab = await readCrontab(tool);
  if (crontab !== null) return crontab;
  throw new CoordError(
    'FAILED',
    'there is no crontab on this computer: nothing was changed',
    'install cron, or coord service install, or coord daemon start; or give the line of coord cron install --print to your scheduler',
  );
}

function logOf(root: string): string {
  return join(fleetFolderAt(root).state, 'cron.log');
}
