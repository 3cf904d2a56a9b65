// Checks the trust of the fleet on this machine: whether signatures are demanded, and whether what they rest on can be read, the pin and what is kept beside it.
import { CoordError } from '../../../errors.ts';
import { type CheckedPlace, type CheckOf, ok, problem, warning } from '../../../operations/doctor/check.ts';
import { readView } from '../../../operations/sync/view.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { rootsOf } from '../documents/trust-document.ts';
import { readCounters } from '../system/lane-counters.ts';
import { readMachineKey } from '../system/machine-key.ts';
import { readNewest } from '../system/newest-signed.ts';
import { readOwnWord } from '../system/own-word.ts';
import { readTaken } from '../system/taken-invitations.ts';
import { readTold } from '../system/told-runs-file.ts';
import { readPin } from '../system/trust-pin.ts';
import { guestsHere } from './invite.ts';

export const trustCheck: CheckOf<CheckedPlace> = {
  id: 'trust',
  title: 'trust',
  async look({ world: { home }, folder }) {
    try {
      const demand = readPolicy(home, folder.root).trust;
      if (demand === undefined) return ok('open: orders need no signature here');
      for (const read of [readTaken, readTold, readNewest, readCounters, readOwnWord]) read(home, folder.root);
      const trust = readPin(home, folder.root);
      if (trust === null)
        return problem('signatures are demanded and nobody is trusted yet, so nothing starts', 'coord trust on');
      const key = readMachineKey(home, folder.root);
      if (key === null) return problem('this machine has no key, so others do not believe what it says', 'coord trust on');
      const { machine } = readIdentity(folder);
      const isGuest = guestsHere({ home }, folder).some((it) => it.machine === machine && it.key === key.line);
      if (trust.machines[machine]?.key !== key.line && !isGuest)
        return warning('this machine is not admitted yet: others do not go by what it says', `coord trust admit ${machine}`);
      const [seen] = readView(folder)?.sync.distrust ?? [];
      if (seen !== undefined) return warning(seen, 'coord trust');
      const said = `signed: version ${trust.version} of the trust`;
      if (rootsOf(trust) > trust.threshold) return ok(said);
      return warning(`${said}; one lost root key ends it`, 'coord trust add <name> <key> --role root,order,approve');
    } catch (error) {
      if (error instanceof CoordError) return problem(error.message, error.hint ?? undefined);
      throw error;
    }
  },
};
