// What the tests of agent budget share with the long ones.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFleet, type Fleet, type TestMachine } from './fleet.ts';

export const standIn = join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs');

export const agent = (id: string, more: object = {}) => ({
  id,
  assign: 1,
  agent: 'claude',
  prompt: 'Please: works',
  cwd: '~/work',
  ...more,
});

export async function withAgent(): Promise<{ fleet: Fleet; pc: TestMachine }> {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const program = join(pc.home, '.local', 'bin', 'claude');
  for (const folder of [join(program, '..'), join(pc.home, 'work')]) mkdirSync(folder, { recursive: true });
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(program, 0o755);
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  return { fleet, pc };
}
