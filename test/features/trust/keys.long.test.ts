// T1: private keys stay where they are: nothing that coord writes, starts or says holds them.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { machineKeyPath } from '../../../src/features/trust/system/machine-key.ts';
import { pinPath } from '../../../src/features/trust/system/trust-pin.ts';
import { endFleets, mainPath, type TestMachine } from '../../e2e/fleet.ts';
import { signedFleet } from './signed-fleet.ts';

afterEach(endFleets);

const keyFile = ({ coordHome, folder }: TestMachine) => machineKeyPath(coordHome, folder);

/** Lines of a private key file that nobody writes by chance. */
const secretLines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.length > 30 && !line.startsWith('-----'));

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** All that a repository holds, unpacked. */
const objectsOf = (repository: string) =>
  execFileSync('git', ['--git-dir', repository, 'cat-file', '--batch-all-objects', '--batch'], { maxBuffer: 1 << 28 }).toString(
    'latin1',
  );

test('T1 no private key is in anything that coord wrote, in runs, or in what it started', async () => {
  const { fleet, mac, pc } = await signedFleet();
  const anna = join(mac.home, '.ssh', 'id_ed25519');
  await mac.ok('order', 'add', 'env', '--for', '2', 'env; cat /proc/self/cmdline');
  await mac.ok('send', '2', 'hello');
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  await mac.coord(['doctor']);
  const trace = join(fleet.root, 'trace');
  const command = [mainPath, 'order', 'add', 'traced', '--for', '2', 'true'];
  const env = { PATH: process.env.PATH ?? '', HOME: mac.home, COORD_HOME: mac.coordHome, COORD_SIGN_KEY: anna };
  const options = { cwd: mac.folder, env };
  const strace = ['-f', '-v', '-s', '100000', '-e', 'trace=execve', '-o', trace, process.execPath, ...command];
  const isTraced = spawnSync('strace', strace, options).status === 0;
  if (isTraced) expect(readFileSync(trace, 'utf8')).toContain('ssh-keygen');
  const own = [keyFile(mac), keyFile(pc), anna];
  const secrets = own.flatMap(secretLines);
  expect(secrets.length).toBeGreaterThan(3);
  const isKept = (path: string) => own.includes(path);
  const files = filesIn(fleet.root).filter((path) => !isKept(path));
  expect(files.length).toBeGreaterThan(50);
  const repositories = [...new Set(files.filter((path) => path.endsWith('/HEAD')).map(dirname))].filter((path) =>
    existsSync(join(path, 'objects')),
  );
  expect(repositories.length).toBeGreaterThan(2);
  const texts = [
    ...files.map((path) => [path, readFileSync(path, 'latin1')] as const),
    ...repositories.map((path) => [path, objectsOf(path)] as const),
  ];
  const found = texts.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([path]) => path);
  expect(found).toEqual([]);
  // Nor does a run learn where a key lies.
  expect(fleet.status().orders.env?.tail).not.toContain('COORD_SIGN_KEY');
});

test('T1 the key of a machine is its user’s alone; where it is not, doctor says so and nothing is signed', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const path = keyFile(pc);
  const mode = (of: string) => statSync(of).mode & 0o777;
  expect([mode(path), mode(dirname(path)), mode(dirname(dirname(path)))]).toEqual([0o600, 0o700, 0o700]);
  const pin = pinPath(pc.coordHome, pc.folder);
  expect(mode(dirname(pin))).toBe(0o700);
  for (const file of filesIn(dirname(pin))) expect([file, mode(file)]).toEqual([file, 0o600]);
  chmodSync(path, 0o644);
  const before = thief.lane(2);
  expect(`${(await pc.coord(['doctor'])).stdout}`).toContain(`chmod 600 ${path}`);
  await mac.ok('order', 'add', 'job', '--for', '2', 'echo job >> ran');
  await pc.ok('sync', '--wait');
  // It works on, and others do not go by what it says.
  expect(pc.read('ran')).toBe('job\n');
  expect(thief.lane(2)).not.toBe(before);
  expect(fleet.git('log', '-1', '--format=%B', thief.lane(2))).not.toContain('Coord-Signed');
  chmodSync(path, 0o600);
  await pc.ok('sync');
  expect((await pc.coord(['doctor'])).stdout).not.toContain('chmod 600');
});
