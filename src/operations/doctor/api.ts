// Checks the local API: whether it listens where it should, and who could reach it.
import { apiStatus } from '../api/api-status.ts';
import { ok, warning } from './check.ts';
import type { Check } from './exam.ts';

export const apiCheck: Check = {
  id: 'api',
  title: 'local API',
  async look({ world, folder }) {
    const { enabled, faults, daemon, url, outside, trouble, answers, token, tokenIsOpen } = await apiStatus(folder, world.env);
    const [fault] = faults;
    if (fault !== undefined) return warning(`off, because of a mistake: ${fault}`, 'fix that file');
    if (tokenIsOpen) return warning(`others on this computer can read its token, ${token}`, 'coord api token --new');
    if (!enabled) return ok('off');
    if (!daemon) return ok('starts with the daemon, which does not run');
    if (trouble !== null) return warning(`${url === null ? 'it does not listen' : url}: ${trouble}`, 'coord api port <number>');
    if (!answers) return warning(`nothing answers on ${url ?? 'any port'}`, 'coord daemon restart');
    if (outside !== null)
      return warning(
        `${url}, and ${outside}: anyone who listens in that network can read its token`,
        'take address out of .coord/api.yaml',
      );
    return ok(`answers on ${url}`);
  },
};
