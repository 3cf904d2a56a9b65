// Values for the tables of this folder: a fleet as a snapshot shows it, with as little in it as a test does not name.
import { DEFAULT_FLEET, type FleetSettings } from '../../src/core/model/ledger/fleet.ts';
import type { ActiveRun, JournalState } from '../../src/core/model/ledger/journal.ts';
import { newJournal } from '../../src/core/model/ledger/journal-start.ts';
import type { LaneView, MachineView, Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { Policy, Self } from '../../src/core/model/machines/self.ts';
import type { MailView } from '../../src/core/model/messages/message.ts';
import type { Order, RefusedOrder } from '../../src/core/model/orders/order.ts';
import { type EndedRun, emptyResults, type ResultsDocument } from '../../src/core/model/orders/run.ts';

export const NO_MAIL: MailView = { machines: new Map(), people: new Map(), unreadable: new Set() };

export const T0 = '2026-11-20T22:00:00.000Z';
export const T0_MS = Date.parse(T0);

export function at(ms: number, change: Partial<Instant> = {}): Instant {
  return { wallMs: T0_MS + ms, monotonicMs: ms, boot: 'boot-1', ...change };
}

export function order(id: string, change: Partial<Order> = {}): Order {
  return {
    id,
    generation: 1,
    title: null,
    type: null,
    feature: null,
    spec: null,
    assign: { kind: 'machine', machine: 1 },
    work: { kind: 'shell', command: { kind: 'line', line: 'true' } },
    cwd: null,
    env: {},
    timeoutMs: 60_000,
    check: null,
    attempts: 1,
    priority: 'normal',
    joiners: false,
    schedule: null,
    cancelled: false,
    after: [],
    approval: false,
    approved: false,
    resolved: null,
    ...change,
  };
}

export function ended(id: string, change: Partial<EndedRun> = {}): EndedRun {
  return {
    order: id,
    generation: 1,
    attempt: 1,
    state: 'COMPLETED',
    reason: null,
    exitCode: 0,
    startedAt: T0,
    finishedAt: T0,
    tail: '',
    outputs: {},
    ...change,
  };
}

export function active(id: string, change: Partial<ActiveRun> = {}): ActiveRun {
  return { order: id, generation: 1, attempt: 1, key: `${id}-1.1-k`, startedAt: T0, stop: null, ...change };
}

export interface SampleMachine {
  readonly document?: Partial<MachineDocument>;
  readonly results?: Partial<ResultsDocument>;
  /** Null = no lane. */
  readonly lane?: Partial<LaneView> | null;
}

export function view(machine: number, { document, results, lane }: SampleMachine = {}): MachineView {
  const files = new Map([
    [`COMPUTER_${machine}.md`, `word-of-${machine}`],
    [`results/${machine}.json`, `results-of-${machine}`],
  ]);
  return {
    document: {
      machine,
      name: `m${machine}`,
      id: `computer-${machine}`,
      instance: `instance-${machine}`,
      seq: 1,
      beat: 1,
      state: 'IDLE',
      updated: T0,
      heartbeatMs: 60_000,
      tags: [],
      tools: [],
      slots: 1,
      load: 0,
      allows: ['shell'],
      version: '1.0.0',
      reads: 4,
      form: 2,
      lost: {},
      seen: {},
      cursors: {},
      peopleRead: 0,
      removedBy: null,
      extra: {},
      notes: '',
      ...document,
    },
    results: { ...emptyResults(machine), ...results },
    files,
    lane: lane === null ? null : { commit: `lane-${machine}`, parent: null, beat: 1, files, ...lane },
  };
}

export interface SampleFleet {
  readonly orders?: readonly Order[];
  readonly refused?: readonly RefusedOrder[];
  readonly ordersReadable?: boolean;
  readonly fleet?: Partial<FleetSettings>;
  readonly machines?: readonly MachineView[];
  readonly claims?: Snapshot['claims'];
  readonly mail?: MailView;
}

export function snapshot(of: SampleFleet = {}): Snapshot {
  const machines = new Map((of.machines ?? [view(1)]).map((it) => [it.document.machine, it]));
  const lanes = new Map([...machines].flatMap(([number, { lane }]) => (lane === null ? [] : [[number, lane] as const])));
  return {
    main: { commit: 'main-1', byMachine: true, files: new Map([['ORDERS.json', 'orders-1']]) },
    board: { commit: 'main-1', byMachine: true, files: new Map(), sources: null },
    orders: { orders: of.orders ?? [], refused: of.refused ?? [] },
    ordersReadable: of.ordersReadable ?? true,
    fleet: { ...DEFAULT_FLEET, ...of.fleet },
    machines,
    lanes,
    claims: of.claims ?? new Map(),
    mail: of.mail ?? NO_MAIL,
    more: {},
    faults: [],
  };
}

/** Machine 1's, unless `change` says otherwise; its lane is its own. */
export function journal(change: Partial<JournalState> = {}): JournalState {
  const machine = change.machine ?? 1;
  const fresh = newJournal(machine, `instance-${machine}`, []);
  return { ...fresh, pushed: [`lane-${machine}`], seq: 1, beat: 1, admitted: [machine], ...change };
}

export function self(change: Partial<Policy> = {}, machine = 1): Self {
  const policy = { allow: ['shell' as const], folders: ['/'], env: [], slots: 1, timeoutMsMax: 1e9, ...change };
  return {
    machine,
    name: `m${machine}`,
    computer: `computer-${machine}`,
    tags: [],
    tools: [],
    policy,
    services: [],
    version: '1.0.0',
  };
}
