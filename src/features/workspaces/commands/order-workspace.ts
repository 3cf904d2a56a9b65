// The options of `coord order add` that give an order a workspace: --repo, and what goes with it.
import type { Json } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';

export interface WorkspaceOptions {
  readonly repo?: string;
  readonly branch?: string;
  readonly expectChanges?: boolean;
}

/** Empty = none of them was given. What the fields must be, the document's own checks say. */
export function workspaceFrom({ repo, branch, expectChanges }: WorkspaceOptions): { readonly [field: string]: Json } {
  if (repo === undefined && branch === undefined && !expectChanges) return {};
  if (repo === undefined)
    throw new CoordError(
      'USAGE',
      '--branch and --expect-changes are of a --repo: expected one, found none',
      "coord order add bump --repo git@example.com:me/app.git --expect-changes -- 'npm update'",
    );
  const workspace = { repo, ...(branch === undefined ? {} : { branch }) };
  return { workspace, ...(expectChanges ? { expect_changes: true } : {}) };
}
