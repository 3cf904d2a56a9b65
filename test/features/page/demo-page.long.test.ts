// The demo with the page: what it prints opens the page of the first machine, and whoever ends it leaves nothing running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../e2e/processes.ts';
import { buildOnce, mainPath } from '../../e2e/program.ts';

beforeAll(buildOnce);

test('the page of three machines is served until the demo is ended, and then no daemon is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coord-demo-page-'));
  const playing = spawn(process.execPath, [mainPath, 'demo', '--page', '--keep', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let said = '';
    for await (const part of playing.stdout) {
      said += String(part);
      if (said.includes('Ctrl-C ends')) break;
    }
    const [, page = ''] = /(http:\/\/127\.0\.0\.1:\d+\/dashboard)#ticket=\S+/.exec(said) ?? [];
    expect(await (await fetch(page)).text()).toContain('<title>');
    const daemons = [...said.matchAll(/started · pid (\d+)/g)].map(([, pid]) => Number(pid));
    expect(daemons.map(isAlive)).toEqual([true, true, true]);
    const ended = once(playing, 'exit');
    playing.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(daemons.filter(isAlive)).toEqual([]);
  } finally {
    playing.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}, 120_000);
