// An emergency, on real processes and a real hub.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

test('M6 urgent messages come first everywhere until they are read, and the emergency until it is over', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.calm('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.away(true);
  const sent = await pc.here(['send', 'mac', 'The disk is failing', '--priority', 'urgent']);
  expect(sent).toMatchObject({ code: 0, stderr: expect.stringContaining('until you end it: coord emergency --over') });
  fleet.away(false);
  await mac.ok('send', 'pc', 'hello');
  await pc.ok('sync');
  expect(await mac.ok('sync')).toMatch(/^\S.* · EMERGENCY on 2 pc: The disk is failing · 1 urgent message: coord inbox/);
  expect(await mac.ok('status')).toMatch(
    /Needs you\n +2 pc +urgent message: The disk is failing; coord inbox\n +2 pc +EMERGENCY since .*coord emergency --over on that machine/,
  );
  expect(await mac.ok('emergency')).toMatch(/2 pc +20\d\d-.* UTC +The disk is failing/);
  expect(fleet.board('README.md')).toMatch(/> \*\*Needs you\*\*\n>\n> - \*\*2 pc\*\*: EMERGENCY/);

  fleet.person().push({ 'coordination/messages/0_TO_2.md': 'first\n\n## At once · urgent\n\nPull the plug.\n' });
  await pc.ok('sync');
  expect(await pc.ok('inbox')).toMatch(/\n\nfrom people · urgent\n {2}\| At once/);
  expect(await pc.ok('status')).toMatch(/Needs you\n +people +urgent message: At once; coord inbox\n/);
  await pc.ok('inbox', '--take');
  expect(await pc.ok('status')).not.toContain('urgent message');

  expect(await pc.ok('emergency', '--over')).toBe('the emergency of 2 pc is over: The disk is failing\n');
  expect(await pc.ok('emergency', '--over')).toBe('2 pc has no emergency\n');
  expect(fleet.status()).toMatchObject({ machines: { 2: { state: 'IDLE' } } });
  await mac.ok('inbox', '--take');
  expect(await mac.ok('sync')).toBe('nothing new\n');
  expect(await mac.ok('emergency')).toBe('no emergency\n');
});

test('M8 who writes urgently to a program of another machine is told of no emergency: there is none', async () => {
  const [mac] = (await createFleet().calm('mac', 'pc')) as [TestMachine, TestMachine];
  for (const words of [
    ['pc/builder', 'Stop'],
    ['pc', '@builder\n\nStop'],
  ])
    expect(await mac.here(['send', ...words, '--priority', 'urgent'])).toMatchObject({ code: 0, stderr: '' });
  expect(await mac.ok('emergency')).toBe('no emergency\n');
});
