// What a feature adds to the pure part of a cycle; features/cycle.ts lists them. The kernel keeps what they return and never looks into it.
import type { JournalState } from '../model/ledger/journal.ts';
import type { MoreSaid, MoreViews } from '../model/ledger/snapshot.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Self } from '../model/machines/self.ts';
import type { MailIntention } from '../model/messages/mail.ts';
import type { StatusDocument } from '../model/status/status.ts';

export interface CycleRules {
  /** What was recorded here comes into the journal: the same state where nothing is new, and the ids of what is in it now. */
  readonly record?: (state: JournalState, recorded: readonly MailIntention[]) => Taken;
  /** What this machine says of itself besides. `shown`: what the ledger shows; it is not asked once the machine has left. */
  readonly own?: (self: Self, state: JournalState, shown: MachineDocument | undefined) => Partial<MachineDocument>;
  /** What of that can wait for the next push, as it is said after one that lacks it. */
  readonly later?: (
    own: MachineDocument,
    shown: MachineDocument,
  ) => { readonly [Name in keyof MachineDocument]?: MachineDocument[Name] | undefined };
  /** How a person brings back a machine that is offline; undefined = as any other. */
  readonly back?: (machine: number, document: MachineDocument | undefined) => string | undefined;
  /** What is kept of an earlier folder of the same machine (I2, R3). Said again, it changes nothing. */
  readonly takeOver?: (state: JournalState, earlier: Partial<MoreSaid>) => Partial<JournalState>;
  /** What STATUS.json says besides. */
  readonly status?: (more: MoreViews) => Partial<StatusDocument>;
}

interface Taken {
  readonly state: JournalState;
  readonly settled: readonly string[];
}
