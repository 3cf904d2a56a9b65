// O15: an agent that coord does not know, by four lines of its owner, from the command line to the board.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const SCRIPT = `#!/bin/sh
cat > heard
grep -q 'Say nothing' heard && exit 0
echo "done 1 file"
`;

test('O15 an agent of agents.yaml takes orders, and one that exits with 0 and says nothing has failed', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const program = join(pc.home, '.local', 'bin', 'mine');
  for (const folder of [join(program, '..'), join(pc.home, 'work')]) mkdirSync(folder, { recursive: true });
  writeFileSync(program, SCRIPT);
  chmodSync(program, 0o755);
  writeFileSync(
    join(pc.coordHome, 'agents.yaml'),
    `mine:\n  command: [mine, --quiet]\n  prompt: stdin\n  success: { says: '^done' }\nbare: { command: [mine] }\nwrong: { command: x }\n`,
  );
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  const detected = await pc.here(['agent', 'detect']);
  expect(detected.stdout).toContain(program);
  expect(detected.stderr).toContain('wrong: expected "command" to be a list');
  const order = (id: string, prompt: string) => ({ id, assign: 1, agent: 'mine', prompt, cwd: '~/work' });
  fleet
    .person()
    .order([
      order('good', 'Write it.'),
      order('mute', 'Say nothing.'),
      { ...order('other', 'x'), agent: 'nobody' },
      { ...order('told', 'x'), agent: 'bare' },
      { ...order('large', 'x'), model: 'big' },
    ]);
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({
    good: { state: 'COMPLETED' },
    mute: { state: 'FAILED', reason: expect.stringContaining('mine did not say ^done') },
    other: { state: 'BLOCKED', reason: expect.stringContaining('nobody') },
    large: { state: 'BLOCKED', reason: expect.stringContaining('mine does not support model') },
    // Nothing but its exit code would tell.
    told: {
      state: 'BLOCKED',
      reason: expect.stringContaining('bare does not report whether it succeeded; give the order a check'),
    },
  });
  expect(readFileSync(join(pc.home, 'work', 'heard'), 'utf8')).toMatch(/Write it\.|Say nothing\./);
});
