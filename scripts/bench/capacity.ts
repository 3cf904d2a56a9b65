// A large fleet: what one machine's whole cycle costs up to the push, on generated documents in memory.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MACHINES, MESSAGES, makeFleet, ORDERS } from './capacity-fleet.ts';
import { median, ms } from './numbers.ts';
import type { Bench } from './row.ts';

const run = promisify(execFile);
const COLD_MS_MAX = 300;
const WARM_MS_MAX = 20;

/** Milliseconds of one cycle by its parts. */
export interface CycleTimes {
  readonly parse: number;
  readonly decide: number;
  readonly derive: number;
}

/** What one process measured. */
export interface CapacityAnswer {
  readonly cold: CycleTimes;
  readonly warm: readonly CycleTimes[];
  /** Nothing new at all. */
  readonly still: readonly CycleTimes[];
  /** JSON.parse of ORDERS.json and all results. */
  readonly jsonParse: number;
}

export const capacity: Bench = {
  name: 'capacity',
  async rows({ scratch, quick }) {
    const folder = join(scratch, 'capacity');
    mkdirSync(folder);
    const fleet = join(folder, 'fleet.json');
    writeFileSync(fleet, JSON.stringify(makeFleet()));
    const answers: CapacityAnswer[] = [];
    for (let turn = 0; turn < (quick ? 3 : 7); turn += 1) {
      const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'capacity-cycles.js'), fleet]);
      answers.push(JSON.parse(stdout) as CapacityAnswer);
    }
    const cold = medians(answers.map((answer) => answer.cold));
    const warm = medians(answers.flatMap((answer) => answer.warm));
    const still = medians(answers.flatMap((answer) => answer.still));
    return [
      {
        what: `${MACHINES} machines, ${ORDERS} orders, ${MESSAGES} messages: parse, decide, derive and fold`,
        measured: `cold ${words(cold)}; warm, one has reported: ${words(warm)}; nothing new: ${ms(still.all)}`,
        atMost: `cold ${COLD_MS_MAX} ms, warm ${WARM_MS_MAX} ms`,
        beside: `\`JSON.parse\` of ORDERS.json and all results: ${ms(median(answers.map((answer) => answer.jsonParse)))}`,
        isOk: cold.all <= COLD_MS_MAX && warm.all <= WARM_MS_MAX,
      },
    ];
  },
};

function medians(cycles: readonly CycleTimes[]) {
  const of = (part: (cycle: CycleTimes) => number) => median(cycles.map(part));
  return {
    all: of((cycle) => cycle.parse + cycle.decide + cycle.derive),
    parse: of((cycle) => cycle.parse),
    decide: of((cycle) => cycle.decide),
    derive: of((cycle) => cycle.derive),
  };
}

function words({ all, parse, decide, derive }: ReturnType<typeof medians>): string {
  return `${ms(all)} (parse ${ms(parse)}, decide ${ms(decide)}, derive and fold ${ms(derive)})`;
}
