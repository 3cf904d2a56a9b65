// Finds the agents of this computer: where each is, its version, and whether it is logged in. Each is asked with its own arguments, no
// standard input, and a short time.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { isOlder } from '../../../core/base/coord-version.ts';
import {
  AGENT_NAMES,
  type AgentName,
  type DetectedAgents,
  type FoundAgent,
  type Login,
  type PlainAgent,
} from '../../../core/model/orders/agent.ts';
import { readText, textIn } from '../../../system/files/read-if-there.ts';
import { findExecutable } from '../../../system/process/find-executable.ts';
import { npmFolder, ownNode } from '../../../system/process/own-node.ts';
import { SEEN_AGENTS } from '../rules/agents-seen.ts';
import { ask } from './ask.ts';
import { SIGNS } from './login-signs.ts';

const TIMEOUT_MS = { usual: 5_000, slow: 20_000 } as const;

/** What another program says to `--version` nobody knows. */
const NOT_ASKED = { version: null, login: 'unknown', problem: null } as const;

/** `env`: what the agents get. `path`: where a run would look, before the places where they are installed by themselves. */
export async function detectAgents(
  env: Readonly<Record<string, string>>,
  path: string,
  plain: ReadonlyMap<string, PlainAgent> = new Map(),
): Promise<DetectedAgents> {
  // A folder that is not whole would mean another one in each run.
  const search = [...path.split(delimiter), ...usualFolders(env)].filter(isAbsolute).join(delimiter);
  const found = await Promise.all(AGENT_NAMES.map((name) => detect(name, search, env)));
  const described = [...plain].flatMap(([name, agent]): FoundAgent[] => {
    const [word] = agent.command;
    const program = isAbsolute(word) ? word : findExecutable(word, search);
    return program === null || !existsSync(program) ? [] : [{ ...NOT_ASKED, name, program, plain: agent }];
  });
  const commands = [...plain.values()].map(({ command }) => basename(command[0]));
  const seen = SEEN_AGENTS.filter(({ name }) => !commands.includes(name) && findExecutable(name, search) !== null);
  return { agents: [...found.flatMap((agent) => agent ?? []), ...described], seen };
}

async function detect(name: AgentName, path: string, env: Readonly<Record<string, string>>): Promise<FoundAgent | null> {
  const executable = findExecutable(name, path);
  if (executable === null) return null;
  const signs = SIGNS[name];
  const withNode = { ...env, PATH: [path, dirname(ownNode())].join(delimiter) };
  const timeoutMs = signs.isSlow ? TIMEOUT_MS.slow : TIMEOUT_MS.usual;
  const told = await ask(executable, ['--version'], withNode, timeoutMs);
  const version = /\d+\.\d+[^\s]*/.exec(told.stdout)?.[0] ?? null;
  const agent = { name, program: executable, version, login: 'unknown' as Login, problem: null };
  if (told.code !== 0)
    return {
      ...agent,
      problem:
        told.code === null ? `it did not print its version within ${timeoutMs / 1000} s` : `--version ended with ${told.code}`,
    };
  if (!signs.name.test(told.stdout))
    return { ...agent, version: null, problem: `it is another program: ${firstLine(told.stdout)}` };
  const { login } = signs;
  if (login === null || version === null || isOlder(version, login.since ?? '0')) return agent;
  const said = login.read(await ask(executable, login.words, withNode, timeoutMs));
  const { unless } = login;
  const mayNeedNone = said === 'out' && unless?.says(textIn(unless.path(env)) ?? '') === true;
  return { ...agent, login: mayNeedNone ? 'unknown' : said };
}

/** Where installers put them that change no PATH, or only that of a terminal. */
function usualFolders(env: Readonly<Record<string, string>>): readonly string[] {
  const home = env.HOME ?? homedir();
  const npmrc = join(home, '.npmrc');
  const prefix = existsSync(npmrc)
    ? /^prefix\s*=\s*(.+)$/m
        .exec(readText(npmrc))?.[1]
        ?.trim()
        .replace(/^~|^\$\{HOME\}/, home)
    : undefined;
  return [
    join(home, '.local', 'bin'),
    join(home, '.claude', 'local'),
    ...(prefix === undefined ? [] : [join(prefix, 'bin')]),
    join(home, '.npm-global', 'bin'),
    npmFolder(),
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 100);
}
