// O15: orders for an agent, with a stand-in that speaks claude's stream format under a real runner and watchdog, and with the real
// claude where it is installed.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findExecutable } from '../../src/system/process/find-executable.ts';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';
import { ask, connect, endClients } from './mcp-client.ts';

afterEach(async () => {
  await endClients();
  endFleets();
});

const standIn = join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs');

/** It lies where claude's own installer puts it. */
function install(machine: TestMachine): string {
  const path = join(machine.home, '.local', 'bin', 'claude');
  mkdirSync(join(path, '..'), { recursive: true });
  mkdirSync(join(machine.home, 'work'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function fleetWithAgent(): Promise<{ fleet: Fleet; pc: TestMachine; program: string }> {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const program = install(pc);
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  return { fleet, pc, program };
}

const agent = (id: string, prompt: string, more: object = {}) => ({
  id,
  assign: 1,
  agent: 'claude',
  prompt,
  cwd: '~/work',
  ...more,
});

interface Asked {
  readonly argv: string[];
  readonly prompt: string;
  readonly env: Record<string, string>;
  readonly cwd: string;
}

function asked(pc: TestMachine): Asked {
  return JSON.parse(pc.read('asked.json')) as Asked;
}

test('O15 an order goes only where its agent is, runs with the least permission, and says what it did', async () => {
  const fleet = createFleet();
  const [pc, mac] = (await fleet.joined('pc', 'mac')) as [TestMachine, TestMachine];
  const person = fleet.person();
  person.push({ 'coordination/specs/fix.md': '# Fast\n\nBelow a second.\n' });
  person.order([
    agent('fix', 'Please: works', {
      check: 'test -f made.txt && echo "$KEY"',
      env: { SEED: '7' },
      title: 'A "title"',
      spec: 'specs/fix.md',
      assign: 'any',
    }),
  ]);
  await pc.ok('sync');
  expect(fleet.status().orders.fix).toMatchObject({
    state: 'BLOCKED',
    reason: 'no machine has claude; on a machine that has it: coord allow agent',
  });
  await mac.ok('allow', 'agent');
  await mac.ok('sync');
  expect(fleet.status().orders.fix?.reason).toBe('no machine has claude; on a machine that has it: coord agent detect');

  const program = install(pc);
  const said = await pc.ok('allow', 'agent');
  await pc.ok('allow', 'env', 'SEED');
  expect(said).toContain('set the AI agents of this computer to work');
  expect(said).toContain('agents have no folder to work in yet: coord allow folder <path>');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix?.reason).toBe('folder ~/work not allowed for agents; on pc: coord allow folder ~/work');
  await pc.ok('allow', 'folder', '~/work');
  expect(said).toContain(`claude  2.1.197  logged in  ${program}`);
  expect(await pc.json('agent', 'list')).toMatchObject({
    agents: [{ name: 'claude', program, version: '2.1.197', login: 'in' }],
  });
  writeFileSync(join(pc.home, 'secrets'), 'KEY=for-the-check\n');
  const policy = join(pc.coordHome, 'policy.yaml');
  writeFileSync(
    policy,
    readFileSync(policy, 'utf8').replace(/\n( +)slots:/, `\n$1secrets: [${join(pc.home, 'secrets')}]\n$1slots:`),
  );
  await mac.ok('sync', '--wait');
  await pc.ok('sync', '--wait');

  const { orders, machines } = fleet.status();
  expect(machines['1']).toMatchObject({ tools: ['claude'] });
  expect(machines['2']).toMatchObject({ tools: [] });
  expect(orders.fix).toMatchObject({
    state: 'COMPLETED',
    machine: 1,
    exitCode: 0,
    outputs: {
      ...{ agent: 'claude', session: '11111111-2222-4333-8444-555555555555' },
      ...{ turns: '2', cost_usd: '0.0125', result: 'Wrote made.txt' },
    },
  });
  expect(orders.fix?.tail).toContain('I will write the file.');
  expect(orders.fix?.tail).toContain('▸ Write made.txt');
  expect(orders.fix?.tail).toContain('[redacted]');
  const { argv, prompt, env, cwd } = asked(pc);
  const least =
    '-p --output-format stream-json --verbose --permission-mode acceptEdits --setting-sources user --strict-mcp-config';
  const tools = ['fleet_status', 'report_progress', 'hand_off', 'ask']
    .map((name) => ` --allowedTools mcp__coord__${name}`)
    .join('');
  const server = argv[argv.indexOf('--mcp-config') + 1] ?? '';
  const settings = argv[argv.indexOf('--settings') + 1] ?? '';
  expect(argv.join(' ')).toBe(`${least} --settings ${settings} --mcp-config ${server}${tools}`);
  expect(server).not.toContain('for-the-check');
  expect(prompt).toContain('Please: works');
  expect(prompt).toContain('on the machine "pc"');
  expect(prompt).toContain('> # Fast\n> \n> Below a second.\n');
  expect(prompt).toContain('Title of the order: "A \\"title\\""');
  expect(env).toMatchObject({ COORD_ORDER: 'fix', SEED: '7', HOME: pc.home });
  expect(Object.keys(env).filter((name) => /^KEY$|COORD_CALL|COORD_OUTPUT/.test(name))).toEqual([]);
  expect(cwd).toBe(join(pc.home, 'work'));
});

test('O15 success is evidence: its word, its exit and the check; only a person helps against a denial', async () => {
  const { fleet, pc } = await fleetWithAgent();
  fleet
    .person()
    .order([
      agent('idle', 'nothing', { check: 'test -f never-made' }),
      agent('error', 'error'),
      agent('denied', 'denied', { attempts: 3 }),
      agent('dies', 'dies'),
      agent('kills', 'kills-its-group'),
      agent('unknown', 'what'),
      agent('leaves', 'leaves'),
    ]);
  await pc.ok('sync', '--wait');
  const { orders, needsYou } = fleet.status();
  expect(orders.idle).toMatchObject({ state: 'FAILED', reason: 'check failed with 1' });
  expect(orders.error).toMatchObject({ state: 'FAILED', reason: 'claude: It broke', exitCode: 1 });
  expect(orders.denied).toMatchObject({
    state: 'BLOCKED',
    attempt: 1,
    reason: `claude was denied Bash(npm test); on pc: coord allow tool 'claude: Bash(npm test)'; then: coord retry denied`,
  });
  expect(needsYou).toContainEqual({ code: 'order', order: 'denied', why: orders.denied?.reason });
  expect(orders.dies).toMatchObject({ state: 'FAILED', reason: 'claude ended by SIGKILL and gave no result', exitCode: 2 });
  expect(orders.kills).toMatchObject({ state: 'FAILED', reason: 'ended by SIGKILL' });
  expect(orders.unknown).toMatchObject({
    state: 'FAILED',
    reason: 'claude ended with 1 and gave no result: error: unknown task what',
  });
  expect(orders.leaves).toMatchObject({ state: 'COMPLETED', reason: 'ended 1 leftover process' });
  expect(pc.processes()).toEqual([]);

  await pc.ok('retry', 'denied');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.denied).toMatchObject({ state: 'BLOCKED', generation: 2 });
});

test('O10, O15 what is asked beyond the policy is BLOCKED with the command; what is allowed is passed on', async () => {
  const { fleet, pc, program } = await fleetWithAgent();
  const order = agent('fix', 'works', { allowed_tools: ['Bash(npm test)'], model: 'sonnet', budget: 2.5, max_turns: 7 });
  fleet
    .person()
    .order([
      order,
      agent('env', 'works', { env: { ANTHROPIC_BASE_URL: 'http://evil' } }),
      { ...agent('cx', 'x'), agent: 'eliza' },
    ]);
  await pc.ok('sync');
  expect(fleet.status().orders).toMatchObject({
    fix: {
      state: 'BLOCKED',
      reason: `tool Bash(npm test) of claude not allowed; on pc: coord allow tool 'claude: Bash(npm test)'`,
    },
    env: { state: 'BLOCKED', reason: 'variable ANTHROPIC_BASE_URL not allowed; on pc: coord allow env ANTHROPIC_BASE_URL' },
    cx: {
      state: 'BLOCKED',
      reason: expect.stringMatching(
        /^no eliza; coord knows claude, .*, and what agents\.yaml .*; on pc: install it, then coord agent detect$/,
      ),
    },
  });
  await pc.ok('allow', 'tool', 'claude: Bash(npm test)');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix).toMatchObject({ state: 'COMPLETED' });
  expect(asked(pc).argv.slice(-8)).toEqual([
    '--model',
    'sonnet',
    '--max-turns',
    '7',
    '--max-budget-usd',
    '2.5',
    '--allowedTools',
    'Bash(npm test)',
  ]);

  rmSync(program);
  fleet.person().order([agent('gone', 'works', { assign: 'any' })]);
  await pc.ok('sync');
  expect(fleet.status().orders.gone).toMatchObject({
    state: 'BLOCKED',
    reason: `claude is no longer at ${program}; on pc: coord agent detect`,
  });
  await pc.ok('agent', 'detect');
  await pc.ok('sync');
  expect(fleet.status().orders.gone?.reason).toBe('no machine has claude; on a machine that has it: coord agent detect');
});

test('O15 not logged in, known before or found by the run: BLOCKED with what to do, and on again after it', async () => {
  const { fleet, pc } = await fleetWithAgent();
  writeFileSync(join(pc.home, 'logged-out'), '');
  await pc.ok('agent', 'detect');
  fleet.person().order([agent('first', 'works')]);
  await pc.ok('sync');
  const where = 'claude is not logged in; on pc: claude /login';
  expect(fleet.status().orders.first).toEqual(
    expect.objectContaining({ state: 'BLOCKED', reason: `${where}, then coord agent detect` }),
  );
  rmSync(join(pc.home, 'logged-out'));
  await pc.ok('agent', 'detect');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.first).toMatchObject({ state: 'COMPLETED', attempt: 1 });

  fleet.person().order([agent('expired', 'expired', { attempts: 3 }), agent('next', 'works', { after: [] })]);
  await pc.ok('sync', '--wait');
  const { orders } = fleet.status();
  expect(orders.expired).toMatchObject({
    state: 'BLOCKED',
    attempt: 1,
    exitCode: 3,
    reason: `${where}; then: coord retry expired`,
  });
  // The next one does not have to find out.
  expect(orders.next).toMatchObject({ state: 'BLOCKED', reason: `${where}, then coord agent detect` });
});

test('O15 silence ends one that hangs or waits for its host; a flood fills neither memory nor the log', async () => {
  const { fleet, pc } = await fleetWithAgent();
  fleet
    .person()
    .order([
      agent('hangs', 'hangs', { silence: '1s' }),
      agent('retries', 'retries', { silence: '1s' }),
      agent('floods', 'floods'),
    ]);
  await pc.ok('sync', '--wait');
  const { orders } = fleet.status();
  expect(orders.hangs).toMatchObject({ state: 'FAILED', reason: 'claude made no progress for 1s and was ended', exitCode: 2 });
  expect(orders.hangs?.tail).toContain('let me think');
  expect(orders.retries?.reason).toMatch(
    /^claude made no progress for 1s and was ended; its last words: (still trying|waits: overloaded, try 1 of 10)$/,
  );
  expect(orders.floods).toMatchObject({ state: 'COMPLETED' });
  expect((await pc.ok('logs', 'floods')).length).toBeLessThan(300_000);
  expect(pc.processes()).toEqual([]);
});

test('O15 what an agent does is in its log while it runs; cancelled, all that it started ends too', async () => {
  const { fleet, pc } = await fleetWithAgent();
  fleet.person().order([agent('hangs', 'hangs')]);
  await pc.ok('sync');
  const files = (name: string) => pc.runs().map((key) => join(pc.folder, '.coord', 'runs', key, name));
  const says = (name: string) =>
    files(name).some((path) => existsSync(path) && readFileSync(path, 'utf8').includes('let me think'));
  // How far it is follows what it says, once a second at most.
  await until('it says what it does', () => says('output.log') && says('progress.json'));
  expect(await pc.ok('logs', 'hangs')).toContain('session 11111111-2222-4333-8444-555555555555');
  const progress = { last: 'let me think', turns: 1, costUsd: null };
  expect((await pc.json('status')).orders.hangs).toMatchObject({ state: 'IN_PROGRESS', progress });
  expect(await pc.ok('status')).toMatch(/hangs .* turn 1 · let me think/);
  await pc.ok('cancel', 'hangs');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.hangs).toMatchObject({ state: 'CANCELLED' });
  expect(pc.processes()).toEqual([]);
});

test('O17 coord retry --resume goes on in the session; gone is gone, and a plain retry begins afresh', async () => {
  const { fleet, pc } = await fleetWithAgent();
  const session = '11111111-2222-4333-8444-555555555555';
  fleet
    .person()
    .order([
      agent('fix', 'Make it work: error'),
      { id: 'shell', assign: 1, run: 'true' },
      agent('none', 'x', { cancelled: true }),
    ]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix).toMatchObject({ state: 'FAILED', outputs: { session } });
  expect((await pc.here(['retry', 'shell', '--resume'])).stderr).toContain('order shell is not for an agent');
  expect((await pc.here(['retry', 'none', '--resume'])).stderr).toContain('claude has no session of order none to resume');

  await pc.ok('retry', 'fix', '--resume', 'The port is 8080. works');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix).toMatchObject({ state: 'COMPLETED', generation: 2, outputs: { session } });
  const { argv, prompt } = asked(pc);
  expect(argv.join(' ')).toContain(`--resume ${session}`);
  expect(prompt).toContain('You go on with the order fix (generation 2, attempt 1)');
  expect(prompt).toContain('ended: "generation 1, attempt 1: FAILED, claude: It broke"');
  expect(prompt).not.toContain('Make it work');

  rmSync(join(pc.home, `session-${session}`));
  await pc.ok('retry', 'fix', '--resume');
  await pc.ok('sync', '--wait');
  const gone = 'the session of claude is no longer on pc; to start over: coord retry fix';
  expect(fleet.status().orders.fix).toMatchObject({ state: 'BLOCKED', generation: 3, reason: gone });
  await pc.ok('retry', 'fix');
  expect(fleet.git('show', 'main:coordination/ORDERS.json')).not.toContain('resume');
});

test('O18 an agent asks and its order waits; answered from a phone or by an agent, it goes on there', async () => {
  const { fleet, pc } = await fleetWithAgent();
  fleet.person().order([agent('fix', 'asks'), agent('look', 'wonders')]);
  const reason = 'waits for an answer: May I drop the table?; coord answer fix "…"';
  expect(await pc.ok('sync', '--wait')).toContain(`blocked: fix (${reason})`);
  expect(await pc.ok('timeline')).toContain(`fix needs a person, waits for an answer: May I drop the table?`);
  const { orders, needsYou } = fleet.status();
  expect(orders.fix).toMatchObject({ state: 'BLOCKED', exitCode: 3, reason, outputs: { question: 'May I drop the table?' } });
  expect(orders.fix?.tail).toContain('the tool said yes: noted. Now end your turn');
  expect(needsYou).toContainEqual({
    code: 'order',
    order: 'fix',
    why: `${reason}, or write "answer fix: …" in messages/0_TO_1.md`,
  });
  expect(fleet.board('README.md')).toContain('May I drop the table?');
  expect(await pc.ok('answer')).toMatch(/look · on 1 pc · .* UTC\n {2}\| Which port\?\nfix · on 1 pc/);
  expect(await pc.coord(['answer', 'nothing', 'yes'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no order "nothing"'),
  });

  fleet.person().push({ 'coordination/messages/0_TO_1.md': '## Answer fix\n\nYes, it\nworks\n' });
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix).toMatchObject({ state: 'COMPLETED', generation: 2, outputs: { result: 'Wrote made.txt' } });
  const { argv, prompt } = asked(pc);
  expect(argv).toEqual(expect.arrayContaining(['--resume', orders.fix?.outputs?.session]));
  expect(prompt).toContain(
    `This is how your run in this session ended: ${JSON.stringify(`generation 1, attempt 1: FAILED, ${reason}`)}`,
  );
  expect(prompt.endsWith('What you are told now:\n\nYes, it\nworks\n')).toBe(true);

  expect(await pc.here(['answer', 'fix', 'no'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the newest open question is of look: Which port?'),
  });
  await pc.ok('allow', 'mcp', 'answer');
  const answered = await ask(await connect(pc), 'act_on_order', { order: 'look', act: 'answer', answer: '8900 nothing' });
  expect(answered.text).toMatch(/^answered look\n/);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.look).toMatchObject({ state: 'COMPLETED', generation: 2 });
  expect(await pc.ok('answer')).toBe('no question waits for an answer\n');
});

const real = findExecutable('claude', [process.env.COORD_TEST_AGENTS ?? '', process.env.PATH ?? ''].join(delimiter));

test.skipIf(real === null)(
  'O15 the real claude, not logged in: found so, and its order ends with that (skipped without it)',
  async () => {
    const fleet = createFleet();
    const [pc] = (await fleet.joined('pc')) as [TestMachine];
    mkdirSync(join(pc.home, '.local', 'bin'), { recursive: true });
    mkdirSync(join(pc.home, 'work'));
    symlinkSync(real ?? '', join(pc.home, '.local', 'bin', 'claude'));
    await pc.ok('allow', 'agent');
    await pc.ok('allow', 'folder', '~/work');
    const found = await pc.json<{ agents: { login: string }[] }>('agent', 'list');
    expect(found).toMatchObject({ agents: [{ name: 'claude', login: 'out', problem: null }] });
    fleet.person().order([agent('fix', 'Say hi', { max_turns: 1, budget: 1 })]);
    await pc.ok('sync');
    const where = 'claude is not logged in; on pc: claude /login';
    expect(fleet.status().orders.fix).toMatchObject({ state: 'BLOCKED', reason: `${where}, then coord agent detect` });

    // As where nothing could tell.
    const path = join(pc.coordHome, 'agents.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"out"', '"unknown"'));
    await pc.ok('sync', '--wait');
    const { orders, needsYou } = fleet.status();
    expect(orders.fix).toMatchObject({ state: 'BLOCKED', exitCode: 3, reason: `${where}; then: coord retry fix` });
    expect(orders.fix?.outputs?.session).toMatch(/^[0-9a-f-]{36}$/);
    expect(needsYou).toContainEqual({ code: 'order', order: 'fix', why: orders.fix?.reason });
    expect(await pc.ok('logs', 'fix')).toMatch(/^session .* · coord connected, with ask$/m);

    writeFileSync(path, readFileSync(path, 'utf8').replace('"out"', '"unknown"'));
    await pc.ok('retry', 'fix', '--resume');
    await pc.ok('sync', '--wait');
    const { session } = orders.fix?.outputs ?? {};
    expect(fleet.status().orders.fix).toMatchObject({ state: 'BLOCKED', exitCode: 3, generation: 2, outputs: { session } });
  },
);
