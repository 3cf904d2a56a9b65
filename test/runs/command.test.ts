import { chmodSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitOf, type Harness, openHarness, runToEnd, specOf } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

describe('O9: how a run ends', () => {
  test('success, with its output and private files', async () => {
    const spec = specOf('echo hello; echo world >&2');
    const ended = await runToEnd(at.runner(), spec);
    expect(ended).toEqual({ kind: 'ended', exit: exitOf({ exitCode: 0 }), tail: 'hello\nworld', outputs: {} });
    expect(statSync(at.paths(spec.key).folder).mode & 0o777).toBe(0o700);
    for (const path of [at.paths(spec.key).spec, at.paths(spec.key).log]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('an exit code', async () => {
    expect((await runToEnd(at.runner(), specOf('exit 7'))).exit).toEqual(exitOf({ exitCode: 7 }));
  });

  test('a signal', async () => {
    expect((await runToEnd(at.runner(), specOf('kill -KILL $$'))).exit).toEqual(exitOf({ signal: 'SIGKILL' }));
  });

  test('program not found', async () => {
    const { exit } = await runToEnd(at.runner(), specOf({ kind: 'argv', argv: ['no-such-program', 'x'] }));
    expect(exit).toEqual(exitOf({ why: 'notStarted', detail: 'program not found: no-such-program' }));
  });

  test('a program that may not be run', async () => {
    const path = at.file('not-executable');
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o644);
    const { exit } = await runToEnd(at.runner(), specOf({ kind: 'argv', argv: [path] }));
    expect(exit).toEqual(exitOf({ why: 'notStarted', detail: expect.stringContaining('no permission to run') }));
  });

  test('a folder that is gone, or is none', async () => {
    const gone = await runToEnd(at.runner(), specOf('true', { cwd: at.file('gone') }));
    expect(gone.exit).toEqual(exitOf({ why: 'notStarted', detail: `the folder ${at.file('gone')} does not exist` }));
    writeFileSync(at.file('plain'), '');
    const plain = await runToEnd(at.runner(), specOf('true', { cwd: at.file('plain') }));
    expect(plain.exit).toEqual(exitOf({ why: 'notStarted', detail: `${at.file('plain')} is not a folder` }));
  });

  test('an argument that no system takes', async () => {
    const { exit } = await runToEnd(at.runner(), specOf({ kind: 'argv', argv: ['echo', 'a\0b'] }));
    expect(exit).toEqual(exitOf({ why: 'notStarted', detail: expect.stringContaining('could not be started') }));
  });
});

describe('O9: what a run gets', () => {
  test('arguments as they stand', async () => {
    const script = 'for (const arg of process.argv.slice(1)) console.log(JSON.stringify(arg))';
    const argv = [process.execPath, '-e', script, '--', 'a b', '$HOME', '*', "'q'", ''] as const;
    const { tail } = await runToEnd(at.runner(), specOf({ kind: 'argv', argv: [...argv] }));
    expect(tail.split('\n').map((line) => JSON.parse(line))).toEqual(['a b', '$HOME', '*', "'q'", '']);
  });

  test('a line goes through the shell', async () => {
    const { tail } = await runToEnd(
      at.runner(),
      specOf('x="a  b"; echo "$x" | tr a-z A-Z && echo "$WHO"', { env: { PATH: '/usr/bin:/bin', WHO: 'me too' } }),
    );
    expect(tail).toBe('A  B\nme too');
  });

  test('O7: exactly its environment, COORD_OUTPUT, COORD_PROGRESS and the stamp', async () => {
    process.env.COORD_TEST_LEAK = 'leaked';
    const spec = specOf({ kind: 'argv', argv: ['/usr/bin/env'] }, { env: { A: '1', B: 'two words' } });
    const { tail } = await runToEnd(at.runner(), spec);
    delete process.env.COORD_TEST_LEAK;
    expect(
      tail
        .split('\n')
        .filter((line) => !line.startsWith('__CF'))
        .sort(),
    ).toEqual([
      'A=1',
      'B=two words',
      `COORD_OUTPUT=${at.paths(spec.key).outputs}`,
      `COORD_PROGRESS=${at.paths(spec.key).progress}`,
      `COORD_RUN_KEY=${spec.key}`,
    ]);
  });

  test('its folder', async () => {
    mkdirSync(at.file('some where'));
    const { tail } = await runToEnd(at.runner(), specOf({ kind: 'argv', argv: ['/bin/pwd'] }, { cwd: at.file('some where') }));
    expect(tail).toBe(realpathSync(at.file('some where')));
  });

  test('a closed stdin: who reads, reads the end', async () => {
    expect((await runToEnd(at.runner(), specOf('cat; read x; echo "read: $?"', { timeoutMs: 10_000 }))).tail).toBe('read: 1');
  });

  test('a group and a session of its own, without a terminal', async () => {
    const { tail } = await runToEnd(at.runner(), specOf('echo $$ $(ps -o pgid= -p $$)'));
    const [pid, pgid] = tail.split(' ');
    expect(pgid).toBe(pid);
  });

  test('one pipe: output and errors in their order, and /dev/stderr can be opened', async () => {
    const line = 'for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; echo d$i > /dev/stderr; done';
    const { tail } = await runToEnd(at.runner(), specOf(line));
    expect(tail.split('\n')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((i) => [`o${i}`, `e${i}`, `d${i}`]));
  });
});

describe('check', () => {
  test('runs after success, with the same folder and environment, into the same log', async () => {
    const check = { kind: 'line', line: 'echo "$A"; pwd; exit 3' } as const;
    const { exit, tail } = await runToEnd(at.runner(), specOf('echo -n main', { check, env: { A: 'same' }, cwd: '/' }));
    expect(exit).toEqual(exitOf({ exitCode: 0, checkRan: true, checkExitCode: 3 }));
    expect(tail).toMatch(/^(-n )?main\n── check ──\nsame\n\/$/);
  });

  test('passes', async () => {
    const { exit } = await runToEnd(at.runner(), specOf('true', { check: { kind: 'argv', argv: ['/bin/sh', '-c', 'exit 0'] } }));
    expect(exit).toEqual(exitOf({ exitCode: 0, checkRan: true, checkExitCode: 0 }));
  });

  test('does not run after a failure', async () => {
    const { exit } = await runToEnd(at.runner(), specOf('exit 1', { check: { kind: 'line', line: 'true' } }));
    expect(exit).toEqual(exitOf({ exitCode: 1 }));
  });

  test('failures 26: one that cannot be started fails, and the log says why', async () => {
    const { exit, tail } = await runToEnd(at.runner(), specOf('true', { check: { kind: 'argv', argv: ['no-such-check'] } }));
    expect(exit).toEqual(exitOf({ exitCode: 0, checkRan: true, checkExitCode: 127 }));
    expect(tail).toContain('coord: program not found: no-such-check');
  });

  test('has what is left of the time', async () => {
    const { exit } = await runToEnd(at.runner(), specOf('true', { check: { kind: 'line', line: 'sleep 60' }, timeoutMs: 700 }));
    expect(exit).toEqual(exitOf({ why: 'timeout', exitCode: 0, checkRan: true, signal: null }));
  });
});

describe('O7: COORD_OUTPUT', () => {
  test('key=value lines reach the result', async () => {
    const line = 'echo "url=http://x/?a=b" >> "$COORD_OUTPUT"; echo "empty=" >> "$COORD_OUTPUT"';
    expect((await runToEnd(at.runner(), specOf(line))).outputs).toEqual({ url: 'http://x/?a=b', empty: '' });
  });

  test('a line that does not count is named in the log', async () => {
    const { outputs, tail } = await runToEnd(at.runner(), specOf('printf "a=1\\n\\nnonsense\\n" > "$COORD_OUTPUT"; printf hi'));
    expect(outputs).toEqual({ a: '1' });
    expect(tail).toBe('hi\ncoord: COORD_OUTPUT line 3 is not key=value');
  });

  test('a pipe or a link in its place is not read', async () => {
    const pipe = await runToEnd(at.runner(), specOf('rm "$COORD_OUTPUT"; mkfifo "$COORD_OUTPUT"'));
    expect(pipe.outputs).toEqual({});
    expect(pipe.tail).toBe('coord: COORD_OUTPUT is not a plain file any more');
    const link = await runToEnd(at.runner(), specOf('ln -sf /etc/passwd "$COORD_OUTPUT"'));
    expect(link.outputs).toEqual({});
    expect(link.tail).toContain('cannot be read');
  });
});

describe('failures 21: the log', () => {
  test('a flood of 200 MB is capped, keeps its end, and says what is missing', async () => {
    const spec = specOf('head -c 200000000 /dev/zero | tr "\\0" x; echo; echo the end');
    const { exit, tail } = await runToEnd(at.runner({ logBytesMax: 1_000_000 }), spec);
    const log = readFileSync(at.paths(spec.key).log, 'utf8');
    expect(exit.exitCode).toBe(0);
    expect(exit.droppedBytes).toBe(200_000_009 - 1_000_000 - 64 * 1024 - 256 * 1024);
    expect(log.length).toBeLessThan(1_400_000);
    expect(log).toContain(`\n── ${exit.droppedBytes} bytes left out ──\n`);
    expect(tail).toBe('the end');
  });
});
