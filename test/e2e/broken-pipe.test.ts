// `coord … | head`: a reader that has gone is no failure of the program that wrote to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { buildOnce, mainPath } from './program.ts';

beforeAll(buildOnce);

/** Runs the program with a standard output, or with both outputs, that nobody reads. */
async function unread(words: string, streams: '' | '2>&1') {
  // The reader is gone before anything is written.
  const line = `{ sleep 0.2; "$0" "$1" ${words} ${streams}; echo "code $?" >&3; } | true`;
  const child = spawn('bash', ['-c', line, process.execPath, mainPath], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const said = { errors: '', code: '' };
  child.stderr?.on('data', (piece) => {
    said.errors += piece;
  });
  child.stdio[3]?.on('data', (piece) => {
    said.code += piece;
  });
  await once(child, 'close');
  return { errors: said.errors, code: Number(/^code (\d+)$/m.exec(said.code)?.[1]) };
}

test.concurrent.each<[words: string, code: number]>([
  ['--help', 0],
  ['--version', 0],
  ['order add --help', 0],
  ['completion bash', 0],
])('coord %s | head shows no stack', async (words, code) => {
  expect(await unread(words, '')).toEqual({ errors: '', code });
  expect(await unread(words, '2>&1')).toEqual({ errors: '', code });
});

test.concurrent('what is wrong keeps its exit code though nobody reads why', async () => {
  expect(await unread('nonsense', '2>&1')).toEqual({ errors: '', code: 2 });
});
