// One push: compare-and-swap on every ref, each judged alone (R1). Guarantees that main and board only ever move from the commit
// that the new one was built upon; a plus in a refspec is never used, for it switches the lease off.
// libcurl repeats a request when a kept connection dies before the answer begins; the server then refuses what it has just taken.
// So over HTTP a lane that the server refused is checked against the refs themselves; of a main or board that moved on, nobody knows (R5).
import type { DocumentsUpdate, PushReport, RefUpdate } from '../../core/model/ledger/push.ts';
import { REMOTE } from '../clone/clone.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { withoutChatter } from '../fetch/chatter.ts';
import { listRefs } from '../fetch/list-refs.ts';
import { isObjectId } from '../fetch/ref-names.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { readPushReport } from './push-report.ts';

export const PUSH = [
  'push',
  // One line a ref, for programs.
  '--porcelain',
  '--no-progress',
  // No pre-push hook, whatever core.hooksPath says.
  '--no-verify',
  '--no-signed',
  '--no-follow-tags',
  '--recurse-submodules=no',
];

function assertUpdate({ what, ref, commit, expected }: RefUpdate, parent: string | null): void {
  const isDeletion = commit === null && expected !== null;
  const sound =
    /^refs\/[^\s:*^~?[\\]+$/.test(ref) &&
    (isDeletion || (commit !== null && isObjectId(commit))) &&
    (expected === null || isObjectId(expected));
  if (!sound) throw new Error(`bug: ${ref} cannot be pushed as ${commit} over ${expected}`);
  // With a lease, git would allow a push that is no fast-forward.
  if (what !== 'lane' && what !== 'claim' && parent !== expected)
    throw new Error(`bug: ${commit} for ${ref} was built on ${parent}, not on ${expected}`);
}

const isBuiltUpon = (update: RefUpdate): update is DocumentsUpdate => update.what === 'main' || update.what === 'board';

/** Pushes. `parentOf` tells the commit that a new one was built upon. A second connection is made only to check a refused lane. */
export async function pushRefs(
  { clone, home }: CloneSession,
  updates: readonly RefUpdate[],
  parentOf: (commit: string) => Promise<string | null>,
  { networkMs, pushMs }: Pick<LedgerTimeouts, 'networkMs' | 'pushMs'>,
): Promise<PushReport> {
  for (const update of updates) {
    assertUpdate(update, isBuiltUpon(update) ? await parentOf(update.commit) : null);
  }
  const leases = updates.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ''}`);
  const specs = updates.map(({ ref, commit }) => `${commit ?? ''}:${ref}`);
  // It goes on for as long as it reports progress, however slow the line is.
  const said = await clone.run([...PUSH, '--progress', ...leases, '--', REMOTE, ...specs], pushMs, { stallMs: networkMs });
  const report = readPushReport(
    { ...said, stderr: withoutChatter(said.stderr) },
    updates.map(({ ref }) => ref),
  );
  if (report.kind === 'unknown') return report;
  const { refs, byServer } = report;
  // A claim that landed and is reported as refused does no harm: the next fetch shows it (O2). A lane that did tells that all of the push was said twice.
  const doubtful = updates.some(({ what, ref }) => what === 'lane' && byServer.has(ref));
  if (!doubtful || !/^https?:/i.test(home.remote.url)) return { kind: 'answered', refs };
  const truth = await listRefs(home, networkMs);
  if (truth.kind === 'unreachable') return { kind: 'unknown', trouble: truth.trouble };
  const answered = new Map(refs);
  const doubted = updates.filter(({ ref }) => byServer.has(ref));
  const taken = doubted.filter(({ ref, commit }) => truth.refs.get(ref) === commit);
  for (const { ref } of taken) answered.set(ref, { kind: 'accepted' });
  // Another machine may have built on what was taken at first.
  if (taken.some(({ what }) => what === 'lane'))
    for (const update of doubted)
      if (isBuiltUpon(update) && !taken.includes(update) && (truth.refs.get(update.ref) ?? null) !== update.expected)
        answered.delete(update.ref);
  return { kind: 'answered', refs: answered };
}
