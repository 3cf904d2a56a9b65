import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { mainPath, type TestMachine, until } from '../../e2e/fleet.ts';
import { envOf } from '../../e2e/program.ts';
import { bellFleet, bellOf, connected, daemonOf, endBellFleets } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';

const hasScript = spawnSync('script', ['--version']).status === 0;

afterAll(endBellFleets);

test('a fleet without a bell: no file, no connection, nothing in what is shown', async () => {
  const { all } = await bellFleet(null, 'pc');
  const [pc] = all as [TestMachine];
  const daemon = await daemonOf(pc);
  await pc.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
  await until('it has run', () => pc.count('ran') === 1);
  expect(existsSync(join(pc.folder, '.coord', 'bell'))).toBe(false);
  expect((await pc.coord(['bell'])).stdout).toBe('this fleet has no bell: coord bell on <address>\n');
  expect(daemon.said()).not.toContain('bell');
});

describe.runIf(hasMosquitto)('over mosquitto', () => {
  test.concurrent('B5 an order that is placed on one machine runs on another at once, though that looks at nothing', async () => {
    const { address } = await createMosquitto();
    const { all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await Promise.all([connected(mac), connected(pc)]);
    await mac.ok('order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran');
    await until('it has run', () => pc.count('ran') === 1);
    await until('its ring is counted', () => (bellOf(mac)?.counts.rung ?? 0) > 0);
  });

  test.concurrent('B5 a machine without a daemon rings by itself, and is no slower where the broker is gone', async () => {
    const broker = await createMosquitto();
    const { all } = await bellFleet(broker.address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const daemon = await connected(pc);
    expect((await mac.coord(['order', 'add', 'x', '--for', 'pc', '--', 'echo done >> ran'])).code).toBe(0);
    await until('it has run', () => pc.count('ran') === 1);
    await broker.kill();
    await until('it is said', () => daemon.said().includes('! the bell is not connected'));
    const done = await mac.coord(['order', 'add', 'y', '--for', 'pc', '--', 'true']);
    expect([done.code, done.stderr]).toEqual([0, '']);
  });

  test.concurrent('B6 who is there is shown; who was killed is gone once the broker misses it', async () => {
    const { address } = await createMosquitto();
    const { all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    const [, other] = await Promise.all([connected(mac), connected(pc)]);
    const online = () => bellOf(mac)?.online.map(({ machine }) => machine);
    await until('both are there', () => online()?.join() === '1,2');
    expect((await mac.coord(['bell'])).stdout).toMatch(/^connected to mqtt:.*\nonline now: 1 and 2\n/);
    expect((await mac.coord(['status'])).stdout).toContain('online now: 1 and 2');
    other.kill('SIGKILL');
    await until('one is gone', () => online()?.join() === '1', 45_000);
  });

  test.concurrent('B8 coord logs -f shows lines of a run elsewhere as they come, once, and hides secrets', async () => {
    const { address } = await createMosquitto();
    const { fleet, all } = await bellFleet(address, 'mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    await connected(pc);
    const command = 'echo $((40 + 2))nd; while [ ! -e gate ]; do sleep 0.1; done; echo password=hunter2; echo last';
    await mac.ok('order', 'add', 'x', '--for', 'pc', '--', command);
    const following = mac.start(['logs', '-f', 'x']);
    await until('the first line is there', () => following.said().includes('42nd\n'), 40_000);
    // Nothing of it is in the repo yet.
    const tips = fleet.git('for-each-ref', '--format=%(objectname)').split('\n');
    expect(() => fleet.git('grep', '-q', '42nd', ...tips)).toThrow();
    writeFileSync(join(pc.home, 'gate'), '');
    const { code, stdout, stderr } = await following.done;
    expect([code, stdout]).toEqual([0, '42nd\npassword=[redacted]\nlast\n']);
    expect(stderr).toContain('machine 2, as it comes; what it reports at the end is what counts');
  });

  test
    .runIf(hasScript)
    .concurrent('B8 coord run on a terminal shows lines as they come, and its tail not once more', async () => {
      const { address } = await createMosquitto();
      const { all } = await bellFleet(address, 'mac', 'pc');
      const [mac, pc] = all as [TestMachine, TestMachine];
      await connected(pc);
      const command = 'echo $((40 + 2))nd; while [ ! -e gate ]; do sleep 0.1; done; echo farewell; exit 3';
      const words = [process.execPath, mainPath, '--dir', mac.folder, 'run', 'pc', '--', command].map((word) => `'${word}'`);
      const terminal = spawn('script', ['-qec', words.join(' '), '/dev/null'], {
        env: { ...envOf(mac), TERM: 'xterm' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = new Promise((resolve) => terminal.on('close', resolve));
      await until('the first line is there', () => said.includes('42nd'), 40_000);
      writeFileSync(join(pc.home, 'gate'), '');
      expect(await ended).toBe(3);
      expect([said.split('42nd').length, said.split('farewell').length], said).toEqual([2, 2]);
    });
});
