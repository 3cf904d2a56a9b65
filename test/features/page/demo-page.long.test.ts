// The demo with the page: what it prints opens the page of the first machine, and whoever ends it, whenever, leaves nothing running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../e2e/processes.ts';
import { buildOnce, mainPath } from '../../e2e/program.ts';

beforeAll(buildOnce);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-demo-page-'));
});

/** With what it said up to `word`. */
async function play(word: string) {
  const playing = spawn(process.execPath, [mainPath, 'demo', '--page', '--keep', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    playing.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  let said = '';
  playing.stdout.on('data', (part) => {
    said += String(part);
  });
  while (!said.includes(word)) await once(playing.stdout, 'data');
  return { playing, said: () => said };
}

const daemonsOf = (said: string) => [...said.matchAll(/started · pid (\d+)/g)].map(([, pid]) => Number(pid));

test('the page of three machines is served until the demo is ended, and then no daemon is left', async () => {
  const { playing, said } = await play('Ctrl-C ends');
  const [, page = ''] = /(http:\/\/localhost:\d+\/dashboard)#ticket=\S+/.exec(said()) ?? [];
  expect(await (await fetch(page)).text()).toContain('<title>');
  const daemons = daemonsOf(said());
  expect(daemons.map(isAlive)).toEqual([true, true, true]);
  const ended = once(playing, 'exit');
  playing.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(daemons.filter(isAlive)).toEqual([]);
});

test('ended while its daemons begin: no daemon is left either', async () => {
  const { playing, said } = await play('started · pid');
  const ended = once(playing, 'exit');
  playing.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(daemonsOf(said()).filter(isAlive)).toEqual([]);
});
