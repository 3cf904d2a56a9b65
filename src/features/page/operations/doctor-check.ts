// Checks the page: where it is, and whether it is served. It comes with the local API, whose own check says what keeps that from answering.
import { apiStatus } from '../../../operations/api/api-status.ts';
import { certificateEnd } from '../../../operations/doctor/certificate-end.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { type Outside, outside, PAGE_PATH } from './page-address.ts';

/** A daemon on a busy computer takes seconds. */
const ANSWER_MS = 10_000;

export const pageCheck = (env: NodeJS.ProcessEnv, nowMs: () => number): CheckOf<CheckedPlace> => ({
  id: 'page',
  title: 'page',
  async look({ folder }) {
    const { url, answers } = await apiStatus(folder, env);
    if (url === null || !answers) return ok('not served: it comes with the daemon and the local API');
    const page = `${url}${PAGE_PATH}`;
    if (!(await isServed(page))) return warning(`${page} is not served`, 'coord daemon restart');
    const { addresses, trouble, certificateUntil, logins } = await outside(folder, env).catch(() => NOBODY);
    if (trouble !== null) return warning(`other devices cannot come in as they should: ${trouble}`, 'coord dash --logins');
    const ending = certificateEnd(certificateUntil, nowMs(), 'other devices see', 'daemon');
    if (ending !== null) return ending;
    const others = `; open to other devices on ${addresses.join(', ')}, ${logins.length} of them in`;
    return ok(`${page}, opened by coord dash${addresses.length === 0 ? '' : others}`);
  },
});

const NOBODY: Outside = { addresses: [], trouble: null, certificateUntil: null, logins: [] };

async function isServed(page: string): Promise<boolean> {
  try {
    const { ok: isOk } = await fetch(page, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    return isOk;
  } catch {
    return false;
  }
}
