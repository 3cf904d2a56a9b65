// `workspace` of an order, as people write it (O16): the check of its field, and what it means.
import * as z from 'zod';
import type { OrderWorkspace } from '../../../core/model/orders/order.ts';

/** What git takes for the name of a branch, without what a shell or an option could be made of. */
const BRANCH = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\u0000-\u0020\u007f~^:?*[\\]{1,200}(?<![/.])$/;
const NO_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

export const workspaceSchema = z.object({
  repo: z.string().trim().min(1).max(1000).regex(NO_CONTROLS).describe('The address of a git repo, or a folder of the machine.'),
  branch: z.string().regex(BRANCH).optional().describe('Where the work begins. Default: the default branch of the repo.'),
});

export const WORKSPACE_EXPECTED = 'an object with "repo", and "branch" if it is not the default one';
export const WORKSPACE_WORDS =
  'The git repo and branch that the work begins with, in a folder of its own; what it changes is pushed as the branch coord/<order>-<attempt>.';
export const EXPECT_CHANGES_WORDS = 'true: with `workspace`: a run that changed nothing there FAILED.';

interface WorkspaceEntry {
  readonly workspace?: z.output<typeof workspaceSchema> | undefined;
  readonly expect_changes?: boolean | undefined;
  readonly call?: unknown;
}

/** A request has no folder to work in. */
export function workspaceOf({ workspace, expect_changes: expects, call }: WorkspaceEntry): {
  workspace?: OrderWorkspace;
  expectsChanges?: true;
} {
  if (call !== undefined) return {};
  return {
    ...(workspace === undefined ? {} : { workspace: { repo: workspace.repo, branch: workspace.branch ?? null } }),
    ...(expects === true ? { expectsChanges: true as const } : {}),
  };
}
