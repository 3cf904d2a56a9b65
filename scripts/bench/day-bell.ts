// The bell of the simulated day: an honest broker, which hands each ring on after a tenth of a second. Whom a ring concerns, who looks and how
// often is the program's own (B5). Presence and echoes move no git, and are left out.
import { createLookSoon, type LookSoon } from '../../src/features/bell/operations/look-soon.ts';
import { pushedIn } from '../../src/features/bell/operations/ring-after.ts';
import { askedBy } from '../../src/features/bell/rules/hearing.ts';
import { ringOf } from '../../src/features/bell/rules/ring.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import type { VirtualFleet } from './virtual-fleet.ts';

export interface DayBell {
  /** `look`: has the daemon of this machine look now. */
  connect(machine: number, look: () => void): void;
  /** After a sync of this machine. */
  ring(machine: number, said: readonly CycleOutcome[]): void;
}

const ON_THE_WAY_MS = 100;

export function createDayBell({ world, sleep, keep, chance }: VirtualFleet): DayBell {
  const ears = new Map<number, LookSoon>();
  const after = (ms: number, act: () => void) => {
    let isWanted = true;
    keep(sleep(ms).then(() => void (isWanted && act())));
    return () => {
      isWanted = false;
    };
  };
  return {
    connect: (machine, look) => void ears.set(machine, createLookSoon(look, chance, { nowMs: world.now, after })),
    ring(from, said) {
      const ring = ringOf(said.flatMap(pushedIn));
      if (ring === null) return;
      after(ON_THE_WAY_MS, () => {
        for (const [machine, looking] of ears) {
          const asked = askedBy({ kind: 'ring', machine: from, value: ring }, machine, () => false);
          if (asked?.kind === 'ring' && asked.rung > 0) looking.call(asked.rung);
        }
      });
    },
  };
}
