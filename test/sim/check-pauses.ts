// P1, P2: a machine that is paused, by its owner or by what it was shown of fleet.yaml, starts nothing and claims nothing. Judged by its
// own clocks, and only where no clock was set and no computer was started anew meanwhile: then the end of a pause is not certain. What
// its own push made of main since its last fetch it knows as well (C4a), unless the answer was lost: it may go by the one or the other.
import type { Instant } from '../../src/core/model/machines/instant.ts';
import type { Computer } from './computer.ts';
import { MAIN } from './sim-hub.ts';
import { judged, type Truth } from './truth.ts';
import { versionOf } from './versions.ts';

export interface PauseChecks {
  /** Its owner paused it, or took that back. */
  onPause(computer: Computer, pause: { readonly at: Instant; readonly forMs: number | null } | null): void;
  /** `what`: `starts …`, `claims …`. */
  mustBeFree(computer: Computer, what: string): void;
}

export function createPauseChecks(truth: Truth): PauseChecks {
  const own = new Map<string, { readonly at: Instant; readonly forMs: number | null; readonly touched: number }>();
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  return {
    onPause(computer, pause) {
      if (pause === null) own.delete(computer.name);
      else own.set(computer.name, { ...pause, touched: computer.clock.touched() });
    },
    mustBeFree(computer, what) {
      const { name, number, clock, shown } = computer;
      const mine = own.get(name);
      if (mine !== undefined) {
        const isCertain = mine.forMs === null || (mine.touched === clock.touched() && clock.leftMs(mine.at, mine.forMs) > 0);
        if (isCertain) violated('P1', `${name} ${what}, and its owner has paused it`);
      }
      const names = ['fleet', String(number), computer.self.name.toLowerCase()];
      const known = [shown.get(MAIN), truth.pushedMain.get(name)?.commit ?? shown.get(MAIN)].map(
        (main) => versionOf(truth, main).paused,
      );
      const words = known.map((paused) => paused.filter(({ who }) => names.includes(who)));
      if (words.flat().length > 0 || mine !== undefined) judged(truth, 'acts beside a pause');
      if (words.every((said) => said.some(({ untilMs }) => untilMs === null || untilMs > clock.highestMs())))
        violated('P2', `${name} ${what}, and was shown that it is paused`);
    },
  };
}
