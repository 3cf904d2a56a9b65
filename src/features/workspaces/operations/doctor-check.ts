// Checks whether the workspaces keep to what this computer's owner gives them, and which keep work that was not pushed (O16).

import { counted } from '../../../core/base/counted.ts';
import { WORKSPACE_LIMITS } from '../../../core/model/orders/workspace.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { diskWords } from '../rules/disk-words.ts';
import { leftBytes, leftWords, removeLeft } from '../system/set-aside.ts';
import { lookAtWorkspaces } from './workspaces.ts';

export const workspacesCheck: CheckOf<CheckedPlace> = {
  id: 'workspaces',
  title: 'workspaces',
  async look({ world, folder }) {
    const { workspaces, left, bytes } = lookAtWorkspaces(world.home);
    if (workspaces.length === 0 && left.length === 0) return ok('none');
    const { max, diskBytes } = readPolicy(world.home, folder.root).workspaces ?? WORKSPACE_LIMITS;
    const kept = workspaces.filter(({ use }) => use === 'kept').length;
    const found = `${counted(workspaces.length, 'workspace')} of ${max}, ${diskWords(bytes)} of ${diskWords(diskBytes)}, ${kept} with work that was not pushed`;
    if (workspaces.length > max || bytes - leftBytes(left) > diskBytes) return warning(found, 'coord workspace prune');
    return left.length > 0 ? warning(`${found}; ${leftWords(left)}`, removeLeft(left)) : ok(found);
  },
};
