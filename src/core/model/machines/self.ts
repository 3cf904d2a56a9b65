// What this machine knows of itself from local files only: nothing in a repo can change it (O10).
import type { WorkKind } from '../orders/order.ts';
import type { LocalService } from './local-service.ts';
import type { AgentBudget } from './spending.ts';
import type { Usage } from './usage.ts';
import type { Wakeable } from './waking.ts';

export interface Policy {
  /** Kinds of work that may run here. Empty after a join (O10). */
  readonly allow: readonly WorkKind[];
  /** Folders that a run's working folder must lie in, absolute. */
  readonly folders: readonly string[];
  /** Variables that an order may set though they change which code runs (PATH, LD_PRELOAD …). Others it may set anyway. */
  readonly env: readonly string[];
  /** Runs at once. */
  readonly slots: number;
  /** An order's own time-out is cut to this. */
  readonly timeoutMsMax: number;
  /** O21: what runs of agents may cost here together; absent = no limit. */
  readonly budget?: AgentBudget;
}

/** A feature adds what it knows of this machine (`declare module`), and hands it in by `Feature.self`. */
export interface Self {
  readonly machine: number;
  readonly name: string;
  /** UUID of the computer. */
  readonly computer: string;
  readonly tags: readonly string[];
  readonly tools: readonly string[];
  readonly policy: Policy;
  /** The local services, as they are now. */
  readonly services: readonly LocalService[];
  /** Its owner allows that it is woken, and that it wakes others (W1); absent = not. */
  readonly wake?: Wakeable;
  /** How often cron or a like program calls it, in milliseconds, as it was installed here; absent = not known. */
  readonly everyMs?: number;
  /** H4: now; absent = not measured. */
  readonly usage?: Usage;
  /** Of coord. */
  readonly version: string;
}
