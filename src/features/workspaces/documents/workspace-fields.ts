// Defines `workspace` of an order and the fields that go with it (O16): the checks, and what they mean.
import type { Order } from '../../../core/model/orders/order.ts';
import { type Options, orderField, WrongOptions } from '../../../documents/orders/order-field.ts';

/** What git takes for the name of a branch, without what a shell or an option could be made of. */
export const BRANCH = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\u0000-\u0020\u007f~^:?*[\\]{1,200}(?<![/.])$/;

export const workspaceFields = {
  workspace: orderField({
    schema: ({ z, NO_CONTROLS }) =>
      z.object({
        repo: z
          .string()
          .trim()
          .min(1)
          .max(1000)
          .regex(NO_CONTROLS)
          .describe('The address of a git repo, or a folder of the machine.'),
        branch: z.string().regex(BRANCH).optional().describe('Where the work begins. Default: the default branch of the repo.'),
      }),
    expected: 'an object with "repo", and "branch" if it is not the default one',
    words:
      'The git repo and branch that the work begins with, in a folder of its own; what it changes is pushed as the branch coord/<order>-<attempt>.',
    docs: 'a fresh checkout of a git repo to work in: `{"repo": "…", "branch": "…"}` ([workspaces.md](workspaces.md))',
    // A request has no folder to work in.
    means: (written, { call }): Pick<Order, 'workspace'> =>
      written === undefined || call !== undefined ? {} : { workspace: { repo: written.repo, branch: written.branch ?? null } },
    changes: 'work',
    within: { repo: null, branch: null },
    task: (text) => {
      // Of more than two words nobody can tell which are the address: no branch has a blank in it, so that is a fault.
      const [repo = '', ...branch] = text.split(/\s+/);
      return branch.length === 0 ? { repo } : { repo, branch: branch.join(' ') };
    },
    options: [
      ['--repo <address>', 'work in a fresh checkout of this git repo; changes are pushed as a new branch'],
      ['--branch <branch>', 'the branch of --repo to start from (default: its default branch)'],
    ],
    take: workspaceFrom,
  }),
  expect_changes: orderField({
    schema: ({ z }) => z.boolean(),
    expected: 'true or false',
    words: 'true: with `workspace`: a run that changes nothing there counts as FAILED.',
    docsDefault: 'false',
    means: (expects, { call }): Pick<Order, 'expectsChanges'> =>
      expects === true && call === undefined ? { expectsChanges: true } : {},
    changes: 'approval',
    options: [['--expect-changes', 'with --repo: a run that changes nothing counts as FAILED']],
  }),
};

interface WorkspaceOptions {
  readonly repo?: string;
  readonly branch?: string;
  readonly expectChanges?: boolean;
}

/** Undefined = none of the options of a workspace was given. */
function workspaceFrom(options: Options) {
  const { repo, branch, expectChanges } = options as WorkspaceOptions;
  if (repo !== undefined) return { repo, ...(branch === undefined ? {} : { branch }) };
  if (branch === undefined && !expectChanges) return undefined;
  throw new WrongOptions(
    '--branch and --expect-changes need --repo: found none',
    "coord order add bump --repo git@example.com:me/app.git --expect-changes -- 'npm update'",
  );
}
