// The thief as a program: node main.js '{"pushes":10000,"seed":1}'. Prints figures, and what leads to a fault with how to see it again.
import { playThief } from './episode.ts';

interface Asked {
  readonly pushes: number;
  readonly seed: number;
  readonly events: number;
}

/** Of one history. */
const PUSHES = 100;

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
let [pushes, starts, failed] = [0, 0, 0];
const beganMs = performance.now();
for (let seed = asked.seed; pushes < asked.pushes && failed < 5; seed += 1) {
  const episode = await playThief(seed, Math.min(PUSHES, asked.pushes - pushes));
  pushes += episode.pushes;
  starts += episode.starts;
  if (episode.faults.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed}`);
  for (const line of asked.events === 0 ? [] : episode.events.slice(-asked.events)) console.log(`  ${line}`);
  for (const fault of episode.faults) console.log(`  WRONG ${fault}`);
  console.log(`  again: npm run thief -- --seed ${seed} --pushes ${PUSHES}`);
}
console.log(
  `pushes ${pushes}, starts ${starts}, histories with faults ${failed}, ${((performance.now() - beganMs) / 1000).toFixed(0)} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
