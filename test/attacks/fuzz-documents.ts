// Texts of every document that others write: good samples, and what is made of them.
import fc from 'fast-check';
import { KNOWN_FIELDS } from '../../src/documents/orders/order-schema.ts';
import { changed, pageOf, scratched, yamlOf } from './hostile.ts';

const AT = '2026-11-20T22:00:00.000Z';

const WHOLE_ORDER = {
  ...{ id: 'whole', title: 'All of it', type: 'bug', feature: 'f', spec: 'specs/a.md', assign: [2, 'pc', 1], run: ['echo', 'x'] },
  ...{
    cwd: '~',
    env: { A: 'x', B: 1, C: true },
    timeout: '1h30m',
    check: 'true',
    attempts: 3,
    priority: 'high',
    after: ['c', 'hello'],
  },
  ...{ approval: true, approved: 'abc123', cancelled: false, generation: 2, joiners: true, wake: true, expect_changes: true },
  workspace: { repo: 'https://host/x.git', branch: 'main' },
  resolved: { generation: 1, as: 'completed', note: 'seen' },
};
const STEPS = [
  { id: 'build', run: 'make', env: { A: '1' }, timeout: 60 },
  {
    agent: 'claude',
    prompt: 'go on',
    resume: true,
    model: 'x',
    budget: 1.5,
    max_turns: 3,
    allowed_tools: ['Bash(x)'],
    silence: '5m',
  },
  { id: 'say', call: { instance: 'web', method: 'POST', path: '/x', headers: { A: 'b' }, body: { a: [1] }, expect: [200, 201] } },
];
const ORDERS = [
  { version: 1, orders: [{ id: 'hello', run: 'true' }, WHOLE_ORDER] },
  {
    $schema: './schemas/orders.schema.json',
    orders: [{ id: 'c', title: 'Chain', steps: STEPS, after: ['hello'], approval: true }],
  },
  {
    version: 1,
    orders: [{ id: 'nightly', schedule: '0 3 * * *', timezone: 'Europe/Berlin', overlap: 'queue', assign: 'all', run: 'true' }],
  },
  {
    orders: [
      { id: 'x', assign: { tags: ['gpu'], tool: 'claude' }, run: 'true', 'x-note': 1 },
      ...STEPS.map((it, at) => ({ ...it, id: `s${at}` })),
    ],
  },
];
const FIELDS = [...KNOWN_FIELDS, 'orders', 'version', 'tags', 'tool', 'repo', 'branch', 'as', 'note', 'path', 'body', 'x-y'];

const FLEET = [
  {
    ...{ name: 'Fleet', url: 'https://host/me/fleet', pushes_per_minute: 6, heartbeat: '60s', lease: '5m', board: 'coord-board' },
    ...{
      paused: { 2: { until: '2026-11-20 22:00', note: 'x' } },
      routing: { bug: 1, interface: [1, 'pc'], x: { tags: ['gpu'] } },
    },
    approvals: { types: ['deploy'], kinds: ['agent'] },
  },
  { paused: 'all', paused_until: '2026-11-20 22:00', pause_note: 'x' },
  { paused: [1, 'pc'] },
];
const FLEET_NAMES = [
  'paused',
  'routing',
  'approvals',
  'types',
  'kinds',
  'until',
  'note',
  'tags',
  'tool',
  'board',
  'lease',
  'all',
  '1',
  '2',
];

const MACHINE = {
  ...{ machine: 2, name: 'pc', id: 'u', instance: 'abcd1234', seq: 3, beat: 4, state: 'PAUSED', updated: AT, heartbeat: '60s' },
  ...{ tags: 'gpu, big', tools: 'claude', slots: 2, load: 1, allows: 'shell, agent', version: '0.1.0', lost_1: 4, seen_1: AT },
  ...{ taken_1: 2, delivered_1: 3, taken_1_all: 1, people_read: 2, removed_by: 1, paused_until: AT, pause_note: 'x' },
  ...{ emergency: 'fire', emergency_since: AT, wake: '00:11:22:33:44:55', networks: 'n12ab.34cd', wakes_1: AT, woke_1: AT },
  program_web: 'ONLINE 1/4 builder since 2026-11-20T22:00:00.000Z',
};
const RUN = { order: 'job', generation: 1, attempt: 1, startedAt: AT };
const ENDED = {
  ...RUN,
  state: 'FAILED',
  reason: 'x',
  exitCode: 1,
  finishedAt: AT,
  tail: 'out',
  outputs: { a: 'b' },
  work: 'abc',
};
const OLDER = { order: 'every', generation: 1, attempt: 2, state: 'COMPLETED', exitCode: 0, finishedAt: AT, startedAt: AT };
const RESULTS = {
  ...{
    version: 1,
    machine: 2,
    running: [
      { ...RUN, attempts: 3, leaseMs: 60_000 },
      { ...RUN, order: 'x@20261120T0300Z' },
    ],
  },
  ...{
    claimed: [{ order: 'job', generation: 2, attempt: 1, attempts: 3 }],
    ended: [ENDED],
    older: [OLDER],
    before: ['every@1'],
    pages: 1,
  },
  waiting: [{ order: 'c', generation: 1, state: 'BLOCKED', reason: 'because' }],
};
const RESULT_NAMES = [
  'order',
  'generation',
  'attempt',
  'state',
  'reason',
  'exitCode',
  'tail',
  'outputs',
  'older',
  'ended',
  'pages',
  'work',
  'progress',
  'question',
];

const json = (samples: Parameters<typeof changed>[0], names: readonly string[]) =>
  scratched(changed(samples, names).map((value) => JSON.stringify(value)));
const headed = fc
  .tuple(
    changed([MACHINE], [...Object.keys(MACHINE), 'lost_9', 'taken_x', 'program_x', 'wakes_2']),
    fc.constantFrom('\nbody\n', '', '<!-- notes -->x<!-- /notes -->', '<!-- notes -->'),
  )
  .map(([head, body]) => `---\n${yamlOf(head)}---\n${body}`);

const HEADINGS = [
  `## 1 · ${AT} · normal`,
  `## 2 · ${AT} · urgent`,
  `## 1 · ${AT} · low`,
  '# Messages from 2 to 1',
  '\\## 3',
  '> @builder',
  '@builder',
  'text',
  '',
];
const SPEC = [
  ...[
    '---',
    'mvp: one',
    'defaults: { assign: pc, after: [a] }',
    '# A spec',
    '## Tasks',
    '## Tasks (draft)',
    '- [ ] Do it',
    '- [x] Done',
    '1. [ ] First',
  ],
  ...[
    '  id: a',
    '  assign: pc',
    '  assign: [1, pc]',
    '  after: none',
    '  env: { A: 1 }',
    '  timeout: 5m',
    '  run: make',
    '  prose',
    '```',
    '<!--',
    '-->',
    '### Group',
    '',
  ],
];

export const DOCUMENTS = {
  orders: json(ORDERS, FIELDS),
  fleet: scratched(changed(FLEET, FLEET_NAMES).map(yamlOf)),
  machine: scratched(headed),
  results: json([RESULTS], RESULT_NAMES),
  resultsPage: json([{ version: 1, machine: 2, older: [OLDER, ENDED] }], RESULT_NAMES),
  log: scratched(pageOf(HEADINGS)),
  peopleLog: scratched(pageOf([...HEADINGS, '## Restart · high', '## Resolved', '## 3 · x', '<!--', '-->', '##'])),
  handOffs: scratched(
    pageOf([
      `## ${AT} · host/me/app`,
      `## ${AT} · app · order job`,
      '### Open',
      '### Where',
      '### Next',
      '## 2',
      'text',
      '\\### Open',
    ]),
  ),
  spec: scratched(pageOf(SPEC)),
  messageHistory: scratched(pageOf([`## to 2 · 1 · ${AT} · normal`, `## to ALL · 2 · ${AT} · high`, 'text', '\\## to 2 · 1'])),
  runHistory: fc.array(json([ENDED], RESULT_NAMES), { maxLength: 4 }).map((lines) => lines.join('\n')),
  claim: scratched(
    fc.constant('2 pc: claim\n\nCoord-Machine: 2\nCoord-Instance: a\nCoord-Nonce: n\nCoord-Attempts: 3\nCoord-Lease: 60000\n'),
  ),
  trailers: scratched(fc.constant('2 pc: here [skip ci]\n\nCoord-Machine: 2\nCoord-Seq: 1\nCoord-Beat: 7\n')),
  status: json([{ version: 1, updated: AT, sources: 'abc', orders: {}, faults: [] }], ['sources', 'version']),
} as const;
