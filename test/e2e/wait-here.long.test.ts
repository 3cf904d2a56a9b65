// Commands that wait where no daemon runs go on when something happens here, and not only when they would look anyway.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';

afterEach(endFleets);

async function onePc() {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  return { fleet, pc };
}

test('C8 sync --wait begins the next attempt when its pause is over, while another run goes on', async () => {
  const { fleet, pc } = await onePc();
  fleet.person().order([
    { id: 'again', assign: 1, attempts: 2, run: 'echo x >> tries; [ $(wc -l < tries) = 2 ]' },
    // The pause is 6 s at most; a look at the remote comes after 15 s.
    { id: 'beside', assign: 1, timeout: '14s', run: 'until [ "$(wc -l < tries)" = 2 ]; do sleep 0.1; done' },
  ]);
  writeFileSync(join(pc.coordHome, 'policy.yaml'), `fleets:\n  ${pc.folder}: { allow: [shell], slots: 2, secrets: [] }\n`);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ again: { state: 'COMPLETED', attempt: 2 }, beside: { state: 'COMPLETED' } });
});

test('H3 wait without a daemon sees that a run here has ended when it ends', async () => {
  const { fleet, pc } = await onePc();
  fleet.person().order([{ id: 'job', assign: 1, run: 'until [ -e go ]; do sleep 0.1; done' }]);
  const waiting = pc.start(['wait', 'job']);
  // Each look leaves its mark; after the seventh the pause is 12 s at least.
  const mark = join(pc.folder, '.coord', 'waited');
  const looks = new Set<number>();
  const looked = () => existsSync(mark) && looks.add(statSync(mark).mtimeMs).size === 7;
  await until('it looks seldom', looked, 90_000);
  await until('and has looked', () => fleet.status().orders.job?.state === 'IN_PROGRESS');
  writeFileSync(join(pc.home, 'go'), '');
  const beganMs = performance.now();
  expect(await waiting.done).toMatchObject({ code: 0 });
  expect(performance.now() - beganMs).toBeLessThan(8_000);
});
