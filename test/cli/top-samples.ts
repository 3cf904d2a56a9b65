// A fleet as `coord top` sees it, for tests: three machines, or as many as asked for, and what they do.
import type { Sight } from '../../src/cli/top/frame-state.ts';
import type { StatusMachine, StatusOrder } from '../../src/core/model/status/status.ts';
import { VIEW_FORM, type View } from '../../src/operations/sync/view.ts';

export const NOW_MS = Date.parse('2026-11-21T20:00:00.000Z');

export const at = (secondsAgo: number) => new Date(NOW_MS - secondsAgo * 1000).toISOString();

export function machine(name: string, more: Partial<StatusMachine> = {}): StatusMachine {
  return {
    ...{ name, state: 'IDLE', lastSeen: at(10), seq: 1, runs: [], tags: [], tools: [], slots: 1 },
    ...{ allows: ['shell'], heartbeat: '60s', version: '0.1.0' },
    ...more,
  };
}

export function order(state: StatusOrder['state'], more: Partial<StatusOrder> = {}): StatusOrder {
  return { state, assign: '2 pc', ...more };
}

export function viewOf(more: Partial<View> = {}): View {
  return {
    ...{ version: 1, form: VIEW_FORM, updated: at(10), sources: '', faults: [], needsYou: [] },
    summary: {} as View['summary'],
    machines: {
      1: machine('mac', { state: 'WORKING', runs: ['build'], slots: 2 }),
      2: machine('pc', { state: 'ACTIVE', runs: ['train'] }),
      3: machine('box'),
    },
    orders: {
      train: order('IN_PROGRESS', { machine: 2, startedAt: at(300), attempt: 1, tail: 'epoch 1\nepoch 2' }),
      build: order('IN_PROGRESS', { machine: 1, assign: '1 mac', startedAt: at(40), attempt: 1 }),
      lint: order('COMPLETED', { machine: 1, assign: '1 mac', finishedAt: at(60), attempt: 1, tail: 'fine' }),
      later: order('QUEUED', { reason: 'waits for a free slot' }),
      release: order('BLOCKED', { assign: 'any', approval: 'awaited', reason: 'waits for approval; coord approve release' }),
    },
    self: {
      ...{
        fleet: 'home',
        machine: 1,
        name: 'mac',
        allows: ['shell'],
        unread: 0,
        urgent: [],
        remote: '/hub.git',
        folder: '/fleet',
      },
      ...more.self,
    },
    sync: {
      ...{ unsyncedSince: null, trouble: null, pendingEdits: [], lostEdits: [], boardRefused: null, duplicate: null },
      ...{ removedBy: null, copied: false, rewritten: null, lastHeard: { 2: at(5), 3: at(20) }, notTaken: [], heldUntil: null },
      ...more.sync,
    },
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'self' && key !== 'sync')),
  } as View;
}

export function sightOf(view: Sight['view'], more: Partial<Sight> = {}): Sight {
  return {
    ...{
      root: '/fleet',
      view,
      fetchedMs: NOW_MS - 12_000,
      alerts: [],
      messages: [],
      services: [],
      pushesPerMinute: 6,
      faults: [],
    },
    daemon: {
      ...{ running: false, pid: null, since: null, version: null, lastSync: null, nextLook: null, trouble: null },
      ...{ syncs: 0, pushesLately: 0, heldUntil: null },
    },
    endings: new Map(),
    ...more,
  };
}
