// Keeps a history in a file before it is shortened. Guarantees that the file, once it has its name, is on the disk and holds all of that history: it was
// taken apart in an empty repository, which asked nobody else. A half-written one has another name, and the next try removes it and begins anew. The clone
// gets no ref for it, which a kill would leave there: it would hold the old history on this disk for ever.
import { randomUUID } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CoordError } from '../../errors.ts';
import { createFolderDurably, moveDurably, writeDurably } from '../../system/files/durable-file.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { unanswered } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { type GitResult, runGit } from '../git/run-git.ts';
import { inHistoryScratch } from '../git/scratch-folder.ts';
import { lastWords, troubleOf } from '../git/trouble.ts';

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

/** Throws REFUSED where another file has that name, and LOCAL_STATE where it cannot be written. Call under the cycle's lock. */
export async function saveBundle(session: Session, question: BundleQuestion): Promise<void> {
  const { path } = question;
  const note = join(session.home.stateDir, 'history-part');
  dropPart(note);
  if (existsSync(path)) {
    const head = await earlierHead(session, question);
    if (head !== null && (await holds(session, { ...question, tip: head }, path))) return;
    throw new CoordError('REFUSED', `${path} is there already, and does not hold this history`, 'coord compact --bundle <path>');
  }
  createFolderDurably(dirname(path));
  // A name of its own: a git that outlives its killed coord may still write to the one before.
  const part = `${path}.${randomUUID().slice(0, 8)}${PART}`;
  writeDurably(note, part);
  await writeBundle(session, question, part);
  if (!(await holds(session, question, part)))
    throw new CoordError('LOCAL_STATE', `what was written to ${part} does not hold the whole history`, 'coord doctor');
  flush(part);
  moveDurably(part, path);
  dropPart(note);
}

const PART = '.part';

/** What an earlier try wrote and did not end, and git's lock on it. It is known by a note here: beside it may lie what another fleet writes now. */
function dropPart(note: string): void {
  const part = textIn(note);
  if (part === null) return;
  try {
    if (part.endsWith(PART)) for (const left of [part, `${part}.lock`]) rmSync(left, { force: true });
  } catch {
    // What cannot be removed is in nobody's way: the next one has another name.
  }
  rmSync(note, { force: true });
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

/** A bundle has the names that its repository has: one that lends the clone's objects has the name. */
function writeBundle(session: Session, { ref, tip, timeoutMs }: BundleQuestion, part: string): Promise<void> {
  return inEmptyRepo(session, timeoutMs, async ({ gitDir, git }) => {
    const objects = join(gitDir, 'objects');
    // Relative, so that no sign in the path of the fleet's folder means anything there.
    const lender = relative(objects, join(session.clone.gitDir, 'objects')).replaceAll('\\', '/');
    writeFileSync(join(objects, 'info', 'alternates'), `${lender}\n`);
    const shallow = join(session.clone.gitDir, 'shallow');
    if (existsSync(shallow)) copyFileSync(shallow, join(gitDir, 'shallow'));
    must(await git(['update-ref', ref, tip]));
    must(await git(['bundle', 'create', '--quiet', part, ref]));
  });
}

/** Whatever is wrong with it, the answer is no. */
function holds(session: Session, { ref, tip, timeoutMs }: BundleQuestion, path: string): Promise<boolean> {
  return inEmptyRepo(session, timeoutMs, async ({ git }) => {
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

interface EmptyRepo {
  readonly gitDir: string;
  git(args: readonly string[]): Promise<GitResult>;
}

function inEmptyRepo<T>({ clone, home }: Session, timeoutMs: number, use: (repo: EmptyRepo) => Promise<T>): Promise<T> {
  return inHistoryScratch(home.stateDir, async (folder) => {
    const gitDir = join(folder, 'bundle.git');
    const { environment } = home;
    const format = `--object-format=${clone.objectFormat}`;
    const made = ['init', '--quiet', '--bare', '--template=', format, '--', gitDir];
    const { exitCode, stderr } = await runGit({ gitDir: null, args: made, environment, timeoutMs });
    if (exitCode !== 0) throw unwritten(lastWords(stderr));
    return use({ gitDir, git: (args) => runGit({ gitDir, args, environment, timeoutMs }) });
  });
}

function must(result: GitResult): void {
  if (result.exitCode === 0 && !result.timedOut) return;
  const trouble = troubleOf(result);
  if (trouble.code === 'DISK') throw unwritten(trouble.message);
  throw unanswered(result);
}

const unwritten = (why: string) => new CoordError('LOCAL_STATE', `nothing can be written: ${why}`, 'coord doctor');

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
