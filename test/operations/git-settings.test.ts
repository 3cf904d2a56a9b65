// Setup: what a person's git settings and login were at the join, and what they are now.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets, type Fleet, type TestMachine } from '../e2e/fleet.ts';
import { serveHub } from '../ledger/http-backend.ts';
import { examine, oneMachine, state } from './examine.ts';

afterEach(endFleets);

const OLD = 'https://old.invalid/';
const settings = (mac: TestMachine, base: string) =>
  writeFileSync(join(mac.home, '.gitconfig'), `[url "${base}/"]\n  insteadOf = ${OLD}\n`);

function remoteIs(mac: TestMachine, remote: string): void {
  const identity = JSON.parse(readFileSync(state(mac, 'fleet.json'), 'utf8'));
  writeFileSync(state(mac, 'fleet.json'), JSON.stringify({ ...identity, remote }));
}

/** Joined with settings of the person's, which lead to the hub. */
async function withSettings(): Promise<{ fleet: Fleet; mac: TestMachine; root: string }> {
  const { fleet, mac } = await oneMachine();
  const root = dirname(fleet.hub);
  settings(mac, root);
  renameSync(state(mac, 'git-person.json'), state(mac, 'git-person.before'));
  remoteIs(mac, fleet.hub.replace(`${root}/`, OLD));
  await mac.ok('sync');
  return { fleet, mac, root };
}

test('git settings that changed since the join: doctor --fix takes over those that reach the remote', async () => {
  const { fleet, mac, root } = await withSettings();
  mkdirSync(join(root, 'moved'));
  renameSync(fleet.hub, fleet.hub.replace(root, join(root, 'moved')));
  expect((await mac.here(['sync'])).stderr).toContain('try: coord doctor\n');
  expect((await examine(mac)).of('remote')).toMatchObject({ state: 'problem', canFix: false });
  const before = readFileSync(state(mac, 'git-person.json'), 'utf8');
  settings(mac, join(root, 'nowhere'));
  const failed = (await examine(mac, ['--fix'])).of('remote');
  expect(failed).toMatchObject({
    state: 'problem',
    canFix: true,
    found: expect.stringContaining('your git settings are others than those'),
    did: expect.stringMatching(/^nothing: it is not reached with your git settings of now either/),
  });
  expect(readFileSync(state(mac, 'git-person.json'), 'utf8')).toBe(before);
  settings(mac, join(root, 'moved'));
  const mended = (await examine(mac, ['--fix'])).of('remote');
  expect(mended).toMatchObject({ state: 'ok', did: 'took over your git settings as they are now' });
  await mac.ok('sync');
});

test('a login in the address that is not taken any more: doctor and join name the file where it stands', async () => {
  const { fleet, mac } = await oneMachine();
  const http = await serveHub(dirname(fleet.hub), 'fleet.git');
  try {
    http.requireLogin({ user: 'me', password: 'new' });
    const withLogin = (password: string) => http.url.replace('://', `://me:${password}@`);
    remoteIs(mac, withLogin('old'));
    expect((await mac.here(['sync'])).stderr).toContain('try: coord doctor\n');
    const { of, text } = await examine(mac);
    expect(of('remote').fix).toBe(`write the new login into the address "remote" in ${state(mac, 'fleet.json')}`);
    expect(text).not.toContain('me:old');
    const again = await mac.coord(['join', withLogin('new'), mac.folder]);
    expect(again.stderr).toContain(`a new login belongs into "remote" in ${state(mac, 'fleet.json')}`);
    expect(again.stderr).not.toMatch(/me:/);
    remoteIs(mac, withLogin('new'));
    await mac.ok('sync');
  } finally {
    await http.close();
  }
});
