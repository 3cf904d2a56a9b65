// T6, T5: what a process that goes on believes, cycle by cycle, in memory.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { pinPath } from '../../../src/features/trust/system/trust-pin.ts';
import { readInbox } from '../../../src/machine/reading/read-inbox.ts';
import { readSnapshot } from '../../../src/machine/reading/read-snapshot.ts';
import { machineAt } from '../../machine/world.ts';
import { endWorlds, forgeLane, LANE, type SignedWorld, worldOf } from './memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));

test('T6 attack 15: a spec that changed within the minute is seen by a process that goes on', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  one.settings.blocked.set('job', 'for this test');
  fleet.place([{ id: 'job', assign: 1, run: 'true', spec: 'specs/a.md' }], { 'specs/a.md': 'good\n' });
  await one.cycle();
  expect((await fleet.world.status()).orders.job?.reason).toContain('for this test');
  one.settings.blocked.clear();
  fleet.world.person({ 'specs/a.md': 'evil\n' });
  await one.cycle();
  expect(startsOf(fleet)).toEqual([]);
  expect((await fleet.world.status()).orders.job?.reason).toContain('specs/a.md changed after anna signed it');
  fleet.world.person({ 'specs/a.md': 'good\n' });
  await one.cycle();
  expect(startsOf(fleet)).toEqual(['job']);
});

test('T6 what was checked is noted once: a look that shows nothing new writes nothing', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  await one.cycle();
  const path = pinPath(fleet.home(one), fleet.root(one)).replace(/\.json$/, '.orders.json');
  // Each write is another file in its place.
  const noted = statSync(path).ino;
  for (let look = 0; look < 3; look += 1) await one.cycle();
  expect(statSync(path).ino).toBe(noted);
  fleet.world.pass(1_000);
  fleet.place([{ id: 'job', assign: 1, run: 'false' }]);
  await one.cycle();
  expect(statSync(path).ino).not.toBe(noted);
});

const messageOf = (number: number, body: string) => `## ${number} · 2026-11-20T22:00:00.000Z · normal\n${body}\n\n`;

test('T5 a message that somebody wrote into a lane is not delivered, and takes nobody’s number', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  forgeLane(fleet, 2, { 'messages/2_TO_1.md': messageOf(1, 'forged') + messageOf(2, 'forged') });
  await one.cycle();
  const inbox = async () => {
    const trees = await one.machine().ledger.lastSeen();
    if (trees === null) throw new Error('nothing was seen');
    const snapshot = await readSnapshot({ ledger: one.machine().ledger, trees });
    const believed = await one.machine().believer?.believe(snapshot, trees);
    const shown = believed === undefined ? snapshot : { ...snapshot, believed };
    return (await readInbox(one.machine().ledger, one.state(), shown)).map(({ body }) => body.trim());
  };
  expect(await inbox()).toEqual([]);
  expect(one.state().mail.cursors['2']?.delivered ?? 0).toBe(0);
  const recordedAt = '2026-11-20T22:10:00.000Z';
  await two.journal.record({ id: 'm', recordedAt, kind: 'send', to: '1', body: 'honest', priority: 'normal' });
  await two.cycle();
  await one.cycle();
  expect(await inbox()).toEqual(['honest']);
  // Nor did the owner take the forged ones for its own.
  expect(await fleet.world.text('messages/2_TO_1.md', LANE(2))).not.toContain('forged');
});

test('T5 what somebody wrote into its own lane is not taken over by a machine', async () => {
  const fleet = await worldOf(2);
  const two = machineAt(fleet.world, 1);
  const history = 'history/2/2026-11.jsonl';
  const ran = (order: string) => `{"order":"${order}"}\n`;
  // An honest history, which this version carries along without looking.
  const files = fleet.world.hub.filesOf(fleet.world.hub.refs.get(LANE(2)) ?? '');
  expect([...files.keys()].sort()).toEqual(['coordination/COMPUTER_2.md', 'coordination/results/2.json']);
  fleet.place([{ id: 'a', assign: 2, run: 'true' }]);
  await two.cycle();
  forgeLane(fleet, 2, { [history]: ran('forged'), 'messages/2_TO_1.md': messageOf(1, 'forged'), 'handoffs/2.md': 'forged\n' });
  fleet.world.person({
    [history]: ran('forged'),
    'COMPUTER_2.md': ((await fleet.world.text('COMPUTER_2.md')) ?? '').replace(/^seq: \d+$/m, 'seq: 950'),
  });
  await two.cycle();
  fleet.place([
    { id: 'a', assign: 2, run: 'true' },
    { id: 'b', assign: 2, run: 'true' },
  ]);
  await two.cycle();
  const lane = fleet.world.hub.filesOf(fleet.world.hub.refs.get(LANE(2)) ?? '');
  expect([...lane.keys()].sort()).toEqual(['coordination/COMPUTER_2.md', 'coordination/results/2.json']);
  expect(await fleet.world.text('results/2.json', LANE(2))).toMatch(/"a"[\s\S]*"b"/);
  // Where the lane is taken away, and the board says something else, it is put back as it was.
  fleet.world.hub.setRef(LANE(2), null);
  await two.cycle();
  const again = fleet.world.hub.filesOf(fleet.world.hub.refs.get(LANE(2)) ?? '');
  expect([...again.keys()].sort()).toEqual(['coordination/COMPUTER_2.md', 'coordination/results/2.json']);
});

test('T11 where signatures cannot be checked no machine is believed, and its messages wait', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  const pin = pinPath(fleet.home(one), fleet.root(one));
  const kept = readFileSync(pin, 'utf8');
  const recordedAt = '2026-11-20T22:10:00.000Z';
  await two.journal.record({ id: 'm', recordedAt, kind: 'send', to: '1', body: 'hello', priority: 'normal' });
  await two.cycle();
  for (const broken of ['{', null]) {
    if (broken === null) rmSync(pin);
    else writeFileSync(pin, broken);
    await one.cycle();
    expect(one.state().mail.cursors['2']?.delivered ?? 0).toBe(0);
  }
  writeFileSync(pin, kept);
  await one.cycle();
  expect(one.state().mail.cursors['2']?.delivered).toBe(1);
});
