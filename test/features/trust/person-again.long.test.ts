// T11: what takes a machine out, or over, and a main that was rewritten, need a root person's signature on a machine that demands signatures.
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { machineKeyPath } from '../../../src/features/trust/system/machine-key.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { bothSigned } from './people.ts';

afterEach(endFleets);

test('T11 adopt, and a main that was rewritten, wait for the key of a root person', async () => {
  const { fleet, mac, pc } = await bothSigned();
  const before = fleet.git('rev-parse', 'main');
  await mac.ok('send', '2', 'hello');
  await pc.ok('sync');
  await mac.ok('sync');
  fleet.git('update-ref', 'refs/heads/main', before);
  for (const machine of [mac, pc]) expect((await machine.coord(['sync'])).code).toBe(5);
  expect((await pc.coord(['doctor', '--fix'])).stdout).toContain('did: nothing: expected the key of a root person');
  expect((await pc.coord(['sync'])).code).toBe(5);
  expect((await mac.coord(['doctor', '--fix'])).stdout).toContain('took main as it is now');
  expect((await mac.coord(['sync'])).code).toBe(0);
  // A folder that was put back from a copy.
  const [state, saved] = [join(mac.folder, '.coord'), join(fleet.root, 'saved')];
  cpSync(state, saved, { recursive: true });
  await mac.ok('send', '2', 'again');
  rmSync(state, { recursive: true });
  cpSync(saved, state, { recursive: true });
  expect((await mac.coord(['sync'])).stderr).toContain('nother folder');
  const noKey = { env: { HOME: pc.home } };
  expect(await mac.coord(['adopt'], noKey)).toMatchObject({ code: 5, stderr: expect.stringContaining('root person') });
  expect(await mac.ok('adopt')).toContain('this folder is machine 1 mac');
});

test('T11 join --as: others go by its new key once a root person signed it, who may be the one who joins', async () => {
  const { fleet, mac, pc } = await bothSigned();
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await mac.ok('trust')) ?? [];
  const lost = fleet.machine('lost');
  const joined = await lost.coord(['join', fleet.hub, lost.folder, '--as', '2', '--again', '--trust', root]);
  expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('a root person: coord trust admit 2') });
  await mac.ok('sync');
  // The folder that was there before goes on: nobody has signed that it is over.
  await pc.ok('sync');
  await mac.ok('order', 'add', 'first', '--for', '2', 'echo x >> ran');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('x\n');
  const found = fleet.machine('found');
  cpSync(join(mac.home, '.ssh'), join(found.home, '.ssh'), { recursive: true });
  const again = await found.coord(['join', fleet.hub, found.folder, '--as', '2', '--again', '--trust', root]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('machine 2 is admitted with its new key') });
  await mac.ok('order', 'add', 'after', '--for', '1', '--after', 'first', 'echo y >> ran');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('y\n');
  expect((await pc.coord(['sync'])).stderr).toContain('nother folder');
});

test('O10.1, T2 join where an earlier fleet was: its roots count no more', async () => {
  const { mac, pc } = await bothSigned();
  const [open, signed] = [await two(), await bothSigned()];
  const nobody = 'this machine demands signatures and trusts nobody yet: coord trust on';
  rmSync(pc.folder, { recursive: true });
  expect(await pc.ok('join', open.fleet.hub, pc.folder, '--again')).toContain(
    'trust    signatures are demanded here as before, and nobody is trusted yet: coord trust on, or coord trust off',
  );
  await pc.ok('allow', 'shell');
  await open.mac.ok('order', 'add', 'x', '--for', '3', 'echo x >> ran');
  expect(await pc.ok('sync')).toContain(nobody);
  expect(pc.count('ran')).toBe(0);
  await pc.ok('trust', 'off');
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(1);
  // A root of the fleet that is joined, whom the pin of the earlier one does not know.
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await signed.mac.ok('trust')) ?? [];
  rmSync(mac.folder, { recursive: true });
  expect(await mac.ok('join', signed.fleet.hub, mac.folder, '--again', '--trust', root)).toContain('coord trust admit 3');
  expect(await mac.ok('trust')).toContain(root);
});

test.each([
  'leave --purge',
  'a folder that was removed',
])('I4.5, O10.1, T2.2 what was noted of an earlier fleet holds no order of the next: %s', async (how) => {
  const [{ mac, pc }, next] = [await bothSigned(), await bothSigned()];
  // The same id, signed there before.
  await next.mac.ok('order', 'add', 'build', '--tags', 'gpu', 'echo next >> ran');
  await mac.ok('order', 'add', 'build', '--for', '2', 'echo first >> ran');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('first\n');
  const noted = () => readdirSync(join(pc.coordHome, 'trust')).filter((name) => name.endsWith('.json'));
  const proof = join(dirname(machineKeyPath(pc.coordHome, pc.folder)), 'invited');
  writeFileSync(proof, 'of the earlier fleet\n');
  expect(noted().length).toBeGreaterThan(1);
  if (how === 'leave --purge') {
    await pc.ok('leave', '--purge');
    expect([noted(), existsSync(proof)]).toEqual([[], false]);
  } else rmSync(pc.folder, { recursive: true });
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await next.mac.ok('trust')) ?? [];
  await pc.ok('join', next.fleet.hub, pc.folder, '--again', '--tags', 'gpu', '--trust', root);
  expect(existsSync(proof)).toBe(false);
  await pc.ok('allow', 'shell');
  await pc.ok('sync', '--wait');
  const { state, reason } = JSON.parse(await pc.ok('status', '--json')).orders.build ?? {};
  expect([state, reason ?? null, pc.read('ran')]).toEqual(['COMPLETED', null, 'first\nnext\n']);
});
