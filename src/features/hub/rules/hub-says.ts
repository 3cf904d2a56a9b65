// What a machine that hosts a hub says of its guests and of the hub itself (G1, G3). Pure.
import type { CycleRules } from '../../../core/cycle/cycle-rules.ts';

/** The last status that a guest reported. */
export interface SaidGuest {
  /** ISO 8601 UTC, of the machine that hosts the hub: when it came first. */
  readonly since: string;
  /** One short line. */
  readonly text: string;
}

export interface HubSays {
  /** By id; absent where no guest reported anything. */
  readonly guests?: Readonly<Record<string, SaidGuest>>;
  /** Where clients of the bell connect to; absent where no hub of this machine is meant for others. */
  readonly hub?: string;
}

declare module '../../../core/model/machines/self.ts' {
  interface Self {
    readonly hubSays?: HubSays;
  }
}

declare module '../../../core/model/machines/machine.ts' {
  interface MachineDocument {
    /** G1: the last status of each guest. Written `guest_kitchen: since 2026-… · 21 degrees`. */
    readonly guests?: Readonly<Record<string, SaidGuest>>;
  }
}

export const hubRules: CycleRules = { own: ({ hubSays = {} }) => hubSays };
