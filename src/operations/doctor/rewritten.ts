// Finds a main that was rewritten: the machine has halted, and only a person can say that the rewrite is meant.
import { acceptOrRestoreMain } from '../../machine/steps/pin-main.ts';
import { takeLock } from '../../system/files/lock.ts';
import { fixable, ok } from './check.ts';
import { type Check, LIMITS } from './exam.ts';

export const rewrittenCheck: Check = {
  id: 'rewritten',
  title: 'main continues what was seen',
  async look({ adapters }) {
    // Read anew, so that a look after repairing sees what was repaired.
    const state = await (await adapters()).journal.load();
    if (state === null || state.rewritten === null) return ok('yes');
    const { found, since } = state.rewritten;
    const now =
      found === null
        ? 'it is gone. --fix puts it back as this machine last saw it: do that on the machine that synced last'
        : `it is at ${found.slice(0, 10)}, which does not contain that. If that is intended, --fix continues from there`;
    return fixable('problem', `no: it was at ${state.main?.slice(0, 10)}, and since ${since} ${now}`);
  },
  async repair({ folder, adapters }) {
    const lock = await takeLock(folder.lock, LIMITS.lockMs);
    try {
      const { journal, ledger } = await adapters();
      const state = await journal.load();
      if (state?.rewritten == null) return 'nothing: main is back by now';
      const { state: next, putBack } = await acceptOrRestoreMain(ledger, state);
      await journal.save(next);
      return putBack !== null
        ? `put main back as it was at ${putBack.slice(0, 10)}`
        : 'took main as it is now; the next coord sync continues from there';
    } finally {
      await lock.release();
    }
  },
};
