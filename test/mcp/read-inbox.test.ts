// M1: an agent that takes its inbox misses no message, whatever fails after the messages were chosen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Call } from '../../src/mcp/tool-answers.ts';
import { createToolHandlers, type ToolDeps } from '../../src/mcp/tool-handlers.ts';
import { sendTo } from '../../src/operations/messages/send.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

const call: Call = { signal: new AbortController().signal, progress: () => {} };
let pc: Home;
let mac: Home;

beforeAll(async () => {
  pc = await createHome();
  mac = await createHome({ url: join(pc.folder.state, 'hub.git'), name: 'mac' });
  mkdirSync(pc.world.home, { recursive: true });
  writeFileSync(join(pc.world.home, 'policy.yaml'), JSON.stringify({ fleets: { [pc.folder.root]: { mcp: { send: true } } } }));
});
afterAll(() => [pc, mac].forEach(endHome));

const arrives = async (body: string) => {
  await sendTo(mac.world, mac.folder, { to: '1', from: null, body, priority: 'normal', keep: false });
  await sync(pc.world, pc.folder);
};
const handlers = (world: Partial<ToolDeps['world']>) =>
  createToolHandlers({ world: { ...pc.world, ...world }, folder: () => pc.folder, log: () => {} });
const failsOnce = (): (() => undefined) => {
  let isOver = false;
  return () => {
    if (isOver) return undefined;
    isOver = true;
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
  };
};

test('M1: a call that could not record what it takes gives nothing; the next one gives it', async () => {
  await arrives('kept');
  const fails = failsOnce();
  const random = { ...pc.world.random, uuid: () => fails() ?? pc.world.random.uuid() };
  const agent = handlers({ random });
  expect(await agent.call('read_inbox', { take: true }, call)).toMatchObject({ isError: true });
  expect((await agent.call('read_inbox', { take: true }, call)).text).toContain('| kept');
});

test('M1: a sync that fails after it was recorded keeps no message from who took it', async () => {
  await arrives('recorded');
  let fails = () => {};
  const agent = handlers({
    step: (name) => {
      if (name === 'take-recorded') fails = failsOnce();
    },
    open: (...where) => {
      fails();
      return pc.world.open(...where);
    },
  });
  const answer = await agent.call('read_inbox', { take: true }, call);
  expect(answer.text).toContain('| recorded');
  expect(answer.structured).toMatchObject({ landed: false, trouble: 'ENOSPC' });
});
