// What a machine says of its key (T1). Pure.
import type { CycleRules } from '../../../core/cycle/cycle-rules.ts';

declare module '../../../core/model/machines/self.ts' {
  interface Self {
    /** Public, in one line of OpenSSH; absent = this machine has none. */
    readonly key?: string;
  }
}

declare module '../../../core/model/machines/machine.ts' {
  interface MachineDocument {
    /** T1: what its lane is signed with. Nothing is believed by it: the trust of the fleet says whose key is whose. */
    readonly key?: string;
  }
}

export const trustRules: CycleRules = { own: ({ key }) => (key === undefined ? {} : { key }) };
