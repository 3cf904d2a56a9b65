// simple-git, for local set-up only: nothing on the network, nothing in the cycle. It is guarded by an environment of coord's own, a time limit, and an
// error handler, because simple-git takes a failure that prints nothing for a success.
import { mkdirSync } from 'node:fs';
import { simpleGit } from 'simple-git';
import { CoordError } from '../../errors.ts';

const TIMEOUT_MS = 30_000;

/** Makes an empty bare repo whose first branch will be main. */
export async function createBareRepo(path: string, person: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(path, { recursive: true });
  const git = simpleGit({
    baseDir: path,
    timeout: { block: TIMEOUT_MS },
    // For the empty template below: a person's own template would put hooks into the hub.
    unsafe: { allowUnsafeTemplateDir: true },
    errors: (error, result) => error ?? (result.exitCode === 0 ? undefined : new Error(`git exited with ${result.exitCode}`)),
  }).env({ PATH: person.PATH ?? '/usr/bin:/bin', HOME: person.HOME ?? '/', LC_ALL: 'C' });
  try {
    await git.raw(['init', '--quiet', '--bare', '--template=', '--initial-branch=main']);
  } catch (error) {
    const found = error instanceof Error ? error.message.trim() : String(error);
    throw new CoordError('GIT', `no repo could be made at ${path}: ${found}`, null, { cause: error });
  }
}
