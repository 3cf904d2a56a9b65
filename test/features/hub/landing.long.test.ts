// How often a hub syncs for its guests: reports alone seldom, acts soon, and one sync for all that wait.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLanding } from '../../../src/features/hub/server/landing.ts';
import { createHome, endHome, type Home } from '../../server/house.ts';

let home: Home;
let syncs = 0;

beforeAll(async () => {
  home = await createHome();
  const { step } = home.world;
  Object.assign(home.world, {
    step(name: string) {
      if (name === 'cycles-done') syncs += 1;
      step(name);
    },
  });
});

afterAll(() => endHome(home));

test('an act sends the reports that wait: one sync for all, and each is answered after it', async () => {
  const landing = createLanding(home.world, home.folder);
  for (let at = 0; at < 3; at += 1) expect(await landing.land('report')).toEqual({ landed: true, trouble: null });
  expect(syncs).toBe(3);
  const reports = Array.from({ length: 17 }, () => landing.land('report'));
  expect(await landing.land('act')).toEqual({ landed: true, trouble: null });
  for (const landed of await Promise.all(reports)) expect(landed.landed).toBe(true);
  expect(syncs).toBe(4);
  await landing.end();
});

test('reports alone wait for their turn, and one sync is for all of them', async () => {
  const landing = createLanding(home.world, home.folder);
  for (let at = 0; at < 3; at += 1) await landing.land('report');
  syncs = 0;
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 10 }, () => landing.land('report')));
  expect(performance.now() - startedMs).toBeGreaterThan(5_000);
  expect(syncs).toBe(1);
  await landing.end();
});

test('acts without a rest are a push in five seconds, and a look comes before them', async () => {
  const landing = createLanding(home.world, home.folder);
  // Until one has waited for its turn, however long syncs take here.
  for (let tookMs = 0; tookMs < 3_000; ) {
    const beganMs = performance.now();
    await landing.land('act');
    tookMs = performance.now() - beganMs;
  }
  syncs = 0;
  const acts = Promise.all(Array.from({ length: 10 }, () => landing.land('act')));
  const startedMs = performance.now();
  expect(await landing.land('look')).toEqual({ landed: true, trouble: null });
  expect(performance.now() - startedMs).toBeLessThan(4_500);
  await acts;
  await landing.land('act');
  expect(performance.now() - startedMs).toBeGreaterThan(2_000);
  expect(syncs).toBe(2);
  await landing.end();
});
