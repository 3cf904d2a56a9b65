// Moves the ref of this machine to a commit (A2), and tells from the ref itself what a lost answer said.
import type { HubSight } from '../../../core/model/ledger/hub-sight.ts';
import { artifactsRef } from '../../../ledger/fetch/ref-names.ts';
import { PUSH } from '../../../ledger/push/push-refs.ts';
import { readPushReport } from '../../../ledger/push/push-report.ts';
import type { Identity } from '../../../system/fleet/identity-file.ts';
import type { PushedRef } from '../system/pushed-ref.ts';
import { type ArtifactGit, idOnRemote } from './artifact-git.ts';

interface Pusher {
  readonly identity: Identity;
  readonly networkMs: number;
  readonly hub?: HubSight;
}

export type Unpushed = Pick<PushedRef, 'refused'> & { readonly why: string };

/** Null = the ref is at the commit now; else why it is not. */
export async function pushRef(
  git: ArtifactGit,
  { identity, networkMs, hub }: Pusher,
  gitDir: string,
  commit: string,
  { commit: last, refused }: PushedRef,
): Promise<Unpushed | null> {
  // A hub that answers all else and not this push refuses it in its way: no cycle is held up by it each time. Who did not ask it learns nothing of that.
  const unanswered = (why: string): Unpushed => ({ why, refused: hub === 'answered' || (hub !== 'silent' && refused) });
  const ref = artifactsRef(identity.namespace, identity.machine);
  let expected = last;
  for (let tries = 1; ; tries += 1) {
    const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
    const result = await git.run(gitDir, [...PUSH, lease, '--', git.url, `${commit}:${ref}`], { timeoutMs: networkMs });
    const report = readPushReport(result, [ref]);
    if (report.kind === 'unknown') return unanswered(report.trouble.message);
    const outcome = report.refs.get(ref);
    if (outcome?.kind === 'accepted') return null;
    // An earlier try may have landed without an answer, or a folder before this one has written there: the ref holds what lies here, and nothing else.
    const now = await idOnRemote(git, ref, networkMs);
    if ('why' in now) return unanswered(now.why);
    const there = now.id;
    if (there === commit) return null;
    if (there === expected || tries === 2)
      return outcome === undefined ? unanswered('no answer') : { why: outcome.detail, refused: true };
    expected = there;
  }
}
