// People with SSH keys for tests: real ones, made by ssh-keygen.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fleet, TestMachine } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';

/** A key without a passphrase in the person's ~/.ssh of that machine; returns its path. */
export function keyOf({ home }: Pick<TestMachine, 'home'>, type = 'ed25519', name = `id_${type}`): string {
  const path = join(home, '.ssh', name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'test', '-f', path]);
  return path;
}

/** Of the key at this path: its public part. */
export const publicLine = (path: string) => readFileSync(`${path}.pub`, 'utf8').trim();

/** Both demand signatures, anna on mac is root, and pc is admitted. */
export async function bothSigned(): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine }> {
  const all = await two();
  keyOf(all.mac);
  await all.mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await all.pc.ok('trust', 'on', '--yes');
  await all.pc.ok('sync');
  await all.mac.ok('trust', 'admit', '2', '--yes');
  await all.mac.ok('sync');
  return all;
}
