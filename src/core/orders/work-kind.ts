// The rules of one kind of work, beside its fields: what it needs of a machine, and what the owner has to allow. Decisions ask the list of kinds
// (features/rules.ts) and name none themselves. Pure.
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Self } from '../model/machines/self.ts';
import type { AgentRequest } from '../model/orders/agent.ts';
import type { Command, Order, Work } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { Choice, Here } from './service-choice.ts';

export interface WorkKindRules<W extends Work = Work> {
  /** What `coord allow` says of it: what everybody who can push can then do here. */
  readonly can: string;
  /**
   * Variables that its orders may set. `most`: all except those that change which code a harmless line runs. `named`: those that the owner
   * names, because a program of the owner's runs. `none`: none, because no command of the order runs (if it has a check, as `named`).
   */
  readonly variables: 'most' | 'named' | 'none';
  /** Its runs cost money: none begins while the owner's budget is spent (O21). */
  readonly costs?: true;
  /** An order that names a spec which is not there waits for it. */
  readonly needsSpec?: true;
  /** Why no machine at all can do it, or null. */
  fault?(work: W, check: Command | null): Because | null;
  /** The machines among `taking` that can go on with it, or why none can; absent = all. */
  among?(order: Order, taking: readonly number[], machines: Machines): readonly number[] | Because;
  /** False: that machine never takes it. Absent = every machine may. */
  serves?(work: W, document: MachineDocument | undefined): boolean;
  /** Why none of the machines that fit can do it; null = what is not allowed there is the reason. */
  noneServes?(order: Order, work: W, where: NoneServes): Because | null;
  /**
   * All that the four rules above read of an order besides its `assign` and kind of work, as a text: of machines that do not change, orders with the same
   * text are assigned alike. Null = no text tells that, nor where this is absent beside one of them.
   */
  assignedBy?(order: Order, work: W): string | null;
  /** Why this machine cannot do it, or null. */
  refusal?(work: W, check: Command | null, self: Self): Because | null;
  /** Whether it could begin there now, by that machine's last document; absent = yes. */
  couldBegin?(work: W, document: MachineDocument): boolean;
  /** Completes the spec of a run with what the results tell of earlier runs. */
  goesOn?<T extends { readonly agent?: AgentRequest }>(spec: T, order: Order, me: number, machines: Machines): T;
  /** By name, who does it where no command of the order does: it has sessions that a retry can go on in. Absent = nobody. */
  worker?(work: W): string;
  /** Those of them, by name, whose tools an owner can allow one by one (`coord allow tool`). */
  readonly withTools?: readonly string[];
  /** The local service that does it here; absent = it needs none. */
  choose?(work: W, here: Here): Choice;
}

export interface NoneServes {
  /** Machines that the order is meant for. */
  readonly fit: readonly number[];
  readonly machines: Machines;
  /** Some machine allows it, with everything that it needs. */
  readonly isAllowed: boolean;
  /** Some machine allows the kind, if not everything that it needs. */
  readonly isKindAllowed: boolean;
}
