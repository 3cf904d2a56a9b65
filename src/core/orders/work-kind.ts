// What is known of one kind of work beside its fields: what it needs of a machine, and what its owner has to allow. Everything that decides
// asks the list of them (features/rules.ts), and names no kind. Pure.
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Self } from '../model/machines/self.ts';
import type { AgentRequest } from '../model/orders/agent.ts';
import type { Command, Order, Work } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { Choice, Here } from './program-choice.ts';

export interface WorkKindRules<W extends Work = Work> {
  /** What whoever can push can do where it is allowed, for `coord allow`. */
  readonly can: string;
  /**
   * Variables that its orders may set: any but those that change which code an innocent line runs; those that the owner names, because what
   * runs is a program of the owner's; or none, because no command of the order's runs (where it has a check, those that are named).
   */
  readonly variables: 'most' | 'named' | 'none';
  /** An order that names a spec which is not there waits for it. */
  readonly needsSpec?: true;
  /** Why no machine at all can do it, or null. */
  fault?(work: W, check: Command | null): Because | null;
  /** Those of `taking` that can go on with it, or why none can; absent = all. */
  among?(order: Order, taking: readonly number[], machines: Machines): readonly number[] | Because;
  /** A machine that does not serve it never takes it; absent = every one does. */
  serves?(work: W, document: MachineDocument | undefined): boolean;
  /** Why none of those that fit serves it; null = what is not allowed there says it. */
  noneServes?(order: Order, work: W, where: NoneServes): Because | null;
  /** Why this machine cannot do it, or null. */
  refusal?(work: W, check: Command | null, self: Self): Because | null;
  /** Whether it could begin there now, as that machine said last; absent = yes. */
  couldBegin?(work: W, document: MachineDocument): boolean;
  /** The spec of a run of this machine, with what only the results tell of the runs before it. */
  goesOn?<T extends { readonly agent?: AgentRequest }>(spec: T, order: Order, me: number, machines: Machines): T;
  /** The local service that does it here; absent = it needs none. */
  choose?(work: W, here: Here): Choice;
}

export interface NoneServes {
  /** Machines that the order is meant for. */
  readonly fit: readonly number[];
  readonly machines: Machines;
  /** Somewhere it is allowed, with all that goes with it. */
  readonly isAllowed: boolean;
  /** Somewhere the kind alone is. */
  readonly isKindAllowed: boolean;
}
