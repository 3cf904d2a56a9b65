// May lanes be written there? Tried by writing: a ref with a random name is pushed and deleted again. Guarantees that only a clear refusal of the ref
// counts as a policy (R4); a trouble that may pass by itself is `unreachable`. The clone is not used.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { ObjectFormat } from '../clone/clone.ts';
import type { Namespace } from '../fetch/ref-names.ts';
import type { GitHome } from '../git/git-home.ts';
import { type GitResult, runGit } from '../git/run-git.ts';
import { inScratch } from '../git/scratch-folder.ts';
import { troubleOf } from '../git/trouble.ts';
import { readPushReport } from '../push/push-report.ts';

export type WriteAnswer =
  /** If `deleted` is false, the host keeps the probe; nothing reads it. */
  | { readonly kind: 'accepted'; readonly ref: string; readonly deleted: boolean }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

/** Refusals that another try may not get: they do not depend on the name of the ref. */
const PASSING = /lock|unpack|internal|time|quota|fetch first|stale|non-fast-forward|failed to update|busy|try again|unavailable/i;

const PUSH = ['push', '--porcelain', '--no-progress', '--no-verify'];

const REF: Readonly<Record<Namespace, (nonce: string) => string>> = {
  custom: (nonce) => `refs/coord/probe/${nonce}`,
  branches: (nonce) => `refs/heads/coord-lanes/probe-${nonce}`,
};

/** Two connections; the limit is for each. */
export function probeWrite(home: GitHome, namespace: Namespace, format: ObjectFormat, timeoutMs: number): Promise<WriteAnswer> {
  return inScratch(async (folder) => {
    const gitDir = join(folder, 'probe.git');
    const git = (args: readonly string[], input?: string) =>
      runGit({ gitDir, args, environment: home.environment, timeoutMs, ...(input === undefined ? {} : { input }) });
    const built = await buildCommit(home, gitDir, format, git, timeoutMs);
    if (typeof built !== 'string') return { kind: 'unreachable', trouble: troubleOf(built) };
    const ref = REF[namespace](randomBytes(8).toString('hex'));
    const report = readPushReport(await git([...PUSH, `--force-with-lease=${ref}:`, '--', home.remote.url, `${built}:${ref}`]), [
      ref,
    ]);
    if (report.kind === 'unknown') return { kind: 'unreachable', trouble: report.trouble };
    const outcome = report.refs.get(ref);
    if (outcome?.kind === 'accepted') {
      const gone = await git([...PUSH, `--force-with-lease=${ref}:${built}`, '--', home.remote.url, `:${ref}`]);
      return { kind: 'accepted', ref, deleted: gone.exitCode === 0 };
    }
    const detail = outcome?.detail ?? '';
    if (PASSING.test(report.byServer.get(ref) ?? detail))
      return { kind: 'unreachable', trouble: { code: 'UNKNOWN', message: detail } };
    return { kind: 'refused', detail };
  });
}

/** The id of a commit in a new repository, or what failed. */
async function buildCommit(
  home: GitHome,
  gitDir: string,
  format: ObjectFormat,
  git: (args: readonly string[], input: string) => Promise<GitResult>,
  timeoutMs: number,
): Promise<string | GitResult> {
  const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--', gitDir];
  const made = await runGit({ gitDir: null, args, environment: home.environment, timeoutMs });
  if (made.exitCode !== 0) return made;
  const text = 'May this ref exist? [skip ci]\n';
  const stream = `commit refs/heads/probe\nmark :1\ncommitter coord <coord@users.noreply.invalid> 0 +0000\ndata ${text.length}\n${text}\nget-mark :1\ndone\n`;
  const built = await git(['fast-import', '--quiet', '--done', '--cat-blob-fd=1'], stream);
  return built.exitCode === 0 ? built.stdout.toString('latin1').trim() : built;
}
