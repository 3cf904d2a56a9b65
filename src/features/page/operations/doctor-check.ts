// Checks the page: where it is, and whether it is served. It comes with the local API, whose own check says what keeps that from answering.
import { apiStatus } from '../../../operations/api/api-status.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';

const ANSWER_MS = 3_000;

export const pageCheck = (env: NodeJS.ProcessEnv): CheckOf<CheckedPlace> => ({
  id: 'page',
  title: 'page',
  async look({ folder }) {
    const { url, answers } = await apiStatus(folder, env);
    if (url === null || !answers) return ok('not served: it comes with the daemon and the local API');
    const page = `${url}/dashboard`;
    return (await isServed(page))
      ? ok(`${page}, opened by coord dash`)
      : warning(`${page} is not served`, 'coord daemon restart');
  },
});

async function isServed(page: string): Promise<boolean> {
  try {
    const { ok: isOk } = await fetch(page, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    return isOk;
  } catch {
    return false;
  }
}
