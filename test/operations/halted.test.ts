// A machine that pushes nothing sends nothing: every face says of what is recorded there that it waits, and why.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { haltsOf } from '../../src/core/status/halt-words.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { handedOffAnswer } from '../../src/mcp/run-answers.ts';
import { outboxCheck } from '../../src/operations/doctor/state.ts';
import { sendMessage } from '../../src/operations/messages/send.ts';
import { placeOrder } from '../../src/operations/orders/place-order.ts';
import { said, sentTo } from '../../src/operations/sync/reply-words.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

const homes: Home[] = [];
const roots: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) endHome(home);
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const ME = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];

function hubOf(): { readonly url: string; commit(text: string): void } {
  const root = mkdtempSync(join(tmpdir(), 'coord-halted-'));
  roots.push(root);
  const url = join(root, 'hub.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', url]);
  return {
    url,
    commit(text) {
      const clone = mkdtempSync(join(root, 'clone-'));
      const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...ME, ...args], { stdio: 'pipe' });
      execFileSync('git', ['clone', '-q', url, clone], { stdio: 'pipe' });
      writeFileSync(join(clone, 'coordination', 'fleet.yaml'), text);
      git('add', '.');
      git('commit', '-qm', 'by hand');
      git('push', '-q', 'origin', 'HEAD:main');
    },
  };
}

async function joined(url: string, name: string): Promise<Home> {
  const home = await createHome({ url, name });
  homes.push(home);
  await sync(home.world, home.folder);
  return home;
}

test('R3a what is recorded while main is rewritten is not said to be on the remote, by no face', async () => {
  const { url } = hubOf();
  const { world, folder } = await joined(url, 'pc');
  const tree = execFileSync('git', ['-C', url, 'rev-parse', 'main^{tree}'], { encoding: 'utf8' }).trim();
  const other = execFileSync('git', ['-C', url, ...ME, 'commit-tree', '-m', 'other', tree], { encoding: 'utf8' }).trim();
  execFileSync('git', ['-C', url, 'update-ref', 'refs/heads/main', other]);
  const why = expect.stringMatching(/^main of .* was rewritten: .* starts and pushes nothing; runs continue: coord doctor --fix/);
  expect(said((await sendMessage(world, folder, { to: '0', body: 'hello', priority: 'normal' })).sync)).toEqual({
    landed: false,
    trouble: why,
  });
  expect(sentTo(await placeOrder(world, folder, { id: 'x', assign: 1, run: 'true' }))).toEqual({ landed: false, trouble: why });
  const { text, structured } = await handedOffAnswer(world, folder, { done: 'half of it' });
  expect(text).toMatch(/^recorded a hand-off of .*; not on the remote yet: main of /);
  expect(structured).toMatchObject({ landed: false, trouble: why });
  const { view } = await sync(world, folder);
  const journal = createFileJournal(folder.journal, folder.outbox);
  const found = await outboxCheck.look({ adapters: async () => ({ journal }), folder, view: () => view } as never);
  expect(found).toMatchObject({ found: expect.stringContaining('they wait while this machine has halted'), fix: 'coord status' });
});

test('R8.5 a machine beyond machines_max says that it has halted, and its edits wait', async () => {
  const hub = hubOf();
  await joined(hub.url, 'mac');
  const { world, folder } = await joined(hub.url, 'pc');
  hub.commit('machines_max: 1\n');
  const report = await placeOrder(world, folder, { id: 'x', assign: 1, run: 'true' });
  expect(haltsOf(report.view)).toMatchObject([{ why: 'uncounted', hint: expect.stringContaining('machines_max') }]);
  const why = expect.stringMatching(/^machine 2 pc does not count: the fleet has more machines than .* 1\. This machine starts/);
  expect(sentTo(report)).toEqual({ landed: false, trouble: why });
  hub.commit('machines_max: 2\n');
  expect(haltsOf((await sync(world, folder)).view ?? report.view)).toEqual([]);
});
