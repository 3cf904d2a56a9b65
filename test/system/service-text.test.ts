// What the service managers read, judged by themselves where they are there, and by parsers that are not ours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeToStart } from '../../src/system/process/own-node.ts';
import { isAsWritten } from '../../src/system/service/hand-mark.ts';
import { launchdPlist } from '../../src/system/service/launchd-plist.ts';
import { serviceName } from '../../src/system/service/service-name.ts';
import type { ServicePlan } from '../../src/system/service/service-plan.ts';
import { systemdUnit } from '../../src/system/service/systemd-unit.ts';
import { hasProgram } from '../programs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coord-service-text-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PLAIN: ServicePlan = {
  name: 'coord-fleet-0123abcd',
  root: '/home/me/fleet',
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/git-coord/dist/main.js',
  words: ['daemon', 'run'],
  ownLog: '/home/me/fleet/.coord/daemon.log',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
};
const HOSTILE_ROOT = `/srv/a "b" 'c' %h %% $HOME \${X} \\n \\ ü 漢 ; # & <d> ]]> --`;
const HOSTILE: ServicePlan = {
  ...PLAIN,
  root: HOSTILE_ROOT,
  node: process.execPath,
  main: import.meta.filename,
  env: { PATH: `/opt/a b/%n:/x"y`, COORD_HOME: `${HOSTILE_ROOT} $Z` },
};
const LOG = '/Users/me/Library/Logs/coord/coord-fleet-0123abcd.log';

describe('templates/ shows what is installed, to the byte', () => {
  test.each([
    ['coord.service', systemdUnit(PLAIN)],
    ['coord.plist', launchdPlist(PLAIN, LOG)],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../../templates/${name}`);
  });
});

describe('systemd', () => {
  // Debian and its like have it in the package systemd.
  test.skipIf(!hasProgram('systemd-analyze'))('systemd-analyze finds nothing to say of either unit', () => {
    const plans = [
      { ...PLAIN, node: process.execPath, main: import.meta.filename },
      { ...HOSTILE, name: 'coord-hostile' },
    ];
    const paths = plans.map((plan) => {
      const path = join(scratch, `${plan.name}.service`);
      writeFileSync(path, systemdUnit(plan));
      return path;
    });
    const done = verify(paths);
    expect([done.status, done.stdout + done.stderr]).toEqual([0, '']);
    writeFileSync(paths[0] ?? '', systemdUnit(PLAIN).replace('on-failure', 'sometimes'));
    expect(verify(paths).stderr).toContain('sometimes');
  });

  const verify = (paths: readonly string[]) =>
    spawnSync('systemd-analyze', ['--user', 'verify', '--man=no', ...paths], {
      env: { ...process.env, XDG_RUNTIME_DIR: scratch, SYSTEMD_LOG_LEVEL: 'notice' },
      encoding: 'utf8',
    });

  // It refuses to be asked as root, who may be nobody for the time.
  const systemd = '/lib/systemd/systemd';
  const drop = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups'] : [];
  test.skipIf(!existsSync(systemd) || (drop.length > 0 && !hasProgram('setpriv')))('systemd reads every word as it is', () => {
    const home = mkdtempSync('/tmp/coord-units-');
    try {
      const units = join(home, 'systemd', 'user');
      mkdirSync(units, { recursive: true });
      writeFileSync(join(units, 'coord-x.service'), systemdUnit({ ...HOSTILE, node: '/bin/true' }));
      spawnSync('chmod', ['-R', 'a+rwX', home]);
      const [program = '', ...args] = [...drop, systemd, '--user', '--test', '--unit=coord-x.service', '--log-target=console'];
      const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home, LC_ALL: 'C.UTF-8' };
      const text = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
      // It prints the words as a shell would need them, and $$ as what it will make $ of as it starts the program.
      const shown = HOSTILE_ROOT.replaceAll('$', '$$$$').replaceAll(/["\\$]/g, '\\$&');
      expect(text).toContain(`Command Line: /bin/true ${import.meta.filename} --dir "${shown}" daemon run\n`);
      expect(text).toContain(`Environment: PATH=${HOSTILE.env.PATH}\n`);
      expect(text).toContain(`Environment: COORD_HOME=${HOSTILE.env.COORD_HOME}\n`);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  test('stopping the service leaves the watchdogs alive; a failure is tried again after a pause', () => {
    const lines = systemdUnit(PLAIN).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['KillMode=process', 'Restart=on-failure', 'RestartSec=30']));
  });

  test('what a unit cannot say is refused', () => {
    for (const root of ['/a\nb', '/a\tb', '/a\u2028b', '/a\ud800b'])
      expect(() => systemdUnit({ ...PLAIN, root }), JSON.stringify(root)).toThrow('no service file can say');
    expect(() => systemdUnit({ ...PLAIN, env: { PATH: '/a\n[Service]\nUser=root' } })).toThrow('no service file can say');
    for (const node of ['/a"b/node', "/a'b/node", '/a\\b/node'])
      expect(() => systemdUnit({ ...PLAIN, node })).toThrow('quote or backslash in its path');
  });
});

describe('launchd', () => {
  test('a strict parser reads every word as it is', () => {
    expect(plistOf(launchdPlist(HOSTILE, '/l<&>'))).toEqual({
      Label: HOSTILE.name,
      ProgramArguments: [HOSTILE.node, HOSTILE.main, '--dir', HOSTILE.root, 'daemon', 'run'],
      EnvironmentVariables: HOSTILE.env,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 30,
      AbandonProcessGroup: true,
      StandardOutPath: '/dev/null',
      StandardErrorPath: '/l<&>',
    });
    expect(plistOf(launchdPlist({ ...HOSTILE, ownLog: null }, '/l<&>'))).toMatchObject({ StandardOutPath: '/l<&>' });
    expect(() => plistOf('<plist><dict><key>a</key><string>b & c</string></dict></plist>')).toThrow('not well-formed');
  });

  test.skipIf(spawnSync('plutil', ['-help']).status !== 0)('plutil takes it', () => {
    const path = join(scratch, 'a.plist');
    writeFileSync(path, launchdPlist(HOSTILE, LOG));
    expect(spawnSync('plutil', ['-lint', path]).status).toBe(0);
  });

  test('what XML cannot say is refused', () => {
    for (const root of ['/a\u0001b', '/a\nb', '/a\ufffeb', '/a\udc00b'])
      expect(() => launchdPlist({ ...PLAIN, root }, LOG), JSON.stringify(root)).toThrow('no service file can say');
  });
});

test('any edit by hand is seen, and coord sees its own words, of whatever version', () => {
  for (const text of [systemdUnit(PLAIN), systemdUnit({ ...PLAIN, root: '/coord-hash: 12' }), launchdPlist(HOSTILE, LOG)]) {
    expect(isAsWritten(text)).toBe(true);
    expect(isAsWritten(text.replace('30', '31'))).toBe(false);
    expect(isAsWritten(`${text}\n`)).toBe(false);
    expect(isAsWritten(text.replaceAll('\n', '\r\n'))).toBe(false);
    expect(isAsWritten(text.replace(/coord-hash: [0-9a-f]+/, ''))).toBe(false);
    expect(isAsWritten(text.replace(/coord-hash: [0-9a-f]+/, 'coord-hash: '))).toBe(false);
  }
  expect(isAsWritten('')).toBe(false);
});

test('each folder has a name of its own, which any file system and service manager takes', () => {
  const roots = [
    '/a/fleet',
    '/b/fleet',
    '/a/Fleet',
    '/a/my "fleet"',
    "/a/my 'fleet'",
    '/a/Flöße',
    '/a/漢字',
    '/',
    `/a/${'x'.repeat(300)}`,
  ];
  const names = roots.map(serviceName);
  expect(new Set(names).size).toBe(roots.length);
  for (const name of names) expect(name).toMatch(/^coord-[a-z0-9-]{1,32}-[0-9a-f]{8}$/);
  expect(serviceName('/a/fleet')).toBe(names[0]);
});

test('a node that is found by a name in the PATH is started by that name, which outlives its upgrade', () => {
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  expect(nodeToStart(process.execPath, `relative::/nowhere:${bin}:/usr/bin`)).toBe(join(bin, 'node'));
  expect(nodeToStart(process.execPath, '/nowhere')).toBe(process.execPath);
  // An agent or a service manager with a bare PATH may have started it by such a name.
  const started = (argv0: string) => nodeToStart(process.execPath, '/nowhere', argv0);
  expect(['node', join(bin, 'node'), '/nowhere/node', import.meta.filename].map(started)).toEqual([
    process.execPath,
    join(bin, 'node'),
    process.execPath,
    process.execPath,
  ]);
  // Once it is gone, nobody knows its names any more; a folder of one shell alone goes with that.
  expect(nodeToStart('/nowhere/node', `/nowhere/bin:${bin}`)).toBe('/nowhere/node');
  const passing = join(scratch, 'fnm_multishells', '1_2', 'bin');
  mkdirSync(passing, { recursive: true });
  symlinkSync(process.execPath, join(passing, 'node'));
  expect(nodeToStart(process.execPath, `${passing}:${bin}`)).toBe(join(bin, 'node'));
});

type Value = string | number | boolean | Value[] | { [key: string]: Value };

/** A parser of the part of XML that a plist may use; anything else throws. */
function plistOf(text: string): Value {
  const ENTITY: Record<string, string> = { amp: '&', lt: '<', gt: '>' };
  const tokens: string[] = [];
  const token = /<\?xml [^?]*\?>|<!DOCTYPE [^>]*>|<!--(?:(?!--).)*-->|<\/?[a-z]+(?: version="1\.0")?\/?>|[^<]+/sy;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [found] = token.exec(text) ?? [];
    if (found === undefined || (!found.startsWith('<') && /&(?!(amp|lt|gt);)|\]\]>/.test(found)))
      throw new Error(`not well-formed at ${at}`);
    if (!/^<[?!]/.test(found) && (found.trim() !== '' || tokens.at(-1) === '<string>')) tokens.push(found);
  }
  const next = () => tokens.shift() ?? '';
  const expected = (word: string) => {
    const found = next();
    if (found !== word) throw new Error(`not well-formed: expected ${word}, found ${found}`);
  };
  const content = (end: string): string => {
    const words = tokens[0] === end ? '' : next();
    expected(end);
    return words.replaceAll(/&(amp|lt|gt);/g, (_, name: string) => ENTITY[name] ?? '');
  };
  const value = (): Value => {
    const open = next();
    if (open === '<true/>' || open === '<false/>') return open === '<true/>';
    if (open === '<string>') return content('</string>');
    if (open === '<integer>') return Number(content('</integer>'));
    if (open === '<array>') {
      const items: Value[] = [];
      while (tokens[0] !== '</array>') items.push(value());
      expected('</array>');
      return items;
    }
    if (open !== '<dict>') throw new Error(`not well-formed: ${open}`);
    const entries: [string, Value][] = [];
    while (tokens[0] !== '</dict>') {
      expected('<key>');
      entries.push([content('</key>'), value()]);
    }
    expected('</dict>');
    return Object.fromEntries(entries);
  };
  expected('<plist version="1.0">');
  const read = value();
  expected('</plist>');
  return read;
}
