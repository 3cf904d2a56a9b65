// coord inbox --wait: a script that goes on once somebody writes.
import { afterAll, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterAll(endFleets);

test('H3 who waits for a message sees it without a daemon, takes it once, and gives up in time', async () => {
  const [mac, pc] = (await createFleet().joined('mac', 'pc')) as [TestMachine, TestMachine];
  const waiting = pc.coord(['inbox', '--wait', '--take']);
  await mac.ok('send', 'pc', 'The GPU is free');
  expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('The GPU is free') });
  const late = await pc.coord(['inbox', '--wait', '--timeout', '2s']);
  expect(late).toMatchObject({ code: 124, stdout: '', stderr: expect.stringContaining('no message came in time') });
  await mac.ok('send', 'pc', 'Another');
  await pc.ok('sync');
  // What is there already is shown at once, and stays unread without --take.
  for (let times = 0; times < 2; times += 1) expect(await pc.ok('inbox', '--wait')).toContain('Another');
  expect(await pc.coord(['inbox', '--timeout', '2s'])).toMatchObject({ code: 2 });
  expect(await pc.coord(['inbox', '--wait', '--timeout', 'soon'])).toMatchObject({ code: 2 });
});
