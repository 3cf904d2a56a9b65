// After a run that succeeded, its check too: what was kept is pushed as a branch of its own, and the result says where it is.
import { join } from 'node:path';
import type { WorkspaceReport } from '../../../core/model/orders/workspace.ts';
import { readSlotRecord, writeSlotRecord } from '../system/workspace-pool.ts';
import { putBack } from './checkout.ts';
import { mustBeOwnGit } from './keep.ts';
import type { Phase } from './phase.ts';
import { openPoolGit } from './pool-git.ts';
import { branchUrl, pushBranch } from './push.ts';

export async function push({ request, repoFolder, owner, place, say }: Phase): Promise<WorkspaceReport> {
  const commit = place?.commit ?? null;
  if (place === null || commit === null) throw new Error('bug: there is nothing to push');
  // The check ran there, too.
  mustBeOwnGit(place);
  putBack(place, request.url, null);
  const { url, result, machine } = request;
  const git = await openPoolGit({ repoFolder, url, person: request.person, key: owner.key }, false);
  const { branch, isOther } = await pushBranch(git, {
    ...{ gitDir: join(place.root, '.git'), url, commit, branch: result, machine: machine.name },
  });
  say(`pushed ${branch} at ${commit.slice(0, 12)} to ${url}`);
  const record = readSlotRecord(place);
  if (record !== null) writeSlotRecord(place, { ...record, state: 'done', branch });
  const page = branchUrl(url, branch);
  return {
    problem: null,
    asks: false,
    notes: isOther ? [`${result} was there with another commit; pushed as ${branch}`] : [],
    outputs: { branch, commit, ...(page === null ? {} : { branch_url: page }) },
    place: { ...place, commit: null },
  };
}
