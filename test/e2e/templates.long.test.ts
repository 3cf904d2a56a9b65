// Templates of fleet.yaml on real processes and a real hub, from the command line: placed, approved, changed in the middle, tried again.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';
import { two } from './two.ts';

afterEach(endFleets);

const FLEET = (review: string) => `templates:
  feature:
    types: [feature]
    with: { name: null, level: 1 }
    steps:
      - { id: implement, assign: mac, run: 'printf %s "$COORD_WITH_NAME" > made; echo level=$COORD_WITH_LEVEL >> "$COORD_OUTPUT"' }
      - { id: review, assign: pc, run: '${review}', approval: true, title: "Review of {{name}}" }
      - { id: ship, assign: mac, run: 'test -e fixed || touch tried; echo "$COORD_FROM_REVIEW_BY" > shipped' }
`;
const NASTY = `x"; touch hacked; $(touch hacked) \`touch hacked\` '; touch hacked #`;

test('O20 a template over two machines, changed in the middle; a value is never a command', async () => {
  const { fleet, mac, pc } = await two();
  const old = FLEET('echo by=old >> "$COORD_OUTPUT"');
  fleet.person().push({ 'coordination/fleet.yaml': old });
  const placed = await mac.ok('order', 'add', 'login', '--use', 'feature', '--with', `name=${NASTY}`, '--with', 'level=2');
  expect(placed).toContain('login');
  const [entry] = JSON.parse(fleet.board('ORDERS.json')).orders;
  expect(entry).toMatchObject({ id: 'login', use: 'feature', with: { name: NASTY, level: '2' } });
  await mac.ok('sync', '--wait');
  expect(mac.read('made')).toBe(NASTY);
  expect(existsSync(join(mac.home, 'hacked'))).toBe(false);
  expect(fleet.status().orders).toMatchObject({
    login: { state: 'BLOCKED', steps: ['login.implement', 'login.review', 'login.ship'], at: 'login.review', use: 'feature' },
    'login.implement': { state: 'COMPLETED', outputs: { level: '2' } },
    'login.review': { state: 'BLOCKED', approval: 'awaited', title: `Review of ${NASTY}` },
  });
  expect(await mac.ok('order', 'show', 'login')).toMatch(/^template: +feature$/m);

  // What waits for approval was seen as the order began with it: the template's new words are not what is approved, nor what runs.
  fleet
    .person()
    .push({ 'coordination/fleet.yaml': FLEET('touch wrong; echo by=new >> "$COORD_OUTPUT"').replace('level: 1', 'level: 9') });
  expect(await mac.ok('approve', 'login')).toContain('approved login');
  const [approved] = JSON.parse(fleet.board('ORDERS.json')).orders;
  expect(approved.said).toEqual([{ id: 'review', approved: expect.stringMatching(/^[a-z0-9]+$/) }]);
  expect(await pc.ok('sync', '--wait')).toContain('finished login.review');
  expect(await mac.ok('sync', '--wait')).toContain('finished login.ship');
  expect(mac.read('shipped')).toBe('old\n');
  expect(existsSync(join(pc.home, 'wrong'))).toBe(false);
  expect(fleet.status().orders.login).toMatchObject({ state: 'COMPLETED' });

  // All of it again takes the template as it is now, and is asked about again.
  expect(await mac.ok('retry', 'login')).toContain('generation 2');
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({
    'login.implement': { generation: 2, state: 'COMPLETED', outputs: { level: '2' } },
    'login.review': { state: 'BLOCKED', approval: 'awaited', reason: expect.stringContaining('changed after it was approved') },
  });
  await mac.ok('approve', 'login.review');
  await pc.ok('sync', '--wait');
  expect(existsSync(join(pc.home, 'wrong'))).toBe(true);
  await mac.ok('sync', '--wait');
  expect(mac.read('shipped')).toBe('new\n');
  await mac.ok('order', 'clean', '--older-than', '0s', '--yes');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([]);
});

test('O4a an approval that is on its way while the values change lands on nothing', async () => {
  const { fleet, mac } = await two();
  fleet.person().push({ 'coordination/fleet.yaml': FLEET('true') });
  const login = (name: string) => ({ id: 'login', type: 'feature', with: { name } });
  fleet.person().order([login('one')]);
  await mac.ok('sync');
  fleet.away(true);
  await mac.ok('approve', 'login.review');
  fleet.away(false);
  fleet.person().order([login('two')]);
  const said = await mac.here(['sync']);
  expect(`${said.stdout}${said.stderr}`).toContain('was changed since you saw it');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([login('two')]);
});

test('O7 everyone counts and one adds it all up: COORD_RESULTS has each machine and each step', async () => {
  const fleet = createFleet();
  const machines = await fleet.joined('mac', 'pc', 'box');
  const [mac] = machines;
  fleet.person().push({
    'coordination/fleet.yaml': `templates:
  survey:
    types: [survey]
    steps:
      - { id: count, assign: all, run: 'echo n=$((COORD_MACHINE * 100)) >> "$COORD_OUTPUT"' }
      - { id: more, assign: pc, run: 'echo n=11 >> "$COORD_OUTPUT"; echo "words=two words" >> "$COORD_OUTPUT"' }
      - id: sum
        assign: mac
        run: |
          cd "$COORD_RESULTS" && ls -d */* > "$HOME/seen" && cat more/2/words >> "$HOME/seen"
          echo "sum=$(cat */*/n | paste -sd+ - | tr -d '\\n' | xargs -I{} sh -c 'echo $(({}))')" >> "$COORD_OUTPUT"
`,
  });
  fleet.person().order([{ id: 'q', type: 'survey' }]);
  for (const machine of [...machines, ...machines, ...machines]) await machine.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ q: { state: 'COMPLETED', outputs: { sum: '611' } } });
  expect(mac?.read('seen')).toBe('count/1\ncount/2\ncount/3\nmore/2\ntwo words\n');
});

test('O20 what no template does is refused on the spot, by the templates of now', async () => {
  const { fleet, mac } = await two();
  const refusal = async (...args: string[]) => {
    const { code, stderr } = await mac.here(['order', 'add', 'login', ...args]);
    return { code, stderr: stderr.split('\n')[0] };
  };
  expect(await refusal('--type', 'feature')).toEqual({
    code: 2,
    stderr: expect.stringContaining('or a template in fleet.yaml for its type, found none of them'),
  });
  // Nobody here has looked since.
  fleet.person().push({ 'coordination/fleet.yaml': FLEET('true') });
  expect(await refusal('--use', 'featur', '--with', 'name=a')).toEqual({
    code: 2,
    stderr: expect.stringContaining('did you mean "feature"?'),
  });
  expect(await refusal('--type', 'feature')).toEqual({ code: 2, stderr: expect.stringMatching(/"name"|name/) });
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([]);
  expect(await mac.ok('order', 'add', 'login', '--type', 'feature', '--with', 'name=a')).toContain('login');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([{ id: 'login', type: 'feature', with: { name: 'a' } }]);
});
