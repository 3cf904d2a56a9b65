// Other people's words on a terminal: whatever they wrote into a title, an assign, a reason or a name, nothing of it moves the cursor,
// names the window or breaks a line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as overview from '../../src/cli/commands/look/overview.ts';
import * as status from '../../src/cli/commands/look/status.ts';
import * as machines from '../../src/cli/commands/machines/machines.ts';
import * as orderList from '../../src/cli/commands/orders/order-list.ts';
import * as orderShow from '../../src/cli/commands/orders/order-show.ts';
import type { Context } from '../../src/cli/context.ts';
import { consequence } from '../../src/cli/output/consequence.ts';
import { VIEW_FORM, type View } from '../../src/operations/sync/view.ts';

const AT = '2026-11-20T22:00:00.000Z';
const BAD = 'x\u001b[2J\u001b]0;owned\u0007\u009b2J\u202e\nfake: line';
const ANY_BAD = /[\u0000-\u001f\u007f-\u009f\u202e]|^fake/;

const run = { state: 'BLOCKED', reason: BAD, attempt: 1, startedAt: AT, tail: BAD };
const one = { ...run, title: BAD, assign: BAD, outputs: { [BAD]: BAD }, machines: { 2: run }, machine: 2 };
const machine = {
  ...{ state: 'PAUSED', runs: [BAD], tags: [BAD], tools: [BAD], slots: 1, allows: [BAD], seq: 1, heartbeat: '60s' },
  ...{ name: BAD, version: BAD, lastSeen: AT, pauseNote: BAD, emergency: BAD, emergencySince: AT },
};
const orders = {
  job: { ...one, schedule: '0 3 * * *' },
  named: { ...one, machine: undefined, machines: undefined, state: 'QUEUED' },
  goes: { ...one, machines: undefined, state: 'IN_PROGRESS' },
  chain: { ...one, steps: ['chain.1'], at: 'chain.1' },
  'chain.1': { ...one, chain: 'chain', machine: undefined },
};
const view = {
  ...{ form: VIEW_FORM, machines: { 1: machine, 2: machine }, orders, faults: [], summary: {} },
  needsYou: [
    { order: 'job', why: BAD },
    { document: BAD, why: BAD },
    { machine: 2, why: BAD },
  ],
  self: {
    fleet: BAD,
    machine: 1,
    name: 'me',
    allows: ['shell'],
    unread: 0,
    urgent: [{ from: 2, name: BAD, what: BAD }],
    remote: 'hub',
  },
  sync: {
    ...{
      unsyncedSince: AT,
      trouble: { code: 'UNKNOWN', message: BAD },
      pendingEdits: [],
      duplicate: null,
      removedBy: null,
      copied: false,
    },
    lostEdits: [{ id: '1', at: AT, edit: { kind: 'remove', id: BAD }, reason: BAD }],
    ...{
      boardRefused: { since: AT, detail: BAD },
      rewritten: null,
      lastHeard: {},
      notTaken: [{ path: BAD, why: BAD }],
      heldUntil: AT,
    },
  },
} as unknown as View;

const said: string[] = [];
let folder = '';
const context = {
  fleet: () => ({
    root: folder,
    view: join(folder, 'view.json'),
    allowed: join(folder, 'allowed'),
    state: folder,
    projection: join(folder, 'coordination'),
  }),
  paint: new Proxy({}, { get: () => (text: string) => text }),
  out: (line: string) => said.push(...line.split('\n')),
  note: (line: string) => said.push(...line.split('\n')),
  nowMs: () => Date.parse(AT),
} as unknown as Context;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-words-'));
  writeFileSync(join(folder, 'view.json'), JSON.stringify(view));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([{}, { json: true }])('with %o', (options) => {
  test.each<[what: string, shown: () => Promise<unknown>]>([
    ['overview', () => overview.run(context, options)],
    ['status', () => status.run(context, options)],
    ['machines', () => machines.run(context, options)],
    ['order list', () => orderList.run(context, options)],
    ...Object.keys(orders).map((id): [string, () => Promise<unknown>] => [
      `order show ${id}`,
      () => orderShow.run(context, id, options),
    ]),
    [
      'what a write leads to',
      async () => said.push(...Object.keys(orders).map((id) => consequence(context, view, id, 'placed'))),
    ],
  ])('coord %s', async (_what, shown) => {
    said.length = 0;
    await shown();
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((line) => ANY_BAD.test(line))).toEqual([]);
  });
});
