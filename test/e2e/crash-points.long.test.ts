// kill -9 at every named point before and after each step of cycle, journal, runner and watchdog, over a real bare repo: orders for
// one machine and shared ones, with one attempt and with three, and a second machine that syncs at the same time. Whoever ran is
// counted by the runs themselves. Two points with `npm test`; `npm run crash-points` plays them all, each time they are passed, and
// waits until no claim stays (O2a).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ELSEWHERE, OF_WATCHDOG, stepsInSource } from './crash-steps.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const ALL = process.env.CRASH_POINTS === 'all';
/** A sync with a claim passes most points so often, or less. */
const TIMES_MAX = ALL ? 3 : 1;
const FEW = ['claim-confirmed', 'watchdog-spawned'];

const points = () => stepsInSource().filter((name) => (ALL ? !ELSEWHERE.includes(name) : FEW.includes(name)));

/** `order generation.attempt` of every run, outside all that coord knows. */
function told(fleet: Fleet): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').sort() : [];
}

const claims = (fleet: Fleet) => fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/claims').trim();

/** One of each kind. */
function fourOrders(fleet: Fleet, name: string): { id: string; attempts: number }[] {
  const run = `echo "$COORD_ORDER $COORD_GENERATION.$COORD_ATTEMPT" >> ${join(fleet.root, 'told')}`;
  return [1, 3].flatMap((attempts) => [
    { id: `one-${attempts}-${name}`, assign: 1, attempts, run },
    // In order of preference: the second machine waits 15 s for the first.
    { id: `any-${attempts}-${name}`, assign: ['mac', 'pc'], attempts, run },
  ]);
}

async function untilEnded(fleet: Fleet, machines: readonly TestMachine[], ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const done = await Promise.all(machines.map((machine) => machine.coord(['sync'])));
    for (const { code, stderr } of done) expect([0, 4], stderr).toContain(code);
    const { orders } = fleet.status();
    if (ids.every((id) => ['COMPLETED', 'FAILED'].includes(orders[id]?.state ?? ''))) return;
    if (performance.now() > deadline) throw new Error(`no end: ${JSON.stringify(ids.map((id) => [id, orders[id]]))}`);
    await delay(100);
  }
}

test('S1, S3, S4, C2 killed at each point: every order ran as often as its rules allow, and is reported', {
  timeout: 3_600_000,
}, async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  // Beats, on which the last deletions ride.
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  const orders: { id: string; attempts: number }[] = [];
  const reached = new Map<string, number>();
  for (const name of points()) {
    for (let times = 1; times <= TIMES_MAX; times += 1) {
      const ofWatchdog = OF_WATCHDOG.includes(name);
      const fresh = fourOrders(fleet, `${name}-${times}`);
      orders.push(...fresh);
      fleet.person().order(orders);
      // Some are only passed when something of the last sync is left to do.
      let wasKilled = false;
      for (let sync = 1; sync <= 2 && !wasKilled; sync += 1) {
        const { code, stderr } = await mac.coord(['sync'], { env: { COORD_CRASH_AT: `${name}:${times}` } });
        if (code !== null) expect(code, stderr).toBe(0);
        wasKilled = code === null;
      }
      const ids = fresh.map(({ id }) => id);
      await untilEnded(fleet, [mac, pc], ids);
      const seen = fleet.status().orders;
      if (ofWatchdog) wasKilled = ids.some((id) => seen[id]?.state === 'FAILED' || seen[id]?.attempt !== 1);
      for (const { id, attempts } of fresh) {
        const runs = told(fleet).filter((line) => line.startsWith(`${id} `));
        // Each attempt once at most, and a run that nobody cut off exactly once.
        expect(runs, id).toEqual([...new Set(runs)]);
        expect(runs.length, id).toBeLessThanOrEqual(ofWatchdog ? attempts : 1);
        if (!ofWatchdog) expect(runs, id).toEqual([`${id} 1.1`]);
        const isFailed = ofWatchdog && attempts === 1 && seen[id]?.state === 'FAILED';
        if (isFailed) expect(seen[id], id).toMatchObject({ reason: 'interrupted', attempt: 1 });
        else expect(seen[id], id).toMatchObject({ state: 'COMPLETED', ...(ofWatchdog ? {} : { attempt: 1 }) });
      }
      // Whoever is not passed so often has been played before.
      if (wasKilled) reached.set(name, times);
      else if (!ofWatchdog || times > 1) break;
    }
  }
  // A watchdog is killed with its record written: nobody can tell, and nothing is to be told.
  const missed = points().filter((name) => !reached.has(name) && name !== 'exit-recorded' && name !== 'spec-read');
  expect(missed).toEqual([]);
  // O2a, where there is time for it: a deletion may wait for the next beat.
  for (let left = 40; ALL && claims(fleet) !== '' && left > 0; left -= 1) {
    await delay(500);
    await Promise.all([mac.coord(['sync']), pc.coord(['sync'])]);
  }
  if (ALL) expect(claims(fleet)).toBe('');
  expect([...mac.processes(), ...pc.processes()]).toEqual([]);
  const kills = [...reached.values()].reduce((sum, times) => sum + times, 0);
  if (ALL) console.log(`${reached.size} points, ${kills} kills, ${orders.length} orders: ${JSON.stringify([...reached])}`);
});
