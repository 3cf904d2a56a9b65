// `coord agent setup`: hooks, instructions and MCP entry of one agent, in files of its own that people write too. All that will change is
// worked out before the first byte is written: a file that cannot be understood leaves all of them as they are.
import { isUtf8 } from 'node:buffer';
import { constants, copyFileSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Json } from '../../core/model/intention.ts';
import type { HookAgent } from '../../documents/hook-call.ts';
import { findHooks, withHooks, withoutHooks } from '../../documents/hook-settings.ts';
import { blockState, withBlock, withoutBlock } from '../../documents/instruction-block.ts';
import { isRecord, readSettings, setIn } from '../../documents/json-settings.ts';
import { sameJson } from '../../documents/same-json.ts';
import { CoordError } from '../../errors.ts';
import { writeDurably } from '../../system/durable-file.ts';
import type { World } from '../world.ts';
import { type AgentPlaces, agentPlaces, hookCommand, mcpCommand } from './places.ts';

export interface SetupOptions {
  readonly agent: HookAgent;
  readonly isProject: boolean;
  readonly mainPath: string;
  /** This coord has `coord mcp`. */
  readonly hasMcp: boolean;
}

export interface FileChange {
  readonly path: string;
  /** Null = no file. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface SetupCheck {
  /** Lines for people: what is as it should be. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** What is there before coord changed a file first; kept for the person. */
const BACKUP = '.before-coord';
const NEW_FILE_MODE = 0o600;

/** Throws REFUSED where a file does not parse, with its place. Only what differs is in it. */
export function setupChanges(world: World, options: SetupOptions): readonly FileChange[] {
  const { agent, mainPath } = options;
  const places = agentPlaces(world, agent, options.isProject);
  const settings = read(places.settings);
  const edited = withHooks(settings, agent, hookCommand(world, mainPath, agent), places.settings);
  if (edited.kind === 'refused') throw refused(edited.why);
  const instructions = read(places.instructions);
  return [
    { path: places.settings, before: settings, after: edited.text },
    ...(options.hasMcp ? mcpChange(places, mcpEntry(world, mainPath)) : []),
    { path: places.instructions, before: instructions, after: withBlock(instructions) },
  ].filter(({ before, after }) => before !== after);
}

export function removalChanges(world: World, { agent, isProject }: SetupOptions): readonly FileChange[] {
  const places = agentPlaces(world, agent, isProject);
  const settings = read(places.settings);
  const edited = withoutHooks(settings, places.settings);
  if (edited.kind === 'refused') throw refused(edited.why);
  const instructions = read(places.instructions);
  return [
    { path: places.settings, before: settings, after: isNothing(edited.text) ? null : edited.text },
    ...mcpChange(places, null),
    { path: places.instructions, before: instructions, after: withoutBlock(instructions) },
  ].filter(({ before, after }) => before !== after && before !== null);
}

/** Returns the backups that it made. */
export function applyChanges(changes: readonly FileChange[]): readonly string[] {
  const backups: string[] = [];
  for (const { path, before, after } of changes) {
    try {
      // A link to where a person keeps such files stays one.
      const file = before === null ? path : realpathSync(path);
      // What goes whole held nothing but coord's own.
      if (before !== null && after !== null && backUp(file)) backups.push(`${file}${BACKUP}`);
      if (after === null) rmSync(file, { force: true });
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeDurably(file, after, before === null ? NEW_FILE_MODE : statSync(file).mode & 0o777);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CoordError('FAILED', `${path} cannot be changed: ${why}`, null, { cause: error });
    }
  }
  return backups;
}

/** What a person still has to do after a setup. */
export function setupNotes(world: World, { agent, isProject, mainPath, hasMcp }: SetupOptions): readonly string[] {
  const places = agentPlaces(world, agent, isProject);
  const found = findHooks(read(places.settings), places.settings);
  return [
    ...('loose' in found && found.loose !== null ? [ignored(found.loose, agent)] : []),
    ...(agent === 'codex' ? ['Codex runs a hook only once you have trusted it: start codex, and review it under /hooks'] : []),
    ...(hasMcp && places.mcp === null ? [`for the MCP tools: ${mcpCommand(world, mainPath, agent)}`] : []),
  ];
}

function ignored(place: string, agent: HookAgent): string {
  return `${place}: a comment, or a comma too much; ${agent} ignores the whole file, and so the hooks, until it is strict JSON`;
}

export function checkSetup(world: World, options: SetupOptions): SetupCheck {
  const { agent, mainPath, isProject, hasMcp } = options;
  const places = agentPlaces(world, agent, isProject);
  const [good, bad]: [string[], string[]] = [[], []];
  const found = findHooks(read(places.settings), places.settings, agent, hookCommand(world, mainPath, agent));
  if ('why' in found) bad.push(found.why);
  else {
    const twice = Object.entries(found.commands).find(([, commands]) => commands.length > 1);
    if (Object.keys(found.commands).length === 0) bad.push(`hooks: not installed in ${places.settings}`);
    else if (twice !== undefined) bad.push(`hooks: ${twice[1].length} of coord at ${twice[0]} in ${places.settings}`);
    else if (found.asWritten) good.push(`hooks: installed in ${places.settings}`);
    else bad.push(`hooks: installed in ${places.settings}, and changed by hand or of another coord`);
    if (found.loose !== null) bad.push(ignored(found.loose, agent));
    if (found.off) bad.push(`hooks: turned off by disableAllHooks in ${places.settings}`);
    if (Object.keys(found.commands).length > 0) calls(world, agent, good, bad);
  }
  const doubles = places.others.filter((path) => hasOurs(path));
  if (doubles.length > 0) {
    const isHere = !('why' in found) && Object.keys(found.commands).length > 0;
    (isHere ? bad : good).push(`hooks: ${isHere ? 'also' : 'but there are some'} in ${doubles.join(' and ')}`);
  }
  const block = blockState(read(places.instructions));
  (block === 'as written' ? good : bad).push(
    `instructions: ${block === 'absent' ? 'not there' : block} in ${places.instructions}`,
  );
  if (hasMcp && places.mcp !== null) {
    const isThere = mcpChange(places, mcpEntry(world, mainPath)).length === 0;
    (isThere ? good : bad).push(`MCP entry: ${isThere ? 'as written' : 'not there, or another one,'} in ${places.mcp}`);
  }
  return { good, bad };
}

function calls(world: World, agent: HookAgent, good: string[], bad: string[]): void {
  const last = (read(join(world.home, 'hook-calls', agent)) ?? '').trim();
  if (last !== '') good.push(`last called: ${last}`);
  else if (agent === 'codex') bad.push('installed, never called: probably not trusted in Codex yet (codex, then /hooks)');
  else good.push('never called yet');
}

function mcpEntry(world: World, mainPath: string): Json {
  const env = world.env.COORD_HOME ? { COORD_HOME: world.home } : {};
  return { type: 'stdio', command: process.execPath, args: [mainPath, 'mcp'], env };
}

/** `entry`: null = take out the one that is ours. */
function mcpChange({ mcp }: AgentPlaces, entry: Json): readonly FileChange[] {
  if (mcp === null) return [];
  const before = read(mcp);
  const settings = readSettings(before, mcp);
  if (settings.kind === 'refused') throw refused(settings.why);
  const { mcpServers = {} } = settings.value;
  if (!isRecord(mcpServers)) throw refused(`${mcp}: mcpServers: expected an object in braces`);
  const there = (mcpServers.coord ?? null) as Json;
  if (sameJson(there, entry)) return [];
  if (entry !== null) return [{ path: mcp, before, after: setIn(before, ['mcpServers', 'coord'], entry) }];
  const args = isRecord(there) ? there.args : null;
  if (!Array.isArray(args) || args.at(-1) !== 'mcp') return [];
  const isLast = Object.keys(mcpServers).length === 1;
  const after = setIn(before, isLast ? ['mcpServers'] : ['mcpServers', 'coord'], undefined);
  return [{ path: mcp, before, after: isNothing(after) ? null : after }];
}

function hasOurs(path: string): boolean {
  const found = findHooks(read(path), path);
  return !('why' in found) && Object.keys(found.commands).length > 0;
}

/** Of its own file, coord leaves nothing behind. */
function isNothing(text: string | null): boolean {
  return text === null || text.replaceAll(/\s/g, '') === '{}';
}

function read(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new CoordError('FAILED', `${path} cannot be read: ${why}`, null, { cause: error });
  }
  // What is no text would not be written back as it was.
  if (!isUtf8(bytes)) throw refused(`${path}: expected text in UTF-8, found something else`);
  return bytes.toString('utf8');
}

function refused(why: string): CoordError {
  return new CoordError('REFUSED', `${why}; nothing was changed`, 'mend it, or coord agent setup --print after that');
}

function backUp(path: string): boolean {
  try {
    copyFileSync(path, `${path}${BACKUP}`, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
