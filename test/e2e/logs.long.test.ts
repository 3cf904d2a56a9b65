// coord logs of an order that ran several times: the newest run that has output, and which one that is.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';

afterEach(endFleets);

const two = async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  return { fleet, mac, pc };
};

const FIRST = /^generation 1, attempt 1, on 1: FAILED, (?:.* ago|just now)\n$/;

test('O9 a run that put out nothing hides no earlier output, and whose output is shown is said', async () => {
  const { mac, pc } = await two();
  await mac.ok('order', 'add', 'b', '--for', 'mac', '--', 'test -e flag && exit 3; touch flag; echo first output; exit 1');
  await mac.ok('sync', '--wait');
  expect(await mac.here(['logs', 'b'])).toMatchObject({ code: 0, stdout: 'first output\n', stderr: '' });
  await mac.ok('retry', 'b');
  const earlier = { code: 0, stdout: 'first output\n', stderr: expect.stringMatching(FIRST) };
  await mac.ok('sync', '--wait');
  await pc.ok('sync');
  for (const machine of [mac, pc]) expect(await machine.here(['logs', 'b'])).toMatchObject(earlier);
  await mac.ok('order', 'add', 'quiet', '--for', 'mac', '--', 'true');
  await mac.ok('sync', '--wait');
  await mac.ok('retry', 'quiet');
  await mac.ok('sync', '--wait');
  await pc.ok('sync');
  const none = { code: 0, stdout: '', stderr: 'no output on machine 1\n' };
  for (const machine of [mac, pc]) expect(await machine.here(['logs', 'quiet'])).toMatchObject(none);
});

test('O9 a newer run elsewhere counts before the log of an earlier one here, and -f follows it', async () => {
  const { fleet, mac, pc } = await two();
  const place = (assign: number, generation: number) =>
    fleet.person().order([{ id: 'moves', assign, generation, run: 'echo "said on $COORD_MACHINE"; test -e quiet && exit 1' }]);
  place(1, 1);
  await mac.ok('sync', '--wait');
  place(2, 2);
  await mac.ok('sync');
  const follow = mac.start(['logs', '-f', 'moves']);
  await until('it waits for the second run', () => follow.noted().includes('its output is reported when the run ends'));
  await pc.ok('sync', '--wait');
  expect(await follow.done).toMatchObject({ stdout: 'said on 2\n' });
  expect(await mac.here(['logs', 'moves'])).toMatchObject({ code: 0, stdout: 'said on 2\n', stderr: '' });
  expect(await pc.ok('logs', 'moves')).toBe('said on 2\n');
});
