// What a remote holds and allows, asked once at init and join. Guarantees that only a clear refusal of the one ref counts as a policy (R4); a trouble that
// may pass by itself is `unreachable`. Leaves nothing on the remote, except a probe if the host forbids deleting.
import { join } from 'node:path';
import type { Trouble } from '../../core/model/ledger/push.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import type { ObjectFormat } from '../clone/clone.ts';
import { listRefs } from '../fetch/list-refs.ts';
import { kindOfRef, type Namespace } from '../fetch/ref-names.ts';
import type { GitHome } from '../git/git-home.ts';
import { runGit } from '../git/run-git.ts';
import { inScratch } from '../git/scratch-folder.ts';
import { probeWrite } from './write-probe.ts';

interface ReachedRemote {
  readonly kind: 'reached';
  /** It has no branches, except lanes. */
  readonly empty: boolean;
  readonly defaultBranch: string;
  /** Numbers in use, ascending. */
  readonly lanes: readonly number[];
  /** The namespace of those lanes; null = there are none. */
  readonly namespace: Namespace | null;
  readonly objectFormat: ObjectFormat;
}

export type Inspection = ReachedRemote | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export type NamespaceAnswer =
  | Namespace
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

const TIMEOUT_MS = 30_000;

/** The first branch that a remote without branches expects, and its object format. */
function unborn(home: GitHome, timeoutMs: number): Promise<{ branch: string; format: ObjectFormat }> {
  return inScratch(async (folder) => {
    const gitDir = join(folder, 'empty.git');
    // The trace shows the remote's capabilities: before 2.41 the clone of an empty remote does not keep its format.
    const environment = { ...home.environment, GIT_TRACE_PACKET: '1' };
    const args = ['clone', '--quiet', '--bare', '--template=', '--', home.remote.url, gitDir];
    const { stderr } = await runGit({ gitDir: null, args, environment, timeoutMs });
    const head = textIn(join(gitDir, 'HEAD')) ?? '';
    const branch = /^ref: refs\/heads\/(\S+)$/m.exec(head)?.[1] ?? 'main';
    return { branch, format: /\bobject-format=sha256\b/.test(stderr) ? 'sha256' : 'sha1' };
  });
}

function guessBranch(branches: readonly string[], refs: ReadonlyMap<string, string>): string {
  const atHead = branches.find((branch) => refs.get(`refs/heads/${branch}`) === refs.get('HEAD'));
  return ['main', 'master'].find((branch) => branches.includes(branch)) ?? atHead ?? branches[0] ?? 'main';
}

/** Looks at a remote with one connection, two for one without branches. */
export async function inspectRemote(home: GitHome): Promise<Inspection> {
  const listed = await listRefs(home, TIMEOUT_MS);
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
  // A probe of another machine, which joins at this moment, must not make this one found another main.
  const wanted = branches.length === 0 ? await unborn(home, TIMEOUT_MS) : null;
  return {
    kind: 'reached',
    empty: branches.length === 0,
    defaultBranch: head?.replace(/^refs\/heads\//, '') ?? wanted?.branch ?? guessBranch(branches, refs),
    lanes: lanes.sort((one, other) => one - other),
    namespace: lanes.length === 0 ? null : custom.length > 0 ? 'custom' : 'branches',
    objectFormat: wanted?.format ?? (id?.length === 64 ? 'sha256' : 'sha1'),
  };
}

/** Finds out where lanes may live (R4). */
export async function probeNamespace(home: GitHome, objectFormat: ObjectFormat): Promise<NamespaceAnswer> {
  let detail = '';
  for (const namespace of ['custom', 'branches'] as const) {
    const answer = await probeWrite(home, namespace, objectFormat, TIMEOUT_MS);
    if (answer.kind === 'accepted') return namespace;
    if (answer.kind === 'unreachable') return answer;
    detail = answer.detail;
  }
  return { kind: 'refused', detail };
}
