// What of the fleet's documents cannot be read (D4), as this machine saw it last: a fault stops what it is about, and nothing else tells it here.
// Nor what coord itself trips over (D4b).
import { counted, ok, problem, skipped } from './check.ts';
import type { Check } from './exam.ts';

/** More than these are counted. */
const NAMED_MAX = 3;

export const documentsCheck: Check = {
  id: 'documents',
  title: 'documents can be read',
  async look({ view }) {
    const seen = view();
    if (seen === null) return skipped('not known: nothing was synced from here yet');
    const { faults, sync } = seen;
    const mishaps = sync.mishaps ?? [];
    if (mishaps.length > 0) return problem(mishaps.join(' · '), 'a newer version of coord; the next coord sync tries again');
    const wrong = faults.filter(({ level }) => level === 'fault');
    if (wrong.length === 0) return ok('all of them');
    const named = wrong
      .slice(0, NAMED_MAX)
      .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`);
    const more = wrong.length > NAMED_MAX ? ` · and ${wrong.length - NAMED_MAX} more` : '';
    return problem(`${counted(wrong.length, 'fault')}: ${named.join(' · ')}${more}`, 'fix it on main; then: coord sync');
  },
};
