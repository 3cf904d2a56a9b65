// A chain on real processes and a real hub, from the command line: placed, failed, tried again from there, handed on to its end.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from './fleet.ts';
import { two } from './two.ts';

afterEach(endFleets);

test('O13 a chain over two machines: what is said of it is said of the step that it is at', async () => {
  const { fleet, mac, pc } = await two();
  const chain = {
    id: 'login',
    title: 'New login page',
    approval: true,
    timeout: '2m',
    steps: [
      { id: 'concept', assign: 'pc', run: 'echo idea=blue >> "$COORD_OUTPUT"; echo thought' },
      { id: 'design', assign: 'mac', run: 'test -e fixed && echo "file=$COORD_FROM_CONCEPT_IDEA.svg" >> "$COORD_OUTPUT"' },
      { assign: 'pc', run: 'env | grep ^COORD_FROM_ | sort > given; echo url=/login >> "$COORD_OUTPUT"' },
    ],
  };
  fleet.person().order([chain, { id: 'tell', assign: 'mac', after: ['login'], run: 'echo $COORD_FROM_LOGIN_URL > told' }]);
  await mac.ok('sync');
  expect(fleet.status().needsYou).toEqual([
    { code: 'order', order: 'login.concept', why: 'waits for approval; coord approve login.concept' },
  ]);
  expect(await mac.ok('approve', 'login')).toContain('approved login for 2 pc');
  expect(await pc.ok('sync', '--wait')).toContain('finished login.concept');
  expect(await mac.ok('sync', '--wait')).toContain('finished login.design FAILED');
  expect(fleet.status().orders).toMatchObject({
    login: { state: 'FAILED', reason: 'step design, 2 of 3', exitCode: 1, at: 'login.design' },
    tell: { state: 'BLOCKED', reason: 'login failed; coord retry login' },
  });
  const table = await mac.ok('order', 'list');
  expect(table).toMatch(/^login +. FAILED .* step design, 2 of 3/m);
  expect(table).not.toContain('login.concept');
  expect(fleet.board('README.md')).toMatch(/\*\*login\*\* · [^<]*<br>New login page<br>.* step design, 2 of 3/);
  expect(await mac.ok('logs', 'login.concept')).toBe('thought\n');
  const wait = await mac.here(['wait', 'login']);
  expect(wait).toMatchObject({ code: 1, stderr: expect.stringContaining('FAILED') });

  await mac.ok('order', 'set', 'login.3', '--title', 'Build it');
  writeFileSync(join(mac.home, 'fixed'), '');
  // Whoever asks for it again wants it to run, also where it was cancelled after it had failed.
  await mac.ok('cancel', 'login');
  expect(await mac.ok('retry', 'login')).toContain('generation 2');
  await mac.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  expect(pc.read('given')).toBe('COORD_FROM_CONCEPT_IDEA=blue\nCOORD_FROM_DESIGN_FILE=blue.svg\n');
  expect(mac.read('told')).toBe('/login\n');
  expect(await mac.ok('wait', 'login')).toBe('');
  const shown = await mac.ok('order', 'show', 'login');
  expect(shown).toMatch(/^step: +login\.concept · . COMPLETED · on 2$/m);
  expect(shown).toMatch(/^url: +\/login$/m);
  expect(await mac.ok('order', 'show', 'login.3')).toMatch(/^run: +\S.*\n(?:.*\n)*step of: +login$/m);
  const listed = JSON.parse(fleet.board('ORDERS.json')).orders[0];
  expect(listed.steps[1].generation).toBe(2);
  expect(listed.steps[2].title).toBe('Build it');
  expect(fleet.status()).toMatchObject({ summary: { completed: 4, failed: 0 }, needsYou: [] });

  // All of it again, taken back on its way, and once more from there.
  expect(await mac.ok('retry', 'login')).toContain('generation 3');
  expect(await mac.ok('cancel', 'login')).toContain('cancelled login: it will not start');
  expect(fleet.status().orders.login).toMatchObject({ state: 'CANCELLED' });
  expect(await pc.ok('sync')).not.toContain('started');
  await mac.ok('retry', 'login');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders[0]).not.toHaveProperty('cancelled');
  expect(await pc.ok('sync', '--wait')).toContain('finished login.concept');
  const removed = await mac.here(['order', 'remove', 'login.3']);
  expect(removed).toMatchObject({ code: 1, stderr: expect.stringContaining('a step of a chain') });
  await mac.ok('order', 'remove', 'login');
  expect(Object.keys(fleet.status().orders)).toEqual(['tell']);

  await mac.ok('order', 'add', 'quick', '--step', 'mac: echo n=1 >> "$COORD_OUTPUT"', '--step', '1: echo $COORD_FROM_1_N > n');
  await mac.ok('sync', '--wait');
  expect(mac.read('n')).toBe('1\n');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders[1].steps.map((step: { id?: string }) => step.id)).toEqual(['1', '2']);
  const bad = await mac.here(['order', 'add', 'bad', '--step', 'mac: true', '--schedule', '0 3 * * *']);
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('no "schedule" beside "steps"') });
});

test('D5 a word for a step without an id, said offline, never lands on one that got its number since', async () => {
  const { fleet, mac } = await two();
  const ask = (run: string) => ({ assign: 'pc', run, approval: true });
  fleet.person().order([{ id: 'site', steps: [ask('draw'), ask('publish')] }]);
  await mac.ok('sync');
  fleet.away(true);
  await mac.ok('approve', 'site.2');
  fleet.away(false);
  fleet.person().order([{ id: 'site', steps: [ask('draw'), ask('delete'), ask('publish')] }]);
  expect((await mac.here(['sync'])).stderr).toContain('"site.2" is a different step by now');
  expect(fleet.board('ORDERS.json')).not.toContain('approved');
});
