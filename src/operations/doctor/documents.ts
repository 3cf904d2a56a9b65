// What of the fleet's documents cannot be read (D4), as this machine saw it last: a fault stops what it is about, and nothing else tells it here.
import { type Check, counted, ok, problem, skipped } from './check.ts';

/** More than these are counted. */
const NAMED_MAX = 3;

export const documentsCheck: Check = {
  id: 'documents',
  title: 'documents can be read',
  async look({ view }) {
    const faults = view()?.faults;
    if (faults === undefined) return skipped('not known: nothing was synced from here yet');
    const wrong = faults.filter(({ level }) => level === 'fault');
    if (wrong.length === 0) return ok('all of them');
    const named = wrong
      .slice(0, NAMED_MAX)
      .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`);
    const more = wrong.length > NAMED_MAX ? ` · and ${wrong.length - NAMED_MAX} more` : '';
    return problem(`${counted(wrong.length, 'fault')}: ${named.join(' · ')}${more}`, 'mend it on main; then: coord sync');
  },
};
