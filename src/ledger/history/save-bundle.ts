// Keeps a history in a file before it is shortened. Guarantees that the file, once it has its name, is on the disk and holds all of that history: it was
// taken apart in an empty repository, which asked nobody else. A half-written one has another name, and the next try begins anew.
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CoordError } from '../../errors.ts';
import { createFolderDurably, moveDurably } from '../../system/files/durable-file.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { type GitResult, runGit } from '../git/run-git.ts';
import { inHistoryScratch } from '../git/scratch-folder.ts';
import { troubleOf } from '../git/trouble.ts';

interface BundleQuestion {
  /** Its name in the bundle. */
  readonly ref: string;
  readonly tip: string;
  /** What is older goes. */
  readonly cut: string;
  /** Absolute. */
  readonly path: string;
  readonly timeoutMs: number;
}

type Session = Pick<CloneSession, 'clone' | 'home'>;

/** Throws REFUSED where another file has that name, and LOCAL_STATE where it cannot be written. */
export async function saveBundle(session: Session, question: BundleQuestion): Promise<void> {
  const { path } = question;
  if (existsSync(path)) {
    const head = await earlierHead(session, question);
    if (head !== null && (await holds(session, { ...question, tip: head }, path))) return;
    throw new CoordError('REFUSED', `${path} is there already, and does not hold this history`, 'coord compact --bundle <path>');
  }
  createFolderDurably(dirname(path));
  const part = `${path}.part`;
  rmSync(part, { force: true });
  await writeBundle(session, question, part);
  if (!(await holds(session, question, part)))
    throw new CoordError('LOCAL_STATE', `what was written to ${part} does not hold the whole history`, 'coord doctor');
  flush(part);
  moveDurably(part, path);
}

/** Of a bundle that is there: a tip of this history with all that goes, of a try on which somebody pushed since. Null = it is something else. */
async function earlierHead({ clone }: Session, { ref, tip, cut, path, timeoutMs }: BundleQuestion): Promise<string | null> {
  const listed = await clone.run(['bundle', 'list-heads', path, ref], timeoutMs);
  const head = /^([0-9a-f]{40,64}) /.exec(listed.stdout.toString('latin1'))?.[1];
  if (listed.exitCode !== 0 || head === undefined) return null;
  for (const [older, newer] of [
    [cut, head],
    [head, tip],
  ] as const)
    if ((await clone.run(['merge-base', '--is-ancestor', older, newer], timeoutMs)).exitCode !== 0) return null;
  return head;
}

async function writeBundle({ clone }: Session, { ref, tip, timeoutMs }: BundleQuestion, part: string): Promise<void> {
  // A bundle has the names that its repository has. One that a killed process left is moved.
  must(await clone.run(['update-ref', ref, tip], timeoutMs));
  try {
    must(await clone.run(['bundle', 'create', '--quiet', part, ref], timeoutMs));
  } finally {
    await clone.run(['update-ref', '-d', ref], timeoutMs);
  }
}

/** Whatever is in the way, the answer is no. */
function holds({ clone, home }: Session, { ref, tip, timeoutMs }: BundleQuestion, path: string): Promise<boolean> {
  return inHistoryScratch(home.stateDir, async (folder) => {
    const gitDir = join(folder, 'bundle.git');
    const git = (args: readonly string[]) => runGit({ gitDir, args, environment: home.environment, timeoutMs });
    const format = `--object-format=${clone.objectFormat}`;
    const made = ['init', '--quiet', '--bare', '--template=', format, '--', gitDir];
    if ((await runGit({ gitDir: null, args: made, environment: home.environment, timeoutMs })).exitCode !== 0) return false;
    for (const args of [
      ['bundle', 'verify', '--quiet', path],
      ['bundle', 'list-heads', path, ref],
    ]) {
      const { exitCode, stdout } = await git(args);
      if (exitCode !== 0 || (args[1] === 'list-heads' && stdout.toString('latin1').trim() !== `${tip} ${ref}`)) return false;
    }
    if ((await git(['bundle', 'unbundle', path])).exitCode !== 0) return false;
    const { exitCode, timedOut } = await git(['rev-list', '--quiet', '--objects', tip]);
    return exitCode === 0 && !timedOut;
  });
}

function must(result: GitResult): void {
  if (result.exitCode === 0 && !result.timedOut) return;
  const trouble = troubleOf(result);
  if (trouble.code === 'DISK') throw new CoordError('LOCAL_STATE', `nothing can be written: ${trouble.message}`, 'coord doctor');
  throw new CloneDamage(trouble.message, false);
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
