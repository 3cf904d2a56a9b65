// coord service, with stand-ins for systemctl, loginctl and launchctl that keep what they were told: what is asked of them, in which
// order, and what becomes of the file.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  hubWork,
  installService,
  removeService,
  restartService,
  servicePlace,
  serviceStatus,
  serviceText,
} from '../../src/operations/service/service.ts';
import { serviceName } from '../../src/system/service/service-name.ts';
import { createPlace, type Place, removePlaces } from './caller-samples.ts';

afterEach(removePlaces);

const MAIN = '/opt/coord/dist/main.js';
const SYSTEMCTL = `echo "systemctl $*" >> "$LOG"
[ -e "$HERE/no-bus" ] && [ "$1" = --user ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
case "$*" in
  *"enable --now"*) touch "$HERE/on" ;;
  *"disable --now"*) rm -f "$HERE/on" ;;
  *reset-failed*) exit 1 ;;
  is-system-running) [ -e "$HERE/not-booted" ] && { echo offline; exit 1; }; echo degraded; exit 1 ;;
  *show\\ *) [ -e "$HERE/slow" ] && { echo "Failed to get properties: Connection timed out" >&2; exit 1; }
    if [ -e "$HERE/on" ]; then printf 'ActiveState=active\\nSubState=running\\n'; else printf 'ActiveState=failed\\nSubState=failed\\n'; fi ;;
esac`;
const LAUNCHCTL = `echo "launchctl $*" >> "$LOG"
case "$1 $2" in
  "print gui/"*/*) [ -e "$HERE/slow" ] && { echo "Operation timed out" >&2; exit 60; }
    [ -e "$HERE/on" ] && printf '{\\n\\tstate = running\\n}\\n' || { echo "Could not find service" >&2; exit 113; } ;;
  "print "*) [ ! -e "$HERE/no-login" ] || { echo "Could not find domain" >&2; exit 125; } ;;
  "bootstrap "*) [ ! -e "$HERE/on" ] && touch "$HERE/on" || { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; } ;;
  "bootout "*) rm "$HERE/on"
    [ ! -e "$HERE/ends-slowly" ] || { echo "Boot-out failed: 36: Operation now in progress" >&2; exit 36; } ;;
esac`;

function linux(folder?: string, beside?: Place): Place {
  const place = createPlace(folder, beside);
  place.program('systemctl', SYSTEMCTL);
  place.program('uname', 'echo 6.1.0-amd64');
  place.program('loginctl', `echo "loginctl $*" >> "$LOG"; cat "$HERE/linger" 2>/dev/null || echo Linger=no`);
  return place;
}

const on = (platform: NodeJS.Platform) => ({
  install: (place: Place, force = false, main = MAIN) => installService(place.world, place.root, main, { platform, force }),
  remove: (place: Place, force = false) => removeService(place.world, place.root, { platform, force }),
  status: (place: Place) => serviceStatus(place.world, place.root, MAIN, platform),
});

describe('systemd', () => {
  const { install, remove, status } = on('linux');

  test('is written, started, seen, and removed again; each command is told', async () => {
    const place = linux();
    const unit = `${serviceName(place.root)}.service`;
    const file = join(place.home, '.config', 'systemd', 'user', unit);
    expect(await status(place)).toMatchObject({ installed: 'no', state: null });
    expect(place.calls()).toEqual([]);
    const done = await install(place);
    expect(done).toMatchObject({ outcome: 'installed', place: { file } });
    expect(done.ran).toEqual(['systemctl --user daemon-reload', `systemctl --user enable --now ${unit}`]);
    expect(place.calls()).toEqual([
      'systemctl --user show-environment',
      ...done.ran,
      expect.stringContaining('loginctl show-user'),
    ]);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(`"${MAIN}" "--dir" "${place.root}" "daemon" "run"\n`);
    expect(text).toMatch(/^Environment="PATH=.*:\/usr\/bin:\/bin:\/opt\/joined\/bin"$/m);
    expect(text).not.toContain('COORD_HOME');
    expect(await status(place)).toMatchObject({ installed: 'yes', state: 'running', found: 'active, running' });
    rmSync(place.path('on'));
    expect(await status(place)).toMatchObject({
      state: 'stopped',
      found: 'failed, failed',
      log: `journalctl --user --unit ${unit}`,
    });
    place.calls();
    expect((await remove(place)).ran).toEqual([`systemctl --user disable --now ${unit}`, 'systemctl --user daemon-reload']);
    expect(existsSync(file)).toBe(false);
    expect((await remove(place)).outcome).toBe('not there');
  });

  test('again changes nothing; with something new to say it is written anew and restarted', async () => {
    const place = linux();
    await install(place);
    expect(await install(place)).toMatchObject({ outcome: 'unchanged' });
    expect(place.calls().some((call) => call.includes('restart'))).toBe(false);
    expect((await serviceStatus(place.world, place.root, '/other/main.js', 'linux')).caveats[0]).toContain('different coord');
    place.world.env.PATH += ':/elsewhere';
    expect((await status(place)).caveats.join()).not.toContain('different coord');
    const { outcome, ran } = await install(place, false, '/other/main.js');
    expect([outcome, ran.at(-1)]).toEqual(['replaced', `systemctl --user restart ${serviceName(place.root)}.service`]);
    place.world.env.COORD_HOME = 'relative';
    const text = serviceText(place.world, place.root, MAIN, servicePlace(place.world, place.root, 'linux'));
    expect(text).toContain(`Environment="COORD_HOME=${place.world.home}"\n`);
  });

  test('O15 the folders that agents have moved go with it; where the shell has others since, it says so', async () => {
    const place = linux();
    Object.assign(place.world.env, { CLAUDE_CONFIG_DIR: '/data/my "claude"%', CODEX_HOME: '', ANTHROPIC_API_KEY: 'secret' });
    const { place: at } = await install(place);
    const text = readFileSync(at.file, 'utf8');
    expect(text).toContain('Environment="CLAUDE_CONFIG_DIR=/data/my \\"claude\\"%%"\n');
    expect(text).not.toMatch(/CODEX_HOME|secret/);
    expect((await status(place)).caveats.join()).not.toContain('CLAUDE_CONFIG_DIR');
    Object.assign(place.world.env, { CLAUDE_CONFIG_DIR: '', CODEX_HOME: '/data/codex' });
    const caveat = 'it has not what this shell has of CLAUDE_CONFIG_DIR, CODEX_HOME: coord service install';
    expect((await status(place)).caveats).toContain(caveat);
    await install(place);
    expect(readFileSync(at.file, 'utf8')).toMatch(/^Environment="CODEX_HOME=\/data\/codex"$/m);
    expect((await status(place)).caveats).not.toContain(caveat);
  });

  test('a restart is the manager’s where the service runs, and nobody’s where it does not', async () => {
    const place = linux();
    const restart = () => restartService(place.world, place.root, 'linux');
    expect(await restart()).toBeNull();
    await install(place);
    place.calls();
    const unit = `${serviceName(place.root)}.service`;
    expect(await restart()).toEqual({ name: serviceName(place.root), log: `journalctl --user --unit ${unit}` });
    expect(place.calls().at(-1)).toBe(`systemctl --user restart ${unit}`);
    rmSync(place.path('on'));
    expect(await restart()).toBeNull();
    expect(await restartService(place.world, place.root, 'win32')).toBeNull();
  });

  test('I6 a service that does not say whether it runs is not taken for stopped; without systemd it is', async () => {
    const place = linux();
    const restart = () => restartService(place.world, place.root, 'linux');
    await install(place);
    for (const trouble of ['slow', 'no-bus']) {
      writeFileSync(place.path(trouble), '');
      expect(await status(place)).toMatchObject({ installed: 'yes', state: null });
      await expect(restart()).rejects.toThrow(/cannot be asked whether it runs: .*(Connection timed out|No medium found)/);
    }
    writeFileSync(place.path('not-booted'), '');
    expect(await restart()).toBeNull();
    rmSync(place.path('not-booted'));
    place.world.env.PATH = place.path('nothing-here');
    expect(await restart()).toBeNull();
  });

  test('a hub has a service of its own, with its options, beside the daemon', async () => {
    const place = linux();
    await install(place);
    const work = hubWork(['--cert', '/etc/a "b"%.pem', '--mqtt', '1883']);
    const options = { platform: 'linux', force: false, work } as const;
    const done = await installService(place.world, place.root, MAIN, options);
    const unit = `${serviceName(place.root)}-hub.service`;
    expect([done.outcome, done.place.file]).toEqual(['installed', join(place.home, '.config', 'systemd', 'user', unit)]);
    const text = readFileSync(done.place.file, 'utf8');
    expect(text).toContain(`"--dir" "${place.root}" "hub" "--cert" "/etc/a \\"b\\"%%.pem" "--mqtt" "1883"\n`);
    expect(await serviceStatus(place.world, place.root, null, 'linux', work)).toMatchObject({ installed: 'yes' });
    expect((await removeService(place.world, place.root, options)).outcome).toBe('removed');
    expect(existsSync(done.place.file)).toBe(false);
    expect(await status(place)).toMatchObject({ installed: 'yes' });
  });

  test('a file that a person changed, or wrote, is left alone without --force', async () => {
    const place = linux();
    const { file } = (await install(place)).place;
    const edited = `${readFileSync(file, 'utf8')}# mine\n`;
    writeFileSync(file, edited);
    place.calls();
    for (const again of [() => install(place), () => remove(place), () => install(place, false, '/other/main.js')])
      await expect(again()).rejects.toMatchObject({ code: 'REFUSED', hint: expect.stringContaining('--force') });
    expect(readFileSync(file, 'utf8')).toBe(edited);
    expect(place.calls().filter((call) => /enable|disable/.test(call))).toEqual([]);
    expect(await status(place)).toMatchObject({ installed: 'changed', state: 'running' });
    expect((await install(place, true)).outcome).toBe('replaced');
    expect((await status(place)).installed).toBe('yes');
    writeFileSync(file, edited);
    expect((await remove(place, true)).outcome).toBe('removed');
  });

  test('without a systemd of the user nothing is written, and the other way is named', async () => {
    const place = linux();
    writeFileSync(place.path('no-bus'), '');
    await expect(install(place)).rejects.toMatchObject({
      message: expect.stringContaining('(Failed to connect to bus: No medium found)'),
      hint: expect.stringContaining('coord cron install'),
    });
    place.world.env.PATH = place.path('nothing-here');
    await expect(install(place)).rejects.toThrow('this computer has no systemd');
    expect(existsSync(join(place.home, '.config'))).toBe(false);
  });

  test('that it ends with the last session is said until somebody lets it linger', async () => {
    const place = linux();
    expect((await install(place)).caveats).toEqual([expect.stringContaining(`loginctl enable-linger ${userInfo().username}`)]);
    writeFileSync(place.path('linger'), 'Linger=yes\n');
    expect((await install(place)).caveats).toEqual([]);
  });

  test('in WSL, which no service keeps going, that is said with the setting that does', async () => {
    const place = linux();
    writeFileSync(place.path('linger'), 'Linger=yes\n');
    place.program('uname', 'echo "$1 5.15.153.1-microsoft-standard-WSL2"');
    expect((await install(place)).caveats).toEqual([
      'WSL ends soon after its last window, and this with it; to keep WSL going: instanceIdleTimeout=-1 below [general] in .wslconfig',
    ]);
    expect((await status(place)).caveats.join()).toContain('.wslconfig');
    place.program('uname', 'exit 1');
    expect((await status(place)).caveats).toEqual([]);
  });

  test('what systemctl says is passed on', async () => {
    const place = linux();
    place.program('systemctl', `[ "$2" = enable ] && { echo "Failed to enable unit: Access denied" >&2; exit 1; }; exit 0`);
    await expect(install(place)).rejects.toThrow(/systemctl --user enable --now coord-.*: Failed to enable unit: Access denied/);
  });

  test('two fleets of one person, one in a folder with blanks and quotes, and two persons of one folder', async () => {
    const mine = linux();
    const other = linux(`my "fleet" of 'tests'`, mine);
    const names = [await install(mine), await install(other)].map(({ place }) => place.file);
    expect(new Set(names).size).toBe(2);
    await remove(mine);
    expect(names.map((file) => existsSync(file))).toEqual([false, true]);
    const yours = createPlace();
    const same = (place: Place) => servicePlace(place.world, mine.root, 'linux');
    expect(same(mine).name).toBe(same(yours).name);
    expect(same(mine).file).not.toBe(same(yours).file);
  });

  test('what was installed is removed though the fleet has left the folder', async () => {
    const place = linux();
    await install(place);
    rmSync(join(place.root, '.coord'), { recursive: true });
    expect((await remove(place)).outcome).toBe('removed');
  });
});

describe('launchd', () => {
  const { install, remove, status } = on('darwin');
  const uid = userInfo().uid;

  function mac(): Place {
    const place = createPlace("a 'b'");
    place.program('launchctl', LAUNCHCTL);
    return place;
  }

  test('is loaded, loaded anew when it changes, and unloaded', async () => {
    const place = mac();
    const name = serviceName(place.root);
    const file = join(place.home, 'Library', 'LaunchAgents', `${name}.plist`);
    const enabled = `launchctl enable gui/${uid}/${name}`;
    const loaded = `launchctl bootstrap gui/${uid} ${file}`;
    expect((await install(place)).ran).toEqual([enabled, loaded]);
    expect(readFileSync(file, 'utf8')).toContain(`<string>${place.root}</string>`);
    expect(await status(place)).toMatchObject({
      state: 'running',
      found: 'running',
      log: expect.stringMatching(/^tail -F .*daemon\.log.* .*\.log'?$/),
    });
    place.world.env.CODEX_HOME = '/data/<codex>';
    expect((await status(place)).caveats).toContain('it has not what this shell has of CODEX_HOME: coord service install');
    delete place.world.env.CODEX_HOME;
    expect((await status(place)).caveats.join()).not.toContain('CODEX_HOME');
    expect(await restartService(place.world, place.root, 'darwin')).toMatchObject({ name });
    expect(place.calls().at(-1)).toBe(`launchctl kickstart -k gui/${uid}/${name}`);
    expect((await install(place)).outcome).toBe('unchanged');
    expect((await status(place)).caveats.join()).not.toContain('different coord');
    expect((await serviceStatus(place.world, place.root, '/other/main.js', 'darwin')).caveats[0]).toContain('different coord');
    const unloaded = `launchctl bootout gui/${uid}/${name}`;
    expect((await install(place, false, '/other/main.js')).ran).toEqual([unloaded, enabled, loaded]);
    expect((await remove(place)).ran).toEqual([unloaded]);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(place.home, 'Library', 'Logs', 'coord'))).toBe(true);
  });

  test('I6 one that takes a moment to end is replaced and removed, whatever launchd says of that', async () => {
    const place = mac();
    await install(place);
    writeFileSync(place.path('ends-slowly'), '');
    expect((await install(place, false, '/other/main.js')).ran.at(-1)).toContain('launchctl bootstrap');
    expect((await status(place)).state).toBe('running');
    expect((await remove(place)).ran).toEqual([expect.stringContaining('launchctl bootout')]);
  });

  test('I6 one that does not say whether it runs is not taken for stopped', async () => {
    const place = mac();
    await install(place);
    const restart = () => restartService(place.world, place.root, 'darwin');
    writeFileSync(place.path('slow'), '');
    await expect(restart()).rejects.toThrow('cannot be asked whether it runs: Operation timed out');
    rmSync(place.path('slow'));
    rmSync(place.path('on'));
    expect(await restart()).toBeNull();
    expect(await status(place)).toMatchObject({ state: 'stopped', found: 'not loaded' });
  });

  test('without a login on its screen nothing is written', async () => {
    const place = mac();
    writeFileSync(place.path('no-login'), '');
    await expect(install(place)).rejects.toThrow('(Could not find domain)');
    expect(existsSync(join(place.home, 'Library'))).toBe(false);
  });
});

test('other systems get another way; a coord that npm will clear away is not installed', async () => {
  const place = linux();
  await expect(on('win32').install(place)).rejects.toMatchObject({ hint: expect.stringContaining('WSL') });
  await expect(on('freebsd').install(place)).rejects.toMatchObject({ hint: 'coord cron install' });
  await expect(on('linux').install(place, false, '/home/me/.npm/_npx/1/x/main.js')).rejects.toThrow('the cache of npx');
});
