// Attack: a user of the same computer reads the words that processes were started with.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listRefs } from '../../src/ledger/fetch/list-refs.ts';
import { openGitHome } from '../../src/ledger/git/git-home.ts';
import { withoutLogin } from '../../src/ledger/git/remote-login.ts';
import { inspectRemote, probeNamespace } from '../../src/ledger/remote/remote-probe.ts';
import { lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from '../ledger/git-world.ts';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';

const LOGIN = { user: 'me@host', password: "p@ss/w:rd %'é" };

/** The command lines of all processes. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

describe.skipIf(!existsSync('/proc/self/cmdline'))('a login in the address of the remote stands in no command line', () => {
  let world: GitWorld;
  let http: HttpHub;
  let lines: Set<string>;

  beforeEach(async () => {
    world = createGitWorld();
    world.hub(['config', 'http.receivepack', 'true']);
    http = await serveHub(world.root, 'hub.git');
    http.requireLogin(LOGIN);
    lines = new Set();
    http.onRequest(() => {
      for (const line of commandLines()) if (line.includes(`:${http.port}/`)) lines.add(line);
    });
  });
  afterEach(async () => {
    await http.close();
    await world.end();
  });

  const addressWith = (login: string) => http.url.replace('://', `://${login}@`);
  const full = () => addressWith(`${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}`);
  const shown = () => {
    expect(lines.size).toBeGreaterThan(1);
    return [...lines].filter((line) => /me(@|%40)host|p(@|%40)ss/i.test(line));
  };

  test('of an empty remote that is looked at, listed and probed (init, join, doctor)', async () => {
    const home = await openGitHome({ stateDir: world.stateDir('one'), remoteUrl: full(), person: world.person });
    expect((await inspectRemote(home)).kind).toBe('reached');
    expect(await probeNamespace(home, 'sha1')).toBe('custom');
    expect((await listRefs(home, 10_000)).kind).toBe('listed');
    expect(shown()).toEqual([]);
  });

  test('of fetches and pushes; nor in a file of the clone', async () => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const ledger = world.ledger('one', { remoteUrl: full() });
    expect((await seen(ledger)).main?.entries.size).toBe(1);
    expect((await say(ledger, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) })).report.kind).toBe('answered');
    expect(shown()).toEqual([]);
    const config = readFileSync(join(world.stateDir('one'), 'clone.git', 'config'), 'utf8');
    expect(config).toContain(`"${http.url}"`);
    expect(readFileSync(join(world.stateDir('one'), 'gitconfig'), 'utf8')).not.toMatch(/p(@|%40)ss/);
  });

  test('of an address that the person’s git makes of another one; a wrong password is said to be wrong', async () => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const global = join(world.person.HOME ?? '', '.gitconfig');
    writeFileSync(global, `[url "${full().replace(/hub\.git$/, '')}"]\n\tinsteadOf = work:\n`);
    expect((await seen(world.ledger('one', { remoteUrl: 'work:hub.git' }))).main?.entries.size).toBe(1);
    expect(shown()).toEqual([]);
    const wrong = await world.ledger('two', { remoteUrl: addressWith('me:wrong') }).fetch(null);
    expect(wrong.kind === 'unreachable' && wrong.trouble.code).toBe('AUTHENTICATION');
  });

  test('of a user alone: the password comes from the helper of the person', async () => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const global = join(world.person.HOME ?? '', '.gitconfig');
    writeFileSync(join(world.root, 'password'), LOGIN.password);
    writeFileSync(
      global,
      `[credential]\n\thelper = "!f() { test $1 = get && grep -q '^username=me@host' && echo password=$(cat ${world.root}/password); }; f"\n`,
    );
    const ledger = world.ledger('one', { remoteUrl: addressWith(encodeURIComponent(LOGIN.user)) });
    expect((await seen(ledger)).main?.entries.size).toBe(1);
    expect(shown()).toEqual([]);
    expect(statSync(join(world.stateDir('one'), 'gitconfig')).mode & 0o077).toBe(0);
  });
});

test.each([
  ['https://host/me/fleet.git', 'https://host/me/fleet.git', null],
  ['https://me:p%40ss@host:8443/x', 'https://host:8443/x', { place: 'https://host:8443', user: 'me', password: 'p@ss' }],
  ['https://me:p@ss@host/x@y', 'https://host/x@y', { place: 'https://host', user: 'me', password: 'p@ss' }],
  ['https://token@host/x', 'https://host/x', { place: 'https://host', user: 'token', password: null }],
  ['https://token:@host', 'https://host', { place: 'https://host', user: 'token', password: '' }],
  ['https://me:100%@host/x', 'https://host/x', { place: 'https://host', user: 'me', password: '100%' }],
  ['ssh://git@host/x', 'ssh://git@host/x', null],
  ['/srv/a@b', '/srv/a@b', null],
])('the login of %s', (given, url, login) => {
  expect(withoutLogin(given)).toEqual({ url, login });
});
