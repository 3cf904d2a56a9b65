// D10: coord plan, with real git and the program itself: from a spec saved on one machine to a board that says 100 %.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(() => endFleets());

const DAO = 'specs/dao.md';

interface Planned {
  readonly mustAsk: boolean;
  readonly landed: boolean | null;
  readonly tasks: readonly { what: string; order: string; fields: string[]; mustRerun: boolean }[];
  readonly faults: readonly { line: number; found: string }[];
}

function save(machine: TestMachine, text: string, path = DAO): void {
  const file = join(machine.folder, 'coordination', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function plan(machine: TestMachine, ...more: string[]): Promise<Planned & { code: number | null }> {
  const { code, stdout, stderr } = await machine.coord(['plan', DAO, '--json', ...more]);
  expect(stdout, stderr).not.toBe('');
  return { code, ...(JSON.parse(stdout) as Planned) };
}

const whats = ({ tasks }: Planned) => tasks.map(({ what, order }) => `${what} ${order}`);

const SPEC = `---
mvp: Dao
defaults: { assign: pc }
---
# The small model

## Tasks

- [ ] Load the data
  run: echo loaded
- [ ] Train the model
  after: load the data
  feature: Model
  run: echo trained
- [ ] Broken
`;

test('D10 a spec saved here is planned, done, told; planned again it doubles nothing, names what is left', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  save(pc, SPEC);
  const first = await plan(pc);
  expect(first).toMatchObject({ code: 1, landed: true, faults: [{ line: 15, found: 'none of them' }] });
  expect(whats(first)).toEqual(['new dao-load-the-data', 'new dao-train-the-model', 'bad dao-broken']);
  expect(fleet.board(DAO)).toBe(SPEC.trimEnd());
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({ 'dao-train-the-model': { state: 'COMPLETED', tail: 'trained' } });
  expect(JSON.parse(fleet.board('features.json'))).toMatchObject({ mvps: [{ name: 'Dao', total: 3, done: 2, unplanned: 1 }] });
  expect(await pc.ok('status')).toContain('Dao  ▓▓▓▓▓▓░░░░ 66 %  2 of 3 done · 1 not planned');
  // Moved, ticked and explained by a person; one task has other work, one another name, one is done by somebody.
  const again = (id: string) => `---
mvp: Dao
defaults: { assign: pc }
---
Some more words.

## Tasks
- [ ] Teach the model
${id}  after: load the data
  run: echo trained
  feature: Model
- [x] Load the data
  run: echo loaded anew
- [x] Broken
`;
  await pc.ok('order', 'add', 'dao-old', '--for', 'nobody', '--', 'true');
  fleet
    .person()
    .push({ 'coordination/ORDERS.json': fleet.board('ORDERS.json').replace('"dao-old",', '"dao-old", "spec": "specs/dao.md",') });
  save(pc, again(''));
  const asked = await pc.here(['plan', 'dao']);
  expect(asked).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing was done: 1 new, and 2 no longer in the spec'),
  });
  expect(asked.stdout).toMatch(/- gone +dao-train-the-model .* no longer in the spec · COMPLETED: coord order remove dao-train/);
  expect(Object.keys(fleet.status().orders)).not.toContain('dao-teach-the-model');
  save(pc, again('  id: dao-train-the-model\n'));
  const renamed = await pc.here(['plan', 'dao']);
  expect(renamed.code, renamed.stderr).toBe(0);
  expect(renamed.stdout).toMatch(/~ changed +dao-train-the-model +pc +Teach the model · title\n/);
  expect(renamed.stdout).toMatch(/~ changed +dao-load-the-data .* coord retry dao-load-the-data/);
  expect(fleet.status().orders['dao-load-the-data']).toMatchObject({ state: 'COMPLETED', tail: 'loaded', changed: true });
  await pc.ok('retry', 'dao-load-the-data');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders['dao-load-the-data']).toMatchObject({ state: 'COMPLETED', generation: 2, tail: 'loaded anew' });
  expect(await plan(pc)).toMatchObject({ code: 0, landed: null, mustAsk: false });
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toHaveLength(3);
});

test('D5 of two who saved one spec one lands; the other keeps its text, is told, and plans nothing of it', async () => {
  const fleet = createFleet();
  const [pc, mac] = (await fleet.joined('pc', 'mac')) as [TestMachine, TestMachine];
  const text = (machine: TestMachine) => readFileSync(join(machine.folder, 'coordination', DAO), 'utf8');
  save(pc, '# from pc\n');
  save(mac, '# from mac\n');
  await pc.ok('sync');
  await mac.ok('sync');
  expect(text(mac)).toBe('# from mac\n');
  expect(fleet.board(DAO)).toBe('# from pc');
  expect((await mac.here(['status'])).stdout).toContain(
    `coordination/${DAO} was edited here and not taken: ${DAO} was changed on both`,
  );
  expect(await mac.here(['plan', 'dao'])).toMatchObject({ code: 1, stderr: expect.stringContaining('not taken') });
  // Saved again and again while nobody is there: the last word counts.
  fleet.away(true);
  for (const words of ['one', 'two']) {
    save(pc, `# ${words}\n`);
    await pc.here(['sync']);
  }
  fleet.away(false);
  await pc.ok('sync');
  expect(fleet.board(DAO)).toBe('# two');
  await pc.ok('sync');
  expect(await pc.json<{ sync: object }>('status')).toMatchObject({ sync: { notTaken: [], pendingEdits: [], lostEdits: [] } });
});

test('D5.11 what a plan places and changes is one edit: nobody pushes half of it', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  save(pc, '## Tasks\n- [ ] One\n  run: a\n');
  await plan(pc);
  save(pc, '## Tasks\n- [ ] One\n  run: b\n  assign: 9\n- [ ] Two\n  run: c\n- [ ] Three\n  run: d\n');
  await pc.ok('sync', '--wait');
  fleet.away(true);
  expect(whats(await plan(pc))).toEqual(['changed dao-one', 'new dao-two', 'new dao-three']);
  const { sync } = await pc.json<{ sync: { pendingEdits: unknown[] } }>('status');
  expect(sync.pendingEdits).toHaveLength(1);
  fleet.away(false);
  await pc.ok('sync');
  expect(JSON.parse(fleet.board('ORDERS.json')).orders).toMatchObject([
    { id: 'dao-one', run: 'b', assign: 9 },
    { id: 'dao-two', run: 'c' },
    { id: 'dao-three', run: 'd' },
  ]);
});

/** In claude's place: it answers with this text. */
function installAnswering(machine: TestMachine, answer: string): void {
  const path = join(machine.home, '.local', 'bin', 'claude');
  mkdirSync(dirname(path), { recursive: true });
  const result = { type: 'result', subtype: 'success', is_error: false, num_turns: 1, result: answer, session_id: 's' };
  writeFileSync(join(machine.home, 'answer.json'), `${JSON.stringify(result)}\n`);
  const words = ['#!/bin/sh', '[ "$1" = --version ] && exec echo "2.1.197 (Claude Code)"'];
  writeFileSync(path, [...words, '[ "$1" = auth ] && exec echo "{}"', 'exec cat "$HOME/answer.json"', ''].join('\n'));
  chmodSync(path, 0o755);
}

test('D10.4 what an agent drafts is redacted before it goes to main, by known secrets and by shapes', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const token = `ghp_${'Ab1'.repeat(12)}`;
  installAnswering(pc, `## Tasks\n- [ ] Deploy with the-key-of-the-house\n  run: deploy --token ${token}\n`);
  await pc.ok('allow', 'agent');
  writeFileSync(join(pc.home, 'secrets'), 'KEY=the-key-of-the-house\n');
  const policy = join(pc.coordHome, 'policy.yaml');
  const allowed = readFileSync(policy, 'utf8').replace(/\n( +)slots:/, `\n$1secrets: [${join(pc.home, 'secrets')}]\n$1slots:`);
  writeFileSync(policy, allowed);
  save(pc, '# Dao\n');
  const drafted = await pc.ok('plan', DAO, '--agent', 'claude');
  expect(drafted).toContain('  - Deploy with [redacted]\n');
  expect(fleet.board(DAO)).toContain('- [ ] Deploy with [redacted]\n  run: deploy --token [redacted]');
});
