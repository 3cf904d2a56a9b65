// Checks what orders may do here (O10), who can place them, and who can read their results.
import { counted } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { rulesOf } from '../../features/rules.ts';
import { foldersForAgents } from '../../system/policy/agent-folder.ts';
import { readPolicy } from '../../system/policy/policy-file.ts';
import { policyPath } from '../../system/policy/policy-text.ts';
import { readSecrets } from '../../system/policy/run-environment.ts';
import { ok, problem, warning } from './check.ts';
import type { Check } from './exam.ts';
import { isWorldWritable } from './remote.ts';

export const allowedCheck: Check = {
  id: 'allowed',
  title: 'what may run here',
  async look({ world, folder, identity, examiner, strangers }) {
    const policy = readPolicy(world.home, folder.root);
    if (policy.allow.length === 0) return warning('nothing', 'coord allow shell');
    const found = `${policy.allow.join(', ')} in ${policy.folders.join(', ') || 'no folder'}, ${counted(policy.slots, 'slot')}`;
    if (policy.folders.length === 0) return warning(found, 'coord allow folder <path>');
    const hasWorker = policy.allow.some((kind) => rulesOf({ kind }).worker !== undefined);
    if (hasWorker && foldersForAgents(policy.folders).length === 0 && (policy.repos ?? []).length === 0)
      return warning(`${found}; agents have no folder to work in`, 'coord allow folder <path>');
    const [unread] = readSecrets(policy.secrets).unread;
    if (unread !== undefined) return warning(`${found}; ${unread}`, `correct it, or take it out of ${policyPath(world.home)}`);
    const hub = examiner.hubFolder(identity.remote);
    if (hub !== null && isWorldWritable(hub))
      return problem(
        `${found}; everybody on this computer can write into the repo of the fleet, and so can run commands as you`,
        `chmod -R o-w ${shellWord(hub)}`,
      );
    if ((await strangers()).kind === 'readable')
      return warning(`${found}; everybody can read the repo, and so what runs print`, 'make the repo private on its host');
    return ok(found);
  },
};
