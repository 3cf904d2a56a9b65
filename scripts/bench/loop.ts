// What a user would do without coord: an ordinary clone, and a shell loop around git.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const CHANGE = 'git pull --quiet --rebase; echo "$2" >> "$1"; git add -- "$1"; git commit --quiet -m "$2"; git push --quiet';
const AGAIN = 'git pull --quiet --rebase; git push --quiet';

export interface Clone {
  readonly folder: string;
  /** One git command; throws if it fails. */
  git(...args: readonly string[]): Promise<void>;
  /** The loop's body: true = pushed. */
  change(file: string, line: string): Promise<boolean>;
  /** What is left of it after a refused push. */
  again(): Promise<boolean>;
}

export async function cloneOf(url: string, folder: string): Promise<Clone> {
  await mustRun('git', ['clone', '--quiet', url, folder], join(folder, '..'));
  return {
    folder,
    git: (...args) => mustRun('git', args, folder),
    change: async (file, line) => (await run('sh', ['-c', CHANGE, 'loop', file, line], folder)) === 0,
    again: async () => (await run('sh', ['-c', AGAIN], folder)) === 0,
  };
}

async function mustRun(command: string, args: readonly string[], cwd: string): Promise<void> {
  const code = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}`);
}

function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128));
  });
}
