// Lets the service manager of this computer keep a fleet folder's daemon, or its hub, going, for `coord service`. A file that a person changed by hand
// is theirs.
import { mkdirSync, rmSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { SETTINGS_MOVERS } from '../../core/model/orders/agent.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import { fleetFolderAt } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { withRecordedPath } from '../../system/fleet/recorded-path.ts';
import { ownNode } from '../../system/process/own-node.ts';
import { isAsWritten } from '../../system/service/hand-mark.ts';
import { createLaunchd } from '../../system/service/launchd.ts';
import { createToolRunner } from '../../system/service/run-tool.ts';
import type { ServiceManager } from '../../system/service/service-manager.ts';
import { serviceName } from '../../system/service/service-name.ts';
import { mustBeSayable, mustStay, type ServicePlan } from '../../system/service/service-plan.ts';
import { createSystemd } from '../../system/service/systemd.ts';
import type { World } from '../sync/dependencies.ts';
import { movedFolders } from './moved-folders.ts';

/** A service file: anybody may read it. */
const FILE_MODE = 0o644;
const OTHER_WAY = 'coord cron install, or coord daemon start; coord service install --print shows the file';

/** What is kept going. */
export interface ServiceWork {
  /** Of the name of its service; empty = the daemon's. */
  readonly suffix: '' | '-hub';
  readonly words: readonly string[];
}

const DAEMON: ServiceWork = { suffix: '', words: ['daemon', 'run'] };

/** `words`: the options of `coord hub`. */
export function hubWork(words: readonly string[]): ServiceWork {
  return { suffix: '-hub', words: ['hub', ...words] };
}

export interface ServicePlace {
  readonly manager: ServiceManager;
  readonly name: string;
  readonly file: string;
  readonly work: ServiceWork;
  readonly ownLog: ServicePlan['ownLog'];
  /** The command that shows its log. */
  readonly log: string;
}

export interface ServiceDone {
  readonly place: ServicePlace;
  readonly outcome: 'installed' | 'replaced' | 'unchanged' | 'removed' | 'not there';
  /** The commands, as a person would type them. */
  readonly ran: readonly string[];
  readonly caveats: readonly string[];
}

export interface ServiceStatus {
  readonly name: string;
  readonly file: string;
  /** `changed`: by hand, or coord never wrote it. */
  readonly installed: 'no' | 'yes' | 'changed';
  /** Null = not installed, or nobody could be asked. */
  readonly state: 'running' | 'stopped' | null;
  /** What the manager says, or why it cannot be asked. */
  readonly found: string;
  readonly log: string;
  readonly caveats: readonly string[];
}

/** Throws FAILED on systems that coord knows no service manager of. */
export function servicePlace(world: World, root: string, platform: NodeJS.Platform, work: ServiceWork = DAEMON): ServicePlace {
  const { username, uid } = userInfo();
  const user = { name: username, uid, homeFolder: homedirOf(world) };
  const tool = createToolRunner(world.env);
  const manager = platform === 'darwin' ? createLaunchd(tool, user) : platform === 'linux' ? createSystemd(tool, user) : null;
  if (manager === null) {
    const way = platform === 'win32' ? 'run coord in WSL, and install it there' : 'coord cron install';
    throw new CoordError('FAILED', `coord knows no service manager on ${platform}`, way);
  }
  const name = `${serviceName(root)}${work.suffix}`;
  const ownLog = work.suffix === '' ? fleetFolderAt(root).daemonLog : null;
  return { manager, name, file: manager.fileOf(name), work, ownLog, log: manager.logOf(name, ownLog) };
}

/** What the file of this folder's service would say now. Throws USAGE for what it cannot say. */
export function serviceText(world: World, root: string, main: string, place: ServicePlace): string {
  return place.manager.textOf(planOf(world, root, main, place));
}

export async function installService(
  world: World,
  root: string,
  main: string,
  options: { readonly platform: NodeJS.Platform; readonly force: boolean; readonly work?: ServiceWork },
): Promise<ServiceDone> {
  const place = servicePlace(world, root, options.platform, options.work);
  const { manager, name, file } = place;
  const text = serviceText(world, root, mustStay(main), place);
  const missing = await manager.missing();
  if (missing !== null) throw new CoordError('FAILED', `nothing was installed: ${missing}`, OTHER_WAY);
  const before = readIfThere(file);
  const isNew = before !== text;
  if (before !== null && isNew) {
    mustBeOurs(before, file, options.force, 'coord service install --force, which replaces it');
  }
  if (isNew) write(file, text);
  const ran = await manager.start(name, isNew && before !== null);
  const outcome = before === null ? 'installed' : isNew ? 'replaced' : 'unchanged';
  return { place, outcome, ran, caveats: await manager.caveats() };
}

/** Null = no service of this folder runs. Throws FAILED where its manager does not say. */
export async function restartService(
  world: World,
  root: string,
  platform: NodeJS.Platform,
): Promise<{ readonly name: string; readonly log: string } | null> {
  if (platform !== 'linux' && platform !== 'darwin') return null;
  const { name, state, log, installed, found } = await serviceStatus(world, root, null, platform);
  // One that runs, and cannot be asked, would be gone for its manager once its daemon is ended by hand.
  if (state === null && installed !== 'no' && !(await servicePlace(world, root, platform).manager.isAbsent()))
    throw new CoordError('FAILED', `the service ${name} cannot be asked whether it runs: ${found}`, 'coord service status');
  if (state !== 'running') return null;
  await servicePlace(world, root, platform).manager.restart(name);
  return { name, log };
}

/** What runs goes on under its watchdogs. The folder need not be a fleet folder any more. */
export async function removeService(
  world: World,
  root: string,
  options: { readonly platform: NodeJS.Platform; readonly force: boolean; readonly work?: ServiceWork },
): Promise<ServiceDone> {
  const place = servicePlace(world, root, options.platform, options.work);
  const { manager, name, file } = place;
  const text = readIfThere(file);
  if (text === null) return { place, outcome: 'not there', ran: [], caveats: [] };
  mustBeOurs(text, file, options.force, 'coord service remove --force, which removes it');
  const missing = await manager.missing();
  if (missing !== null) throw new CoordError('FAILED', `nothing was removed: ${missing}`, `rm ${shellWord(file)}`);
  const stopped = await manager.stop(name);
  rmSync(file, { force: true });
  return { place, outcome: 'removed', ran: [...stopped, ...(await manager.forget(name))], caveats: [] };
}

/** `main`: null = whether it starts this coord is not asked. Nothing is changed, and the manager is asked only about what is there. */
export async function serviceStatus(
  world: World,
  root: string,
  main: string | null,
  platform: NodeJS.Platform,
  work: ServiceWork = DAEMON,
): Promise<ServiceStatus> {
  const place = servicePlace(world, root, platform, work);
  const { manager, name, file, log } = place;
  const text = readIfThere(file);
  const seen = { name, file, log, caveats: [] };
  if (text === null) return { ...seen, installed: 'no', state: null, found: 'not installed' };
  const installed = isAsWritten(text) ? 'yes' : 'changed';
  const missing = await manager.missing();
  if (missing !== null) return { ...seen, installed, state: null, found: missing };
  const stale = main !== null && installed === 'yes' && startOf(text) !== startOf(serviceText(world, root, main, place));
  const other = stale ? ['it starts a different node or a different coord than this one: coord service install'] : [];
  const moved = main === null ? [] : differing(text, world, root, place);
  if (moved.length > 0) other.push(`it has not what this shell has of ${moved.join(', ')}: coord service install`);
  return { ...seen, installed, ...(await manager.sight(name)), caveats: [...other, ...(await manager.caveats())] };
}

/** Variables that move an agent's settings, which this shell and the file of the daemon's service do not have alike; the others differ from shell to shell. */
export function otherFolders(world: World, root: string, platform: NodeJS.Platform): string[] {
  const place = servicePlace(world, root, platform);
  return differing(readIfThere(place.file) ?? '', world, root, place);
}

function differing(text: string, world: World, root: string, place: ServicePlace): string[] {
  if (!isAsWritten(text)) return [];
  const now = serviceText(world, root, '', place);
  return SETTINGS_MOVERS.filter((name) => variableIn(text, name) !== variableIn(now, name));
}

/** As a unit or a plist has it. */
function variableIn(text: string, name: string): string | undefined {
  return new RegExp(`^Environment="${name}=.*$|<key>${name}</key>\\s*<string>.*</string>`, 'm').exec(text)?.[0];
}

/** What is started. */
function startOf(text: string): string | undefined {
  return /^ExecStart=.*$|<array>[\s\S]*<\/array>/m.exec(text)?.[0];
}

function planOf(world: World, root: string, main: string, { name, ownLog, work: { words } }: ServicePlace): ServicePlan {
  const recorded = readIdentity(fleetFolderAt(root)).path;
  const PATH = mustBeSayable('PATH', withRecordedPath(world.env, recorded).PATH ?? '');
  const env = { PATH, ...movedFolders(world) };
  return { name, root, main, node: ownNode(), env, words, ownLog };
}

function mustBeOurs(text: string, file: string, force: boolean, way: string): void {
  if (force || isAsWritten(text)) return;
  throw new CoordError('REFUSED', `${file} was changed by hand, or was not written by coord: nothing was done`, way);
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeDurably(file, text, FILE_MODE);
  } catch (error) {
    const why = errorMessage(error);
    throw new CoordError('FAILED', `${file} cannot be written: ${why}`, OTHER_WAY, { cause: error });
  }
}

function homedirOf({ env }: World): string {
  return env.HOME || homedir();
}
