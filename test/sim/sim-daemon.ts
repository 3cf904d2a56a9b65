// What a daemon keeps in memory between its syncs, as operations/daemon/loop does: its ledger, its pace, and whether it has seen the
// remote itself. Other processes of its machine know nothing of it, and it dies with the process.
import type { Wake } from '../../src/core/presence/pacing.ts';
import type { CycleOptions } from '../../src/machine/cycle.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { createPacer, type Pacer } from '../../src/machine/pace/pacer.ts';
import type { Clock, Ledger, Random } from '../../src/ports.ts';

export interface SimDaemon {
  readonly ledger: Ledger;
  /** `hasEnded`: a run here has ended, and that is why it comes. */
  options(hasEnded: boolean): CycleOptions;
  /** Null = the sync threw. */
  synced(outcome: CycleOutcome | null): void;
}

export interface DaemonAround {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  openLedger(): Ledger;
  nowMs(): number;
}

export function createSimDaemon({ clock, random, openLedger, nowMs }: DaemonAround): SimDaemon {
  const pacer: Pacer = createPacer(clock, random);
  let ledger = openLedger();
  let hasSeen = false;
  let next: Wake & { readonly atMs: number } = { inMs: 0, mayRecall: false, atMs: 0 };
  return {
    get ledger() {
      return ledger;
    },
    options(hasEnded) {
      const isDue = nowMs() >= next.atMs;
      return { dryRun: false, mayRecall: hasSeen && (hasEnded || (isDue && next.mayRecall)), gate: pacer.gate };
    },
    synced(outcome) {
      hasSeen = outcome !== null && outcome.trouble === null;
      const wake = outcome === null ? pacer.failed() : pacer.next({ isWaitedFor: false, isTold: false });
      next = { ...wake, atMs: nowMs() + wake.inMs };
      if (outcome === null) ledger = openLedger();
    },
  };
}
