// What a person is shown before an approval is all that the approval covers: a field that makes another mark makes other lines.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIELDS } from '../../../src/documents/orders/order-fields.ts';
import { listedWork } from '../../../src/operations/orders/listed-work.ts';
import { createFleet, endFleets, type Fleet } from '../../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

const SHELL = { run: 'make report', assign: 1 };
const AGENT = { agent: 'claude', prompt: 'Fix it', assign: 1 };
const WORKSPACE = { repo: 'https://git.example/app.git' };

/** Of each field: an order without it, and a value. */
const SAMPLES: Readonly<Record<string, readonly [order: object, value: unknown]>> = {
  title: [SHELL, 'Report'],
  type: [SHELL, 'report'],
  feature: [SHELL, 'report'],
  spec: [AGENT, 'specs/login.md'],
  assign: [SHELL, 'all'],
  run: [SHELL, 'make other'],
  agent: [AGENT, 'codex'],
  prompt: [AGENT, 'Break it'],
  resume: [AGENT, true],
  model: [AGENT, 'large'],
  budget: [AGENT, 3],
  max_turns: [AGENT, 9],
  allowed_tools: [AGENT, ['Edit']],
  silence: [AGENT, '1h'],
  call: [
    { call: { instance: 'builder', path: '/a' }, assign: 1 },
    { instance: 'builder', path: '/b' },
  ],
  cwd: [SHELL, '~/app'],
  env: [SHELL, { STAGE: 'live' }],
  timeout: [SHELL, '2h'],
  check: [SHELL, 'make test'],
  workspace: [SHELL, WORKSPACE],
  expect_changes: [{ ...SHELL, workspace: WORKSPACE }, true],
  artifacts: [SHELL, ['**']],
  attempts: [SHELL, 3],
  priority: [SHELL, 'high'],
  after: [SHELL, ['first']],
  schedule: [SHELL, '0 3 * * *'],
  timezone: [{ ...SHELL, schedule: '0 3 * * *' }, 'Europe/Berlin'],
  overlap: [{ ...SHELL, schedule: '0 3 * * *' }, 'queue'],
  on: [SHELL, { failed: 'first' }],
  joiners: [{ ...SHELL, assign: 'all' }, true],
  cancelled: [SHELL, true],
  wake: [SHELL, true],
  repeatable: [SHELL, true],
};
/** What approvals are about, who says it, whose word it is; and what is no order of its own. */
const NONE = ['id', 'approval', 'approved', 'generation', 'resolved', 'steps', 'use', 'with', 'said'];

const SAMPLED = Object.keys(SAMPLES);
const id = (name: string) => name.replaceAll('_', '-');

let fleet: Fleet;
let home: Home;
let house: House;

beforeAll(async () => {
  fleet = createFleet();
  home = await createHome({ url: fleet.hub });
  house = await openHouse(home, somePorts());
  const pairs = SAMPLED.flatMap((name) => {
    const [order, value] = SAMPLES[name] ?? [{}];
    const one = { ...order, approval: true };
    return [
      { ...one, id: `${id(name)}-without` },
      { ...one, id: `${id(name)}-with`, [name]: value },
    ];
  });
  const steps = [{ run: 'make' }, { run: 'make push', env: { STAGE: 'live' } }];
  const chain = { id: 'chain', assign: 1, cwd: '~/app', env: { LANG: 'C' }, check: 'make test', approval: true, steps };
  fleet.person().order([{ id: 'first', assign: 1, run: 'true' }, chain, ...pairs]);
  await house.ask('/api/v1/sync', { method: 'POST' });
});

afterAll(async () => {
  await house.end();
  endHome(home);
  endFleets();
});

const work = async (order: string) => {
  const { json } = await house.ask(`/api/v1/page/orders/${order}/work`);
  const lines = json.lines as readonly (readonly [string, string])[];
  return { mark: json.seen as string, lines: lines.filter(([name]) => name !== 'order') };
};

test('each field of an order is looked at here', () => {
  expect([...SAMPLED, ...NONE].sort()).toEqual(Object.keys(FIELDS).sort());
});

test('O4a all that an approval covers is shown before it is given, by the page and by coord order show', async () => {
  const unseen: string[] = [];
  const unlisted: string[] = [];
  const covered: string[] = [];
  for (const name of SAMPLED) {
    const [without, other] = [await work(`${id(name)}-without`), await work(`${id(name)}-with`)];
    if (other.mark === without.mark) continue;
    covered.push(name);
    if (JSON.stringify(other.lines) === JSON.stringify(without.lines)) unseen.push(name);
    const [before, after] = [`${id(name)}-without`, `${id(name)}-with`].map((it) => listedWork(house.folder, it));
    if (JSON.stringify(before) === JSON.stringify(after)) unlisted.push(name);
  }
  expect(unseen).toEqual([]);
  // Those the command says in lines of their own.
  expect(unlisted).toEqual(['assign', 'schedule', 'on']);
  // What the list of fields calls other work, or a reason to ask again, is covered.
  expect(covered).toEqual(expect.arrayContaining(SAMPLED.filter((name) => FIELDS[name]?.changes !== undefined)));
});

test('O13 what a step does not say, its chain says for it', async () => {
  const shown = (step: string) => Object.fromEntries(listedWork(house.folder, step));
  expect(shown('chain.1')).toEqual({ run: 'make', cwd: '~/app', env: '{"LANG":"C"}' });
  expect(shown('chain.2')).toEqual({
    run: 'make push',
    cwd: '~/app',
    env: '{"LANG":"C","STAGE":"live"}',
    check: 'make test',
  });
  expect((await work('chain')).lines).toEqual(
    expect.arrayContaining([
      ['folder', '~/app'],
      ['env LANG', 'C'],
    ]),
  );
});
