// The simulation as a program: node main.js '{"seeds":100,"seed":1,"commit":"…"}'. Prints figures, and on a violation what leads
// to it and how to see it again.
import { unjudged } from './judgements.ts';
import { runSchedule, SCHEDULES } from './schedules.ts';
import { type Simulated, simulate } from './simulate.ts';
import { NoStory } from './story.ts';

interface Asked {
  readonly seeds: number;
  readonly seed: number;
  readonly commit: string;
  readonly events: number;
  /** Ends at the first violation. */
  readonly first: boolean;
  /** The hand-made ones before the seeds. */
  readonly schedules: boolean;
}

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const began = Date.now();
const total = new Map<string, number>();
const failed: Simulated[] = [];
/** Hand-made histories that did not come to what they are about. */
const untold: string[] = [];
let seeds = 0;
const enough = () => failed.length >= (asked.first ? 1 : 20);
for (const name of asked.schedules ? Object.keys(SCHEDULES) : []) {
  if (enough()) break;
  const simulated = await runSchedule(name).catch((error: unknown) => {
    if (!(error instanceof NoStory)) throw error;
    untold.push(`${name}: ${error.message}`);
    return null;
  });
  if (simulated === null || simulated.violations.length === 0) continue;
  failed.push(simulated);
  report(simulated, `schedule ${name}`);
}
for (let seed = asked.seed; seed < asked.seed + asked.seeds && !enough(); seed += 1) {
  const simulated = await simulate(seed);
  seeds += 1;
  for (const [what, times] of simulated.counts) total.set(what, (total.get(what) ?? 0) + times);
  if (simulated.violations.length > 0) {
    failed.push(simulated);
    report(simulated, `seed ${seed}`);
  }
  if (seeds % 5_000 === 0) console.log(`${seeds} seeds, ${Math.round((Date.now() - began) / 1000)} s`);
}
figures();
for (const line of untold) console.log(`UNTOLD ${line}`);
const silent = unjudged(total, seeds);
for (const line of silent) console.log(`UNJUDGED ${line} in ${seeds} seeds`);
process.exitCode = failed.length + untold.length + silent.length === 0 ? 0 : 1;

function report({ seed, events, violations }: Simulated, name: string): void {
  console.log(`${name} at ${asked.commit}`);
  for (const line of asked.events === 0 ? [] : events.slice(-asked.events)) console.log(`  ${line}`);
  for (const { clause, text } of violations.slice(0, 5)) console.log(`  VIOLATED ${clause}: ${text}`);
  if (seed > 0) console.log(`  again: npm run sim -- --seed ${seed} --seeds 1`);
}

function figures(): void {
  const seconds = (Date.now() - began) / 1000;
  const cpuMs = process.cpuUsage().user / 1000;
  console.log(`seeds ${seeds}, ${seconds.toFixed(1)} s, ${(cpuMs / seeds).toFixed(1)} ms of processor time a seed`);
  for (const [what, times] of [...total].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${what}: ${times}`);
  console.log(`violations: ${failed.length}`);
}
