// coord doctor on the remote: reached, from cron too, written to, its refs, and who else can read it.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../e2e/fleet.ts';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';
import { examine, oneMachine, state } from './examine.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  endFleets();
});

describe('the remote', () => {
  test('is away: said once, what rests on it is skipped', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.away(true);
    const { code, of, text } = await examine(mac);
    expect(code).toBe(1);
    expect(of('remote')).toMatchObject({ state: 'problem', fix: `git ls-remote ${fleet.hub}` });
    for (const id of ['remote-cron', 'writable', 'main', 'lanes', 'lane', 'public']) expect(of(id).state, id).toBe('skipped');
    expect(text).not.toContain('hint:');
  });

  test('accepts and says nothing: given up in time, with all that was asked at once', async () => {
    const { mac } = await oneMachine();
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const identity = JSON.parse(readFileSync(state(mac, 'fleet.json'), 'utf8'));
    writeFileSync(state(mac, 'fleet.json'), JSON.stringify({ ...identity, remote: `http://127.0.0.1:${port}/fleet.git` }));
    const startedMs = performance.now();
    const { code, of } = await examine(mac);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(code).toBe(1);
    expect(of('remote')).toMatchObject({ state: 'problem' });
    expect(of('remote').found).toContain('no answer in time');
    expect(of('clone').state).toBe('ok');
  });

  test('takes no push from this login', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.hook('pre-receive', 'echo "you may only read" >&2; exit 1');
    const { code, of } = await examine(mac);
    expect(code).toBe(1);
    expect(of('writable')).toMatchObject({ state: 'problem' });
    expect(of('writable').found).toContain('pre-receive hook declined');
  });

  test('keeps what it should delete: the probe that stays is named', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.hook('update', 'case $1$3 in refs/coord/probe/*0000000000000000000000000000000000000000) exit 1 ;; esac');
    const { code, of } = await examine(mac);
    expect(code).toBe(0);
    const [kept] = fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/probe').split('\n');
    expect(of('writable')).toMatchObject({ state: 'warning', found: `took ${kept}, and does not let it be deleted` });
  });

  test('has no main any more, or shows another branch', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.git('update-ref', 'refs/heads/trunk', 'refs/heads/main');
    fleet.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
    expect((await examine(mac)).of('main')).toMatchObject({ state: 'warning', fix: 'make main the default branch on the host' });
    fleet.git('update-ref', '-d', 'refs/heads/main');
    expect((await examine(mac)).of('main')).toMatchObject({
      state: 'problem',
      found: 'there is no branch main, where orders are read',
    });
  });

  test('has lanes where this machine does not look (R4)', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.git('update-ref', 'refs/heads/coord-lanes/machines/7', 'refs/coord/machines/1');
    expect((await examine(mac)).of('lanes')).toMatchObject({ state: 'warning' });
    fleet.git('update-ref', '-d', 'refs/coord/machines/1');
    const { of } = await examine(mac);
    expect(of('lanes')).toMatchObject({ state: 'problem' });
    expect(of('lanes').found).toContain('7 in branches coord-lanes/machines');
    expect(of('lane')).toMatchObject({ state: 'problem', found: 'lane 1 is gone from the remote', fix: 'coord sync' });
    await mac.ok('sync');
    expect((await examine(mac)).of('lane').state).toBe('ok');
  });

  test('has a lane of mine that I never pushed (R3)', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.git('update-ref', 'refs/coord/machines/1', 'refs/heads/main');
    const { code, of } = await examine(mac);
    expect(code).toBe(1);
    expect(of('lane').state).toBe('problem');
    expect(of('lane').found).toContain('another folder writes as machine 1');
  });

  test('refuses the board (R1a, F4)', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.hook('update', 'case $1 in refs/heads/*) echo protected >&2; exit 1 ;; esac');
    await mac.ok('order', 'add', 'hello', '--for', '1', '--', 'echo', 'hello');
    const { code, of } = await examine(mac);
    expect(code).toBe(1);
    expect(of('board')).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('hook declined: protected'),
      fix: 'let this login push it on the host; or put the line "board: coord-board" into coordination/fleet.yaml',
    });
    expect(of('writable').state).toBe('ok');
    fleet.hook('update', null);
    fleet.person().push({ 'coordination/fleet.yaml': 'board: coord-board\n' });
    fleet.hook('update', 'case $1 in refs/heads/*) echo protected >&2; exit 1 ;; esac');
    await mac.ok('sync');
    expect((await examine(mac)).of('board').fix).toBe('let this login push to the branch coord-board on the host');
  });
});

describe('cron', () => {
  const refusing = (needs: string) =>
    `#!/bin/sh\n[ "$1" = -G ] && exit 1\n[ -n "$${needs}" ] || { echo "me@host: Permission denied (publickey)." >&2; exit 255; }\nfor last; do :; done\nexec sh -c "$last"\n`;

  async function overSsh(needs: string): Promise<{ mac: TestMachine; env: Record<string, string> }> {
    const fleet = createFleet();
    const ssh = join(fleet.root, 'ssh.sh');
    writeFileSync(ssh, refusing(needs), { mode: 0o755 });
    const mac = fleet.machine('mac');
    const env = { GIT_SSH_COMMAND: ssh, [needs]: '/some/where' };
    const init = await mac.coord(['init', `fleethost:${fleet.hub}`, mac.folder, '--name', 'mac'], { env });
    expect(init.code, init.stderr).toBe(0);
    return { mac, env };
  }

  test('has no ssh agent: the login that works here would not work there', async () => {
    const { mac, env } = await overSsh('SSH_AUTH_SOCK');
    const { code, of } = await examine(mac, [], env);
    expect(code).toBe(0);
    expect(of('remote').state).toBe('ok');
    expect(of('remote-cron')).toMatchObject({ state: 'warning' });
    expect(of('remote-cron').found).toContain('only with the ssh agent of this session');
    expect(of('public')).toMatchObject({ state: 'skipped' });
    expect(of('hub-locks')).toMatchObject({ state: 'skipped' });
  });

  test('has none of a session’s other variables either: git’s own words are shown', async () => {
    const { mac, env } = await overSsh('GH_CONFIG_DIR');
    const { of } = await examine(mac, [], env);
    expect(of('remote-cron').state).toBe('warning');
    expect(of('remote-cron').found).toContain('Permission denied (publickey)');
  });
});

describe('who else can read', () => {
  async function overHttp(login: { user: string; password: string } | null): Promise<{ mac: TestMachine; http: HttpHub }> {
    const fleet = createFleet();
    fleet.git('config', 'http.receivepack', 'true');
    const http = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
    ends.push(() => http.close());
    http.requireLogin(login);
    const url = login === null ? http.url : http.url.replace('://', `://${login.user}:${login.password}@`);
    const mac = fleet.machine('mac');
    await mac.ok('init', url, mac.folder, '--name', 'mac');
    await mac.ok('allow', 'shell');
    return { mac, http };
  }

  test('everybody, over http: outputs are public, and shell is allowed', async () => {
    const { mac, http } = await overHttp(null);
    const { code, of } = await examine(mac);
    expect(code).toBe(0);
    expect(of('public')).toMatchObject({ state: 'warning', fix: 'make the repo private on its host' });
    expect(of('public').found).toContain(http.url);
    expect(of('allowed')).toMatchObject({ state: 'warning' });
    expect(of('allowed').found).toContain('everybody can read the repo');
  });

  test('nobody without a login, which is never printed', async () => {
    const { mac, http } = await overHttp({ user: 'me', password: 'not-to-be-shown' });
    const { code, of, text } = await examine(mac);
    expect(code).toBe(0);
    expect(of('remote').state).toBe('ok');
    expect(of('public')).toMatchObject({ state: 'ok', found: `${http.url} asks for a login` });
    http.requireLogin({ user: 'me', password: 'another' });
    const locked = await examine(mac);
    expect(locked.of('remote').state).toBe('problem');
    expect(text + locked.text + (await mac.coord(['doctor'])).stdout).not.toContain('not-to-be-shown');
  });

  test('a hub on this computer that everybody here may write into', async () => {
    const { fleet, mac } = await oneMachine();
    chmodSync(fleet.hub, 0o777);
    const { code, of } = await examine(mac);
    expect(of('public')).toMatchObject({ state: 'warning', fix: `chmod -R o-w ${fleet.hub}` });
    expect(of('allowed')).toMatchObject({ state: 'problem' });
    expect(code).toBe(1);
    await mac.ok('deny', 'shell');
    expect((await examine(mac)).of('allowed')).toMatchObject({ state: 'warning', fix: 'coord allow shell' });
  });
});
