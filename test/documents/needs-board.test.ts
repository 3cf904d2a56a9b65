// A board on a bad day: everything that only a person can move, in one picture (test/golden/README-needs.md), each with its way out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { withFleetRules } from '../../src/core/orders/fleet-approval-rules.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { NEED_KINDS, needKind } from '../../src/core/status/needs-you-kinds.ts';
import { renderReadme } from '../../src/documents/board/readme.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { parseResults, renderResults } from '../../src/documents/machine/results.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { active, ended, NO_MAIL, T0, view } from '../core/samples.ts';

const ORDERS = `{ "orders": [
  { "id": "deploy", "type": "deploy", "assign": "any", "run": "./deploy" },
  { "id": "ship", "assign": 1, "run": "./ship", "approval": true, "after": ["build"] },
  { "id": "build", "assign": 1, "run": "make", "attempts": 3 },
  { "id": "train", "assign": [2, 4], "run": "./train" },
  { "id": "index", "assign": [2, 4], "run": "./index", "attempts": 2 },
  { "id": "alone", "assign": [2], "run": "./alone", "attempts": 2 },
  { "id": "backup", "assign": 2, "run": "./backup" },
  { "id": "report", "assign": 1, "run": "./report", "attempts": 2 },
  { "id": "restart", "assign": 3, "run": "./restart" },
  { "id": "broken", "assign": 3, "run": 7 },
  { "id": "nobody", "assign": { "tags": ["gpu"] }, "run": "nvidia-smi" }
] }`;

const FLEET = 'approvals: { types: [deploy] }\nheartbeat: 5\npaused: { fleet: {} }\n';

/** On main; people have written to machine 1 before. */
const WRITTEN = new Set(['ORDERS.json', 'fleet.yaml', 'messages/0_TO_1.md']);

function badDay() {
  const orders = parseOrders(ORDERS);
  const fleet = parseFleet(FLEET);
  if (orders.value === null || fleet.value === null) throw new Error('unreadable');
  const failed = (id: string, more: object = {}) => ended(id, { state: 'FAILED', exitCode: 3, tail: 'no such file', ...more });
  const machines = [
    view(1, {
      document: { name: 'mac', lost: { 2: 9, 4: 3 }, state: 'EMERGENCY', emergency: { what: 'The disk is failing', since: T0 } },
      results: { ended: [failed('build', { attempt: 3, reason: 'check failed with 1' })] },
    }),
    view(2, {
      document: { name: 'pc', beat: 9 },
      results: {
        running: [active('train', { attempt: 1 }), active('backup')],
        claimed: ['index', 'alone'].map((order) => ({ order, generation: 1, attempt: 1, attempts: 2 })),
      },
    }),
    view(3, {
      document: { name: 'box', state: 'PAUSED', paused: { until: null, note: 'moving desks' } },
      results: {
        ended: [failed('report')],
        waiting: [{ order: 'restart', generation: 1, state: 'BLOCKED', reason: 'not allowed; on box: coord allow shell' }],
      },
    }),
    view(4, { document: { name: 'pi', beat: 5 } }),
  ];
  const message = (number: number, priority: 'normal' | 'urgent') => ({
    number,
    at: T0,
    priority,
    body: 'May I delete the old logs?',
  });
  const log = new Map([['0', [message(1, 'normal'), message(2, 'urgent')]]]);
  const status = deriveStatus({
    orders: withFleetRules(orders.value, fleet.value),
    ordersReadable: true,
    fleet: fleet.value,
    machines: new Map(machines.map((it) => [it.document.machine, it])),
    mail: { ...NO_MAIL, machines: new Map([[3, log]]) },
    faults: [...orders.faults, ...fleet.faults],
    more: {},
    sources: '',
  });
  return {
    status,
    readme: renderReadme(status, { ...DEFAULT_FLEET, name: 'A bad day', url: 'https://github.com/me/fleet' }, WRITTEN),
  };
}

test('the picture is stable', async () => {
  await expect(badDay().readme).toMatchFileSnapshot('../golden/README-needs.md');
});

test('everything is there once, what is urgent first, each with what to do', () => {
  const { needsYou } = badDay().status;
  const what = needsYou.map(({ order, machine, document }) =>
    [order, machine, document].filter((it) => it !== undefined).join(' '),
  );
  expect(what).toEqual([
    '1',
    'ORDERS.json',
    'fleet.yaml',
    'deploy',
    'ship',
    'build',
    'train',
    'report',
    'restart',
    'nobody',
    'alone 2',
    'backup 2',
    'messages/3_TO_0.md',
    '',
  ]);
  for (const { code, why } of needsYou)
    expect(
      needKind(code)?.ways.filter((way) => why.includes(way)),
      why,
    ).not.toEqual([]);
});

test('the kinds stand in the order of the one list, which docs/protocol.md has too', () => {
  const kinds = NEED_KINDS.map(({ code }) => code);
  const places = badDay().status.needsYou.map(({ code }) => kinds.indexOf(code));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'protocol.md'), 'utf8');
  const named = /Each entry has a `code` \(([^)]+)\)/.exec(page)?.[1] ?? '';
  expect(named.match(/[a-z]+/g)).toEqual(kinds);
});

test.each<[words: string, run: object, shown: string]>([
  [
    'a sentence of an older version stands whole',
    { code: 'agentDenied', reason: 'claude: no; then: coord retry fix' },
    '- **fix**: claude: no; then: coord retry fix\n',
  ],
  [
    'a way that only a newer version knows leaves the sentence whole',
    { code: 'agentDenied', reason: 'claude: no; dance', told: ['claude: no', { way: 'dance' }] },
    '- **fix**: claude: no; dance\n',
  ],
  [
    'a question of an older version has its way all the same',
    { code: 'question', reason: 'waits for an answer: May I?; coord answer fix "…"', outputs: { question: 'May I?' } },
    '- **fix**: waits for an answer: May I?<br>→ [write "answer fix: …" in messages/0\\_TO\\_1.md]',
  ],
])('8 %s', (_, run, shown) => {
  const told = { ...ended('fix', { state: 'FAILED', exitCode: 3, asks: true }), ...run };
  const results = parseResults(renderResults({ ...view(1).results, ended: [told] }), 'results/1.json').value;
  const orders = parseOrders('{ "orders": [{ "id": "fix", "assign": 1, "agent": "claude", "prompt": "mend" }] }').value;
  if (results === null || orders === null) throw new Error('unreadable');
  const sources = { ordersReadable: true, fleet: DEFAULT_FLEET, mail: NO_MAIL, faults: [], more: {}, sources: '' };
  const machines = new Map([[1, { ...view(1), results }]]);
  const status = deriveStatus({ ...sources, machines, orders });
  expect(renderReadme(status, { ...DEFAULT_FLEET, url: 'https://github.com/me/fleet' }, WRITTEN)).toContain(shown);
});

test('who is lost, and who is back', () => {
  const { machines } = badDay().status;
  expect(Object.values(machines).map(({ state, back }) => [state, back])).toEqual([
    ['EMERGENCY', undefined],
    ['OFFLINE', undefined],
    ['PAUSED', undefined],
    ['IDLE', true],
  ]);
});
