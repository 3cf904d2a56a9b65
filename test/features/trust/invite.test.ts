// T4: first contact. A machine that was invited is trusted and trusts, without a question.
import { afterEach, expect, test } from 'vitest';
import { arrivalText } from '../../../src/features/trust/documents/invitation.ts';
import { publicOf, signWithSecret } from '../../../src/features/trust/system/invite-secret.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { founded, invited, isBelieved, joinBy } from './invited.ts';

afterEach(endFleets);

test('T4 who is invited joins with one line, demands signatures, and is believed without a question', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  const secret = line.slice(line.lastIndexOf(',') + 1);
  expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const pc = fleet.machine('pc');
  expect(await joinBy(pc, line)).toMatch(/machine 2 pc[\s\S]*invited as pc/);
  fleet.person().order([{ id: 'evil', assign: 2, run: 'echo evil >> ran' }]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  fleet.person().order([]);
  expect(await isBelieved(mac, pc, 2)).toBe(true);
  expect(await mac.ok('trust')).toContain('by an invitation; for good: coord trust admit 2');
  // The next word of a root person names it in the trust, and asks nothing.
  expect(await mac.ok('trust', 'admit', '2')).toContain('machine 2 is admitted');
  await pc.ok('sync');
  expect(JSON.parse(fleet.board('trust/3.json'))).not.toHaveProperty('invited');
  expect(await isBelieved(mac, pc, 2, 'second')).toBe(true);
  expect(fleet.git('show', 'refs/coord/machines/2:coordination/COMPUTER_2.md')).not.toContain('invited:');
  // Nobody who has all of the repo has the secret.
  for (const text of [fleet.git('log', '-p', '--all'), fleet.board('trust/2.json')]) expect(text).not.toContain(secret);
});

test('T4 an invitation that was taken back, or has ended, lets nobody in', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  await mac.ok('trust', 'revoke', 'pc');
  const pc = fleet.machine('pc');
  const done = await pc.coord(['join', '-', pc.folder], { input: line });
  expect(done).toMatchObject({ code: 5, stderr: expect.stringContaining('the invitation is not there') });
  expect(await pc.ok('trust')).toContain('has accepted no trust yet');
  const short = await invited(mac, 'box', '--expires', '1s');
  const box = fleet.machine('box');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await box.coord(['join', '-', box.folder], { input: short })).stderr).toContain('the invitation ended');
});

test('T4 a line that was cut off is no address', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  const pc = fleet.machine('pc');
  const done = await pc.coord(['join', line.slice(0, -3), pc.folder]);
  expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining('that is no whole line of coord invite') });
  expect(done.stderr).not.toContain(line.slice(-20, -3));
});

test('T4 what a secret signs is of no use for another machine, key or fleet', () => {
  const secret = 'A'.repeat(43);
  const texts = [
    arrivalText('f', { machine: 2, key: 'k' }),
    arrivalText('f', { machine: 3, key: 'k' }),
    arrivalText('f', { machine: 2, key: 'l' }),
    arrivalText('g', { machine: 2, key: 'k' }),
  ];
  expect(new Set(texts.map((text) => signWithSecret(secret, text))).size).toBe(4);
  expect(publicOf(secret)).toMatch(/^ssh-ed25519 /);
});
