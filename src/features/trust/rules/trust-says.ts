// What a machine says of its key (T1), and of the invitation that it came by (T4). Pure.
import type { CycleRules } from '../../../core/cycle/cycle-rules.ts';

/** Nothing is believed by what a machine says here: the trust of the fleet says whose key is whose, and whom it invites. */
interface Said {
  /** T1: public, in one line of OpenSSH: what its lane is signed with; absent = it has none. */
  readonly key?: string;
  /** T4: what the secret of an invitation has signed of this machine and its key; absent = it came by none, or is admitted by now. */
  readonly invited?: string;
}

declare module '../../../core/model/machines/self.ts' {
  interface Self extends Said {}
}

declare module '../../../core/model/machines/machine.ts' {
  interface MachineDocument extends Said {}
}

export const trustRules: CycleRules = {
  own: ({ key, invited }) => ({ ...(key === undefined ? {} : { key }), ...(invited === undefined ? {} : { invited }) }),
};
