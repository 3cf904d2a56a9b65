// What a daemon keeps in memory between its syncs, as operations/daemon/loop does: its ledger, its pace, whether it has seen the remote
// itself, and its connection to the bell. Other processes of its machine know nothing of it, and it dies with the process.
import type { Wake } from '../../src/core/presence/pacing.ts';
import type { CycleOptions } from '../../src/machine/cycle.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { createPacer, type Pacer } from '../../src/machine/pace/pacer.ts';
import { isUnheard, mayRestOnView, untoldLookMs } from '../../src/operations/daemon/wakes.ts';
import type { Clock, Ledger, Random } from '../../src/ports.ts';
import type { BellPart } from './sim-bell.ts';

export interface SimDaemon {
  readonly ledger: Ledger;
  /** Null = its fleet has none. */
  readonly bell: BellPart | null;
  /** It was told of news, and has not looked since. */
  isRung(): boolean;
  /** True time of its next sync, if nothing makes it look sooner. */
  dueMs(): number;
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
  /** `look`: has this daemon look soon. */
  connect(look: () => void): BellPart | null;
}

export function createSimDaemon({ clock, random, openLedger, nowMs, connect }: DaemonAround): SimDaemon {
  const pacer: Pacer = createPacer(clock, random);
  let ledger = openLedger();
  let hasSeen = false;
  let isFailing = false;
  let isRung = false;
  /** The look to come is as late as for one that is told of news. */
  let isLate = false;
  let next: Wake & { readonly atMs: number } = { inMs: 0, mayRecall: false, atMs: 0 };
  const bell = connect(() => {
    isRung = true;
  });
  const isTold = () => bell?.isTold() ?? false;
  const daemon: SimDaemon = {
    bell,
    get ledger() {
      return ledger;
    },
    isRung() {
      isRung &&= !isUnheard('told', isFailing);
      return isRung;
    },
    dueMs() {
      if (!isLate || isTold()) return next.atMs;
      isLate = false;
      const atMs = nowMs() + untoldLookMs(random.fraction);
      if (atMs < next.atMs) next = { inMs: 0, mayRecall: false, atMs };
      return next.atMs;
    },
    options(hasEnded) {
      const why = daemon.isRung() ? 'told' : hasEnded ? 'run' : nowMs() >= daemon.dueMs() ? 'look' : 'asked';
      isRung = false;
      return { dryRun: false, mayRecall: hasSeen && mayRestOnView(why, next.mayRecall, () => false), gate: pacer.gate };
    },
    synced(outcome) {
      hasSeen = outcome !== null && outcome.trouble === null;
      isFailing = !hasSeen;
      isLate = isTold();
      const wake = outcome === null ? pacer.failed() : pacer.next({ isWaitedFor: false, isTold: isLate });
      next = { ...wake, atMs: nowMs() + wake.inMs };
      if (outcome === null) ledger = openLedger();
    },
  };
  return daemon;
}
