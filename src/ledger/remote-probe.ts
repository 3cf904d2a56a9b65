// What a remote is and allows, asked once at init and join. Guarantees that only a clear refusal of the one ref counts as a
// policy (R4); whatever may pass by itself is `unreachable`. Leaves nothing on the remote but, where it forbids deleting, a probe.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trouble } from '../core/model/push.ts';
import type { ObjectFormat } from './clone.ts';
import type { GitHome } from './git-home.ts';
import { listRefs } from './list-refs.ts';
import { readPushReport } from './push-report.ts';
import { kindOfRef, type Namespace } from './ref-names.ts';
import { type GitResult, runGit } from './run-git.ts';
import { troubleOf } from './trouble.ts';

export interface ReachedRemote {
  readonly kind: 'reached';
  /** No branch but lanes. */
  readonly empty: boolean;
  readonly defaultBranch: string;
  /** Numbers in use, ascending. */
  readonly lanes: readonly number[];
  /** Where those lanes are; null = there are none. */
  readonly namespace: Namespace | null;
  readonly objectFormat: ObjectFormat;
}

export type Inspection = ReachedRemote | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export type NamespaceAnswer =
  | Namespace
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

const TIMEOUT_MS = 30_000;

const call = (
  home: GitHome,
  gitDir: string | null,
  args: readonly string[],
  timeoutMs: number,
  input?: string,
): Promise<GitResult> =>
  runGit({ gitDir, args, environment: home.environment, timeoutMs, ...(input === undefined ? {} : { input }) });

async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'coord-probe-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The branch that an empty remote wants to be born, and its object format. */
function unborn(home: GitHome, timeoutMs: number): Promise<{ branch: string; format: ObjectFormat }> {
  return inScratch(async (folder) => {
    const gitDir = join(folder, 'empty.git');
    // The trace shows the remote's capabilities: before 2.41 the clone of an empty remote does not keep its format.
    const traced = { ...home, environment: { ...home.environment, GIT_TRACE_PACKET: '1' } };
    const args = ['clone', '--quiet', '--bare', '--template=', '--', home.remote.url, gitDir];
    const { stderr } = await call(traced, null, args, timeoutMs);
    const head = await readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => '');
    const branch = /^ref: refs\/heads\/(\S+)$/m.exec(head)?.[1] ?? 'main';
    return { branch, format: /\bobject-format=sha256\b/.test(stderr) ? 'sha256' : 'sha1' };
  });
}

function guessBranch(branches: readonly string[], refs: ReadonlyMap<string, string>): string {
  const atHead = branches.find((branch) => refs.get(`refs/heads/${branch}`) === refs.get('HEAD'));
  return ['main', 'master'].find((branch) => branches.includes(branch)) ?? atHead ?? branches[0] ?? 'main';
}

/** Looks at a remote with one connection, two for an empty one. */
export async function inspectRemote(home: GitHome, timeoutMs = TIMEOUT_MS): Promise<Inspection> {
  const listed = await listRefs(home, timeoutMs);
  if (listed.kind === 'unreachable') return listed;
  const { refs, head } = listed;
  const lanesIn = (namespace: Namespace) =>
    [...refs.keys()].flatMap((ref) => {
      const kind = kindOfRef(namespace, ref);
      return kind !== null && 'lane' in kind ? [kind.lane] : [];
    });
  const custom = lanesIn('custom');
  const lanes = custom.length > 0 ? custom : lanesIn('branches');
  const branches = [...refs.keys()]
    .filter((ref) => ref.startsWith('refs/heads/') && !ref.startsWith('refs/heads/coord-lanes/'))
    .map((ref) => ref.slice('refs/heads/'.length));
  const [id] = refs.values();
  const wanted = refs.size === 0 ? await unborn(home, timeoutMs) : null;
  return {
    kind: 'reached',
    empty: branches.length === 0,
    defaultBranch: head?.replace(/^refs\/heads\//, '') ?? wanted?.branch ?? guessBranch(branches, refs),
    lanes: lanes.sort((one, other) => one - other),
    namespace: lanes.length === 0 ? null : custom.length > 0 ? 'custom' : 'branches',
    objectFormat: wanted?.format ?? (id?.length === 64 ? 'sha256' : 'sha1'),
  };
}

/** Refusals that another try may not meet: they say nothing about the name of the ref. */
const PASSING = /lock|unpack|internal|time|quota|fetch first|stale|non-fast-forward|failed to update|busy|try again|unavailable/i;

/** Finds out where lanes may live (R4). */
export function probeNamespace(home: GitHome, objectFormat: ObjectFormat, timeoutMs = TIMEOUT_MS): Promise<NamespaceAnswer> {
  return inScratch(async (folder) => {
    const gitDir = join(folder, 'probe.git');
    const nonce = randomBytes(8).toString('hex');
    const made = await call(
      home,
      null,
      ['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, '--', gitDir],
      timeoutMs,
    );
    const text = 'May this ref exist? [skip ci]\n';
    const stream = `commit refs/heads/probe\nmark :1\ncommitter coord <coord@users.noreply.invalid> 0 +0000\ndata ${text.length}\n${text}\nget-mark :1\ndone\n`;
    const built = await call(home, gitDir, ['fast-import', '--quiet', '--done', '--cat-blob-fd=1'], timeoutMs, stream);
    const commit = built.stdout.toString('latin1').trim();
    if (made.exitCode !== 0 || built.exitCode !== 0)
      return { kind: 'unreachable', trouble: troubleOf(made.exitCode === 0 ? built : made) };

    let detail = '';
    for (const [namespace, ref] of [
      ['custom', `refs/coord/probe/${nonce}`],
      ['branches', `refs/heads/coord-lanes/probe-${nonce}`],
    ] as const) {
      const push = ['push', '--porcelain', '--no-progress', '--no-verify'];
      const result = await call(
        home,
        gitDir,
        [...push, `--force-with-lease=${ref}:`, '--', home.remote.url, `${commit}:${ref}`],
        timeoutMs,
      );
      const report = readPushReport(result, [ref]);
      if (report.kind === 'unknown') return { kind: 'unreachable', trouble: report.trouble };
      const outcome = report.refs.get(ref);
      if (outcome?.kind === 'accepted') {
        // Some hosts forbid it; then the probe stays, and nothing reads it.
        await call(home, gitDir, [...push, `--force-with-lease=${ref}:${commit}`, '--', home.remote.url, `:${ref}`], timeoutMs);
        return namespace;
      }
      detail = outcome?.detail ?? '';
      if (PASSING.test(detail)) return { kind: 'unreachable', trouble: { code: 'UNKNOWN', message: detail } };
    }
    return { kind: 'refused', detail };
  });
}
