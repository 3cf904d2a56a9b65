// docs/hub.md is run as it stands, against a real hub.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { mainPath } from '../../e2e/program.ts';
import { hasProgram } from '../../programs.ts';
import { guest, type Hub, startHub } from './hub-world.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'hub.md'), 'utf8');
const hasCurl = hasProgram('curl');
let pc: TestMachine;
let hub: Hub;
let token = '';

beforeAll(async () => {
  [pc] = (await createFleet().calm('pc')) as [TestMachine];
  token = await guest(pc, 'kitchen', 'report,instructions,done,send,computers');
  hub = await startHub(pc);
});

afterAll(async () => {
  await hub.end();
  endFleets();
});

describe.runIf(hasCurl)('docs/hub.md', () => {
  const examples = [...page.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```json\n([\s\S]*?)^```$)?/gm)];
  const [prelude, ...rest] = examples.map(([, script = '', answer = 'null']) => ({
    script,
    answer: JSON.parse(answer) as unknown,
  }));

  test('every example is answered as it says, in their order', async () => {
    expect(rest.length).toBeGreaterThan(5);
    const env = { PATH: process.env.PATH ?? '', HOME: pc.home, COORD_HOME: pc.coordHome, HUB: hub.record().url, TOKEN: token };
    const coord = `coord() { "${process.execPath}" "${mainPath}" "$@"; }`;
    for (const { script, answer } of rest) {
      const lines = `set -eu\n${coord}\n${prelude?.script}\n${script.replaceAll(/^hub /gm, 'echo; hub ')}`;
      const { stdout } = await promisify(execFile)('sh', ['-c', lines], { cwd: pc.folder, env });
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), script).toEqual(like(answer));
    }
  });

  /** Fields may be more than the page shows; `…` is any text. */
  function like(shown: unknown): unknown {
    if (shown === '…') return expect.any(String);
    if (Array.isArray(shown)) return shown.map(like);
    if (typeof shown !== 'object' || shown === null) return shown;
    return expect.objectContaining(Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, like(value)])));
  }

  test('it names every path that a guest may ask, and no other one', async () => {
    const table = page.slice(page.indexOf('| | right'), page.indexOf('```sh\nhub report'));
    const paths = [...table.matchAll(/^\| `(?:GET|POST) (\/[^`]*)`/gm)].map(([, path]) => path);
    expect(paths).toEqual(['/report', '/instructions/<guest>', '/done/<id>', '/api/computers', '/send', '/health']);
  });
});
