// `coord __agent` with scripts in place of agents: bad days of the process itself, and those that read their task from a file.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { isoTime, minuteTime } from '../../../src/core/base/time.ts';
import type { AgentRequest, UsageLimit } from '../../../src/core/model/orders/agent.ts';
import { runAgent } from '../../../src/features/agents/adapters/run-agent.ts';
import { readFoundAgents, writeFoundAgents } from '../../../src/features/agents/system/found-agents.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-agent-'));
const before = process.cwd();
const { HOME } = process.env;
afterAll(() => {
  process.chdir(before);
  rmSync(root, { recursive: true, force: true });
});

let count = 0;

/** `script`: of a shell, in place of the agent; null = it is gone. `home`: of its owner, from its folder, which is in no repo then. */
async function run(script: string | null, change: Partial<AgentRequest> = {}, files: readonly string[] = [], home?: string) {
  count += 1;
  const folder = join(root, `${count}`);
  const cwd = join(folder, 'work');
  mkdirSync(home === undefined ? join(cwd, '.git') : cwd, { recursive: true });
  for (const file of files) {
    mkdirSync(join(cwd, file, '..'), { recursive: true });
    writeFileSync(join(cwd, file), '');
  }
  const program = join(folder, 'agent');
  if (script !== null) writeFileSync(program, `#!/bin/sh\n${script}\n`);
  if (script !== null) chmodSync(program, 0o755);
  const request: AgentRequest = {
    ...{ agent: 'claude', program, machine: 'pc', title: null, spec: null, check: null, prompt: 'Do it', model: null },
    ...{ budgetUsd: null, maxTurns: null, allowedTools: [], permission: 'no', projectSettings: false, silenceMs: 20_000 },
    ...{ withheld: [], notes: null, ...change },
  };
  writeFileSync(join(folder, 'spec.json'), JSON.stringify({ agent: request }));
  const written: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const env = {
    ...{ PATH: '/usr/bin:/bin', COORD_ORDER: 'x', COORD_CALL: join(folder, 'spec.json') },
    ...{
      COORD_RUN_KEY: `run-agent-${process.pid}-${count}`,
      COORD_OUTPUT: join(folder, 'outputs'),
      COORD_PROGRESS: join(folder, 'progress.json'),
    },
  };
  process.chdir(cwd);
  if (home !== undefined) process.env.HOME = resolve(cwd, home);
  const code = await runAgent(env, sink, sink);
  process.env.HOME = HOME;
  const isFile = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
  const text = (name: string) => (isFile(name) ? readFileSync(join(folder, name), 'utf8') : '');
  return { code, log: written.join(''), outputs: text('outputs'), progress: text('progress.json'), text };
}

test('O15 one that went between the look for it and its run', async () => {
  const { code, outputs } = await run(null);
  expect(code).toBe(2);
  expect(outputs).toContain('problem=claude could not be started: ENOENT');
});

const RESULT = '{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"Done","total_cost_usd":0}';

test('O15, O17 its log, its outputs and how far it is; what is too long, no JSON or no line is no trouble', async () => {
  const { code, log, outputs, progress } = await run(`
    cat > /dev/null
    echo '{"type":"system","subtype":"init","session_id":"s1","model":"m","permissionMode":"p"}'
    echo '{"type":"assistant","message":{"id":"a","content":[{"type":"tool_use","name":"Bash","input":{"command":"npm test"}}]}}'
    echo '{ no json'
    head -c 9000000 /dev/zero | tr '\\0' 'x'; echo
    printf '${RESULT}'`);
  expect(code).toBe(0);
  expect(log).toContain('session s1 · m · p\n▸ Bash npm test\n{ no json\n(a line of 9000000 characters left out)\n');
  expect(outputs).toBe('agent=claude\nsession=s1\nturns=1\ncost_usd=0\nresult=Done\n');
  expect(JSON.parse(progress)).toMatchObject({ last: '── 1 turns · $0 ──', turns: 1 });
});

test('O21.1 what a session has told is put out as it begins, and anew at its end', async () => {
  const init = '{"type":"system","subtype":"init","session_id":"s1","claude_code_version":"2.1.332"}';
  const resume = { session: 's1', generation: 1, attempt: 1, words: null, ended: '', isSameTask: true, told: 0.1 };
  const told = RESULT.replace('cost_usd":0', 'cost_usd":0.3');
  const { outputs } = await run(`cat > /dev/null; echo '${init}'; echo '${told}'`, { resume });
  expect(outputs).toBe('agent=claude\nsession=s1\nsession_told=0.1\nturns=1\ncost_usd=0.2\nsession_told=0.3\nresult=Done\n');
  const cutOff = await run(`cat > /dev/null; echo '${init}'; exit 1`, { resume });
  expect(cutOff.outputs).toMatch(/^agent=claude\nsession=s1\nsession_told=0\.1\nproblem=/);
});

test.each([
  ['what it said counts', RESULT, 0, 'result=Done'],
  ['also where that is a failure', RESULT.replace('false', 'true'), 1, 'problem=claude: Done'],
  ['one that has said nothing of an end has none', '{"type":"system"}', 2, 'problem=claude made no progress for 300ms'],
])('O15.5 one that does not exit after its own word of the end is ended after its silence: %s', async (_, said, code, words) => {
  const ended = await run(`cat > /dev/null; echo '${said}'; exec sleep 60`, { silenceMs: 300 });
  expect(ended).toMatchObject({ code, outputs: expect.stringContaining(words) });
});

const LIMITED = `cat > /dev/null; echo '{"type":"result","subtype":"success","is_error":true,"result":"You have hit your limit"}'; exit 1`;

function homeWith(limit: UsageLimit | undefined): string {
  const home = mkdtempSync(join(root, 'home-'));
  const found = { name: 'claude', program: '/x', version: '2', login: 'in', problem: null } as const;
  writeFoundAgents(home, { version: 1, checkedAt: '', agents: [limit === undefined ? found : { ...found, limit }] });
  return home;
}

test('O15.12 a usage limit is noted, so that orders wait; a person is asked once no attempt is left', async () => {
  const notes = homeWith(undefined);
  const last = await run(LIMITED, { notes, attempts: 1 });
  const { limit } = readFoundAgents(notes)?.agents[0] ?? {};
  const heldMs = Date.parse(limit?.until ?? '') - Date.now();
  expect(heldMs).toBeGreaterThan(29 * 60_000);
  expect(heldMs).toBeLessThanOrEqual(30 * 60_000);
  const waits = `on pc orders for it wait until ${minuteTime(limit?.until ?? '')}`;
  expect(last).toMatchObject({ code: 3, outputs: expect.stringMatching(/\nasks=limit\n$/) });
  expect(last.outputs).toContain(`problem=claude has reached its usage limit: You have hit your limit; ${waits}\n`);
  const first = await run(LIMITED, { notes, attempts: 2 });
  expect(first).toMatchObject({ code: 1, outputs: expect.not.stringContaining('asks=') });
  expect(first.outputs).toContain(waits);
});

test.each([
  ['one that is over is forgotten', -1, false],
  ['one that lasts stays: another run has met it', 5, true],
])('O15.12 of usage limits, after a run that succeeded, %s', async (_, untilMinutes, stays) => {
  const fromNow = (minutes: number) => isoTime(Date.now() + minutes * 60_000);
  const limit = { since: fromNow(-60), until: fromNow(untilMinutes) };
  const notes = homeWith(limit);
  expect((await run(`cat > /dev/null; echo '${RESULT}'`, { notes })).code).toBe(0);
  expect(readFoundAgents(notes)?.agents[0]?.limit).toEqual(stays ? limit : undefined);
});

test.runIf(existsSync('/usr/bin/setsid'))(
  'O9.3, O15.5 what left the group is ended after a silence, and stays after an end',
  async () => {
    const starts = `cat > /dev/null; setsid sleep 61 & echo $! > left; echo '{"type":"system"}'`;
    const isAlive = (pid: number) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[2] !== 'Z';
      } catch {
        return false;
      }
    };
    const silent = await run(`${starts}; exec sleep 60`, { silenceMs: 300 });
    expect(silent.code).toBe(2);
    expect(isAlive(Number(silent.text('work/left')))).toBe(false);
    const ended = await run(`${starts}; echo '${RESULT}'`);
    expect(ended.code).toBe(0);
    const left = Number(ended.text('work/left'));
    expect(isAlive(left)).toBe(true);
    process.kill(left, 'SIGKILL');
  },
);

test('O15.12 one that waits for its limit until its silence is over is at its limit', async () => {
  const { code, outputs } = await run(`cat > /dev/null; echo 'usage limit reached' >&2; exec sleep 60`, { silenceMs: 300 });
  expect({ code, outputs }).toMatchObject({ code: 3, outputs: expect.stringContaining('asks=limit') });
  expect(outputs).toContain('was ended; its last words: usage limit reached');
});

test.runIf(existsSync('/dev/full'))(
  'O15.4, O7 outputs that cannot be written, on a full disk, leave a done task done',
  async () => {
    const { code, log } = await run(`
    cat > /dev/null
    ln -sf /dev/full "$(dirname "$0")/outputs"
    echo '{"type":"system","subtype":"init","session_id":"s1","model":"m","permissionMode":"p"}'
    printf '${RESULT}'`);
    expect(code).toBe(0);
    expect(log).toContain('coord: the output "session" cannot be written: ENOSPC');
    expect(log).toContain('coord: the output "result" cannot be written: ENOSPC');
  },
);

test('O15 what it says last before a trace of its program is why it failed', async () => {
  const { outputs } = await run(`echo 'Error: no credit' >&2; printf 'Stack backtrace:\\n   0: <unknown>\\n' >&2; exit 1`);
  expect(outputs).toContain('problem=claude ended with 1 and gave no result: Error: no credit');
});

test('O10, O15 files of the folder that it would obey ask its owner, who may say that they count', async () => {
  const gemini = { agent: 'gemini', permission: 'auto_edit' } as const;
  const done = `cat > /dev/null; echo '{"type":"message","role":"assistant","content":"Done."}'; echo '{"type":"result","status":"success"}'`;
  const asked = await run(done, gemini, ['.gemini/settings.json']);
  expect(asked.code).toBe(3);
  expect(asked.outputs).toMatch(
    /problem=gemini would obey .*\.gemini\/settings\.json; on pc: project_settings of gemini in policy\.yaml/,
  );
  expect((await run(done, { ...gemini, projectSettings: true }, ['.gemini/settings.json'])).code).toBe(0);
  expect((await run(done, gemini, ['.env'])).outputs).toContain('gemini would obey');
  expect((await run(done, gemini, ['.claude/settings.json'])).code).toBe(0);
  // The first may send the key of its owner to another host.
  for (const name of ['.aider.model.settings.yml', '.aider.model.metadata.json'])
    expect((await run(done, { agent: 'aider' }, [name])).outputs).toContain('aider would obey');
});

test('O15 settings of its owner’s home are the owner’s, those of a folder below it are not', async () => {
  const done = `cat > /dev/null; echo '{"type":"message","role":"assistant","content":"Done."}'; echo '{"type":"result","status":"success"}'`;
  const gemini = { agent: 'gemini', permission: 'auto_edit' } as const;
  const files = ['../.gemini/settings.json', '../.env'];
  expect((await run(done, gemini, files, '..')).code).toBe(0);
  expect((await run(done, gemini, files, '../..')).outputs).toContain('gemini would obey');
  expect((await run(done, gemini, ['.env'], '..')).outputs).toContain('gemini would obey');
});

test('O15 aider in a folder that is in no repo makes none; where there is one it is used', async () => {
  const script = `[ "$1" = --help ] && echo '--git, --no-git' && exit; echo "$@" > words`;
  const words = async (home?: string) => (await run(script, { agent: 'aider' }, [], home)).text('work/words');
  expect(await words('..')).toContain('--no-git');
  expect(await words()).not.toContain('--no-git');
});

test('O15 one that reads its task from a file, and is asked which words it knows', async () => {
  const script = `
    [ "$1" = --help ] && echo '--no-gitignore' && exit
    cat "$2" > seen.md; echo "$@" > words; echo 'Applied edit to a.ts'; echo 'Tokens: 1k sent. Cost: $0.02 message, $0.02 session.'`;
  const { code, outputs, text } = await run(script, { agent: 'aider' });
  expect(code).toBe(0);
  expect(text('work/seen.md')).toContain('The task:\n\nDo it');
  expect(text('work/words')).toMatch(/prompt\.md --yes-always --no-stream --no-auto-commits --no-gitignore\n$/);
  expect(text('prompt.md')).toBe('');
  expect(outputs).toBe('agent=aider\nturns=1\ncost_usd=0.02\nresult=Applied edit to a.ts\n');
});
