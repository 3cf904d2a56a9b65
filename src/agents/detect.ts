// Which agents there are on this computer: where, of which version, logged in or not. Each is asked with its own words, nothing on its
// standard input, and for five seconds at most.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { AGENT_NAMES, type AgentName, type FoundAgent, type Login } from '../core/model/agent.ts';
import { findProgram } from '../system/find-program.ts';

const TIMEOUT_MS = 5_000;

interface Answer {
  /** Null = it did not end by itself. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Signs {
  /** In what it says to `--version`: another program may have the same name. */
  readonly name: RegExp;
  readonly login: { readonly words: readonly string[]; read(answer: Answer): Login };
  /** Older ones would take these words for a task. */
  readonly since: string;
}

const SIGNS: Readonly<Record<AgentName, Signs>> = {
  claude: {
    name: /claude code/i,
    since: '2.1.0',
    login: {
      words: ['auth', 'status'],
      read({ stdout }) {
        const said = /"loggedIn"\s*:\s*(true|false)/.exec(stdout)?.[1];
        return said === undefined ? 'unknown' : said === 'true' ? 'in' : 'out';
      },
    },
  },
  codex: {
    name: /codex/i,
    since: '0.50.0',
    login: {
      words: ['login', 'status'],
      read: ({ code, stdout, stderr }) => (/not logged in/i.test(stdout + stderr) ? 'out' : code === 0 ? 'in' : 'unknown'),
    },
  },
};

/** `env`: what the agents get. `path`: where a run would look, before the places where they are installed by themselves. */
export async function detectAgents(env: Readonly<Record<string, string>>, path: string): Promise<readonly FoundAgent[]> {
  // A folder that is not whole would mean another one in each run.
  const search = [...path.split(delimiter), ...usualFolders(env)].filter(isAbsolute).join(delimiter);
  const found = await Promise.all(AGENT_NAMES.map((name) => detect(name, search, env)));
  return found.flatMap((agent) => agent ?? []);
}

async function detect(name: AgentName, path: string, env: Readonly<Record<string, string>>): Promise<FoundAgent | null> {
  const program = findProgram(name, path);
  if (program === null) return null;
  const signs = SIGNS[name];
  const withNode = { ...env, PATH: [path, dirname(process.execPath)].join(delimiter) };
  const told = await ask(program, ['--version'], withNode);
  const version = /\d+\.\d+[^\s]*/.exec(told.stdout)?.[0] ?? null;
  const agent = { name, program, version, login: 'unknown' as Login, problem: null };
  if (told.code !== 0)
    return { ...agent, problem: told.code === null ? 'it did not say its version in 5 s' : `--version ended with ${told.code}` };
  if (!signs.name.test(told.stdout))
    return { ...agent, version: null, problem: `it is another program: ${firstLine(told.stdout)}` };
  if (version === null || isOlder(version, signs.since)) return agent;
  return { ...agent, login: signs.login.read(await ask(program, signs.login.words, withNode)) };
}

/** Where installers put them that change no PATH, or only that of a terminal. */
function usualFolders(env: Readonly<Record<string, string>>): readonly string[] {
  const home = env.HOME ?? homedir();
  const npmrc = join(home, '.npmrc');
  const prefix = existsSync(npmrc)
    ? /^prefix\s*=\s*(.+)$/m
        .exec(readFileSync(npmrc, 'utf8'))?.[1]
        ?.trim()
        .replace(/^~|^\$\{HOME\}/, home)
    : undefined;
  return [
    join(home, '.local', 'bin'),
    join(home, '.claude', 'local'),
    ...(prefix === undefined ? [] : [join(prefix, 'bin')]),
    join(home, '.npm-global', 'bin'),
    dirname(process.execPath),
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
}

/** In a group of its own, so that nothing of it stays. */
function ask(program: string, words: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] = (said[name] + text).slice(0, 10_000);
      });
    const end = (code: number | null) => {
      clearTimeout(timer);
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nothing of it is left.
      }
      resolve({ code, ...said });
    };
    const timer = setTimeout(() => end(null), TIMEOUT_MS);
    child.on('error', () => end(null));
    child.on('close', (code) => end(code));
  });
}

function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((it) => it.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < 3; at++) {
    const difference = (one?.[at] ?? 0) - (other?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 100);
}
