// coord service and coord cron through the program: what it prints, how it exits, and what leave says of them. systemctl
// and crontab are stand-ins, so that nothing on this computer is changed.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CRONTAB } from '../operations/caller-samples.ts';
import { createFleet, endFleets, mainPath, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const SYSTEMCTL = `case "$*" in
  *"enable --now"*) touch "$HERE/on" ;;
  *"disable --now"*) rm -f "$HERE/on" ;;
  *"--user restart "*) [ -e "$HERE/starts" ] || exit 0; "$COORD_NODE" "$COORD_MAIN" --dir "$COORD_FOLDER" daemon stop; setsid "$COORD_NODE" "$COORD_MAIN" --dir "$COORD_FOLDER" daemon run >/dev/null 2>&1 & ;;
  *show\\ *) [ -e "$HERE/on" ] && printf 'ActiveState=active\\nSubState=running\\n' || printf 'ActiveState=inactive\\nSubState=dead\\n' ;;
esac`;

async function oneMachine(): Promise<{
  mac: TestMachine;
  call: (...args: string[]) => Promise<[number | null, string]>;
  here: string;
}> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const here = join(fleet.root, 'stand-ins');
  mkdirSync(here);
  for (const [name, script] of Object.entries({ systemctl: SYSTEMCTL, loginctl: 'echo Linger=yes', crontab: CRONTAB })) {
    writeFileSync(join(here, name), `#!/bin/sh\nHERE='${here}' LOG='${here}/calls'\n${script}\n`);
    chmodSync(join(here, name), 0o755);
  }
  const unit = { COORD_NODE: process.execPath, COORD_MAIN: mainPath, COORD_FOLDER: mac.folder };
  const env = { PATH: `${here}:${process.env.PATH}`, XDG_RUNTIME_DIR: here, ...unit };
  const call = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stdout, stderr } = await mac.coord(args, { env, cwd: fleet.root });
    return [code, stdout + stderr];
  };
  return { mac, here, call: (...args) => call('--dir', mac.folder, ...args) };
}

test.skipIf(process.platform !== 'linux')('a daemon that a service runs is restarted by that service', async () => {
  const { mac, call, here } = await oneMachine();
  expect(await call('daemon', 'restart', '--if-running')).toEqual([0, 'not running, and not started\n']);
  expect(await call('daemon', 'status')).toEqual([1, expect.stringContaining('not running')]);
  await call('service', 'install');
  writeFileSync(join(here, 'starts'), '');
  await call('daemon', 'start');
  const before = await mac.json<{ pid: number }>('daemon', 'status');
  const service = expect.stringMatching(/^started · pid \d+ · by the service coord-fleet-[0-9a-f]{8}\n$/);
  expect(await call('daemon', 'restart', '--if-running')).toEqual([0, service]);
  const after = await mac.json<{ pid: number; running: boolean }>('daemon', 'status');
  expect(after.running && after.pid !== before.pid).toBe(true);
  // Stopped, it is not the service's: one that a person starts meanwhile is restarted as theirs.
  rmSync(join(here, 'on'));
  expect(await call('daemon', 'restart')).toEqual([0, expect.stringMatching(/^started · pid \d+ · \//)]);
  await call('daemon', 'stop');
});

// The stand-ins are those of Linux; launchd's are in test/operations/service.test.ts.
test.skipIf(process.platform !== 'linux')('installed, shown, named by leave, and removed after a purge', async () => {
  const { mac, call, here } = await oneMachine();
  expect(await call('service', 'status')).toEqual([1, expect.stringContaining('no service is installed')]);
  const [, printed] = await call('service', 'install', '--print');
  const [code, text] = await call('service', 'install');
  expect([code, text]).toEqual([
    0,
    expect.stringMatching(/^coord-fleet-[0-9a-f]{8} installed · .*\n {2}ran: systemctl --user daemon-reload\n/),
  ]);
  const file = /· (.*)/.exec(text)?.[1] ?? '';
  expect(readFileSync(file, 'utf8')).toBe(printed);
  expect(await call('service', 'status')).toEqual([0, expect.stringContaining(' · active, running\n')]);
  writeFileSync(file, `${printed}# mine\n`);
  expect(await call('service', 'install')).toEqual([5, expect.stringContaining('was changed by hand')]);
  expect(await call('service', 'install', '--force')).toEqual([0, expect.stringContaining('written anew')]);

  expect(await call('cron', 'status')).toEqual([1, expect.stringContaining('no line for ')]);
  expect(await call('cron', 'install', '--every', '7m')).toEqual([2, expect.stringContaining('the nearest 6m and 10m')]);
  expect(existsSync(join(here, 'tab'))).toBe(false);
  expect(await call('cron', 'install')).toEqual([0, expect.stringContaining('coord sync is now run by cron every 5m')]);
  // What runs in WSL ends with it, whoever starts it.
  writeFileSync(join(here, 'uname'), '#!/bin/sh\necho 5.15.153.1-microsoft-standard-WSL2\n', { mode: 0o755 });
  for (const word of ['install', 'status']) expect((await call('cron', word))[1]).toMatch(/^! WSL ends soon .*\.wslconfig$/m);
  rmSync(join(here, 'uname'));
  // H2: the fleet has heard of it before cron has called once.
  expect(JSON.parse((await call('status', '--json'))[1])).toMatchObject({ machines: { 1: { heartbeat: '300s' } } });
  const [line = ''] = readFileSync(join(here, 'tab'), 'utf8').split('\n');
  // As cron would: the command works, and says nothing.
  const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%');
  expect(command).toContain(`${mainPath} --dir ${mac.folder} sync`);
  const env = { HOME: mac.home, PATH: '/usr/bin:/bin' };
  const done = spawnSync('/bin/sh', ['-c', command], { env, cwd: '/', encoding: 'utf8' });
  const log = join(mac.folder, '.coord', 'cron.log');
  expect([done.status, done.stdout, done.stderr, readFileSync(log, 'utf8')]).toEqual([0, '', '', '']);
  writeFileSync(log, 'coord: no network\n');
  expect(await call('cron', 'status')).toEqual([0, expect.stringContaining('! its last sync said: coord: no network')]);

  expect((await call('service', 'install', '--hub'))[0]).toBe(0);
  const [left, words] = await call('leave', '--purge');
  expect([left, words]).toEqual([0, expect.stringContaining(`cron still runs it: coord --dir ${mac.folder} cron remove`)]);
  expect(words).toContain(`its service is still there: coord --dir ${mac.folder} service remove\n`);
  expect(words).toContain(`the service of its hub is still there: coord --dir ${mac.folder} service remove --hub\n`);
  expect(await call('cron', 'install')).toEqual([3, expect.anything()]);
  expect(await call('cron', 'remove')).toEqual([0, expect.stringContaining('cron no longer runs coord')]);
  expect(await call('service', 'remove', '--hub')).toEqual([0, expect.stringContaining('-hub removed · ')]);
  expect(await call('service', 'remove')).toEqual([0, expect.stringContaining(' removed · ')]);
  expect([existsSync(file), existsSync(join(here, 'tab'))]).toEqual([false, false]);
});
