// A fleet in memory: any number of machines over one hub, each with a disk that survives its process, a scripted runner and a
// clock that only moves when a test moves it. What runs is the real cycle.
import type { Intention, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Self } from '../../src/core/model/machines/self.ts';
import type { LedgerMessage } from '../../src/core/model/messages/bus.ts';
import type { AgentRequest } from '../../src/core/model/orders/agent.ts';
import type { StatusDocument } from '../../src/core/model/status/status.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import type { Machine } from '../../src/machine/context.ts';
import { type CycleOptions, runCycle } from '../../src/machine/cycle.ts';
import { type Enrolled, enroll } from '../../src/machine/membership/enroll.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import type { Journal, Ledger, RunSpec } from '../../src/ports.ts';
import { createMemoryHub, type MemoryHub } from '../memory/memory-ledger.ts';
import { createDisk, createJournal, type Disk } from './disk.ts';
import { boxesOf } from './program-boxes.ts';
import { createRunner, type Script, type ScriptedRunner } from './scripted-runner.ts';

export const NEW_FLEET = new Map([['ORDERS.json', '{\n  "version": 1,\n  "orders": []\n}\n']]);

/** Thrown by a step at which the process is killed. */
export class Killed extends Error {}

export interface Calls {
  fetch: number;
  write: number;
  push: number;
  save: number;
}

/** What stands between a machine and the hub. */
export interface Line {
  offline: boolean;
  /** For the next push: it does not arrive; or it arrives and the answer does not. */
  lose: 'request' | 'answer' | null;
  /** A hook of the host that judges a push as a whole; null from it lets the push pass. */
  wholePushRule: ((refs: readonly string[]) => string | null) | null;
  /** Runs before the next push arrives, once. */
  beforePush: (() => Promise<void>) | null;
  /** Runs after the next fetch, once. */
  afterFetch: (() => Promise<void>) | null;
  /** A mirror that lags: its fetches show these refs. */
  shows?: ReadonlyMap<string, string> | null;
  /** D8: main holds so much in this folder that nothing there is read. */
  cut?: string | null;
}

export interface SimMachine {
  readonly name: string;
  number: number;
  readonly runner: ScriptedRunner;
  readonly journal: Journal;
  readonly calls: Calls;
  readonly line: Line;
  /** The programs here, each with what was ever put into its box: on disk, as that of a machine is. */
  readonly programs: Map<string, LedgerMessage[]>;
  /** Numbers of the lanes that its pushes moved. */
  readonly lanesWritten: number[];
  /** Addresses that packets were sent to. */
  readonly packets: string[];
  readonly disk: Pick<Disk, 'state' | 'outbox'>;
  /** `cannotWake`: why a packet cannot be sent. */
  readonly settings: {
    self: Omit<Self, 'machine'>;
    blocked: Map<string, string>;
    installed: Set<string>;
    cannotWake: string | null;
    /** Ports that a machine has besides, or others in the place of these. */
    more: Partial<Machine>;
  };
  cycle(options?: CycleOptions): Promise<CycleOutcome>;
  /** Another process of the same machine: the same disk, and nothing else of what this one has in memory. */
  beside(): Pick<SimMachine, 'cycle' | 'machine'>;
  /** The process dies at such a step, from now on. */
  dieAt(dies: (step: string) => boolean): void;
  /** Runs a cycle that dies at the given step; true = it came that far. */
  killedCycle(dies: (step: string) => boolean): Promise<boolean>;
  /** `as`: the number of a machine that was there before. */
  join(found?: ReadonlyMap<string, string> | null, as?: number | null): Promise<Enrolled>;
  /** What its operations work with. */
  machine(): Machine;
  edit(edit: PersonEdit, marks?: Pick<Intention, 'canWait'>): Promise<void>;
  state(): JournalState;
  /** A new process: what was kept in memory is gone. */
  restart(): void;
}

/** So many of them are there at least. */
type AtLeast<Count extends number, Counted extends SimMachine[] = []> = number extends Count
  ? SimMachine[]
  : Counted['length'] extends Count
    ? [...Counted, ...SimMachine[]]
    : AtLeast<Count, [...Counted, SimMachine]>;

export interface World {
  readonly hub: MemoryHub;
  /** Sees the truth, whatever the machines' lines are like. */
  readonly eye: Ledger;
  readonly machines: SimMachine[];
  readonly steps: string[];
  /** Milliseconds since the world began. */
  now(): number;
  pass(ms: number): void;
  reboot(machine: SimMachine): void;
  /** Sets a machine's wall clock, as an offset from the true time; its monotonic clock goes on. */
  setClock(machine: SimMachine, offsetMs: number): void;
  addMachine(name: string): SimMachine;
  orders(orders: readonly unknown[]): void;
  person(files: Readonly<Record<string, string | null>>): void;
  script(order: string, script: Script): void;
  /** Text of a file below `coordination/` on a ref; null = it is not there. */
  text(path: string, ref?: string): Promise<string | null>;
  status(ref?: string): Promise<StatusDocument>;
}

interface Fleet<Machines extends SimMachine[]> extends World {
  readonly machines: Machines;
}

export const ORIGIN_MS = Date.parse('2026-11-20T22:00:00.000Z');
const MAIN = 'refs/heads/main';

export function createWorld(): World {
  const time = { ms: 0 };
  const hub = createMemoryHub('main', () => ORIGIN_MS + time.ms);
  const eye = hub.open();
  const machines: SimMachine[] = [];
  const steps: string[] = [];
  const scripts = new Map<string, Script>();
  const boots = new Map<string, number>();
  const clockOffsets = new Map<string, number>();
  let uuids = 0;
  const textOf = async (path: string, ref = MAIN): Promise<string | null> => {
    const commit = hub.refs.get(ref);
    const id = commit === undefined ? undefined : hub.filesOf(commit).get(`coordination/${path}`)?.id;
    if (id === undefined) return null;
    const blob = (await eye.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : null;
  };
  const world: World = {
    hub,
    eye,
    machines,
    steps,
    now: () => time.ms,
    pass: (ms) => {
      time.ms += ms;
    },
    reboot(machine) {
      boots.set(machine.name, (boots.get(machine.name) ?? 0) + 1);
      machine.runner.powerCut();
      machine.restart();
    },
    setClock: (machine, offsetMs) => void clockOffsets.set(machine.name, offsetMs),
    addMachine(name) {
      const machine = createMachine(name, {
        hub,
        steps,
        scripts,
        nowMs: () => time.ms,
        pass: world.pass,
        offsetMs: () => clockOffsets.get(name) ?? 0,
        boot: () => `${name}-boot-${boots.get(name) ?? 0}`,
        uuid: () => `${String(++uuids).padStart(8, '0')}-0000-4000-8000-000000000000`,
      });
      machines.push(machine);
      return machine;
    },
    orders: (orders) => world.person({ 'ORDERS.json': `${JSON.stringify({ version: 1, orders }, null, 2)}\n` }),
    person(files) {
      hub.commitAsPerson(Object.fromEntries(Object.entries(files).map(([path, text]) => [`coordination/${path}`, text])));
    },
    script: (order, script) => {
      scripts.set(order, script);
    },
    text: textOf,
    async status(ref) {
      const text = await textOf('STATUS.json', ref);
      if (text === null) throw new Error('no STATUS.json');
      return JSON.parse(text) as StatusDocument;
    },
  };
  return world;
}

/** A fleet whose machines have joined and said all there is to say. */
export async function createFleet<Count extends number>(count: Count, slots = 1): Promise<Fleet<AtLeast<Count>>> {
  const world = createWorld();
  for (let number = 1; number <= count; number += 1) {
    const { settings, join } = world.addMachine(`m${number}`);
    settings.self = { ...settings.self, policy: { ...settings.self.policy, slots } };
    await join(NEW_FLEET);
  }
  await quiet(world);
  // Longer heartbeats and the first last-seen times are said with the next beats.
  for (let minute = 0; minute < 4; minute += 1) {
    world.pass(60_000);
    for (const machine of world.machines) await machine.cycle();
  }
  await quiet(world);
  return world as Fleet<AtLeast<Count>>;
}

export function machineAt({ machines }: World, index: number): SimMachine {
  const machine = machines[index];
  if (machine === undefined) throw new Error(`no machine at ${index}`);
  return machine;
}

/** Cycles of all machines until none of them has anything to say. */
export async function quiet(world: World): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    let said = false;
    for (const machine of world.machines) said = (await machine.cycle()).push !== null || said;
    if (!said) return;
  }
  throw new Error('the fleet does not come to rest');
}

interface Surroundings {
  readonly hub: MemoryHub;
  readonly steps: string[];
  readonly scripts: ReadonlyMap<string, Script>;
  nowMs(): number;
  pass(ms: number): void;
  offsetMs(): number;
  boot(): string;
  uuid(): string;
}

function createMachine(name: string, around: Surroundings): SimMachine {
  const calls: Calls = { fetch: 0, write: 0, push: 0, save: 0 };
  const line: Line = { offline: false, lose: null, wholePushRule: null, beforePush: null, afterFetch: null };
  const lanesWritten: number[] = [];
  const packets: string[] = [];
  const programs: SimMachine['programs'] = new Map();
  const disk = createDisk();
  const runner = createRunner(around);
  const journal = createJournal(disk, () => {
    calls.save += 1;
  });
  const policy = { allow: ['shell' as const], folders: ['/'], env: [], slots: 1, timeoutMsMax: 1e9 };
  const settings = {
    self: { name, computer: `computer-${name}`, tags: [], tools: [], policy, services: [], version: '1.0.0' } as Omit<
      Self,
      'machine'
    >,
    blocked: new Map<string, string>(),
    installed: new Set<string>(),
    cannotWake: null as string | null,
    more: {} as Partial<Machine>,
  };
  let dies: (step: string) => boolean = () => false;
  const folder = { seen: null };
  const shown = () => line.shows ?? around.hub.refs;
  const openLedger = () => createLine(around.hub.open(shown, folder), line, calls, lanesWritten);
  const ledger = openLedger();
  let cache = new ParseCache();
  const machine = (own: Pick<Machine, 'ledger' | 'cache'> = { ledger, cache }): Machine => ({
    ...own,
    runner,
    journal,
    waker: {
      here: () => settings.self.wake ?? { addresses: [], networks: [] },
      async wake({ addresses }) {
        if (settings.cannotWake !== null) throw new Error(settings.cannotWake);
        packets.push(...addresses);
      },
    },
    boxes: boxesOf(programs),
    clock: {
      now: () => ({ wallMs: ORIGIN_MS + around.nowMs() + around.offsetMs(), monotonicMs: around.nowMs(), boot: around.boot() }),
    },
    random: { uuid: around.uuid, fraction: () => 0.5 },
    self: async () => ({ ...settings.self, machine: sim.number }),
    installed: (names) => names.filter((name) => settings.installed.has(name)),
    async place(order, attempt, key, _self, program) {
      const blocked = settings.blocked.get(order.id);
      if (blocked !== undefined) return { blocked: because.notPlaced(blocked) };
      const spec = specOf(order.id, order.generation, attempt, key);
      if (order.work.kind === 'agent') return { ...spec, agent: { agent: order.work.agent } as AgentRequest };
      return order.work.kind === 'call' && program !== null ? { ...spec, call: { ...order.work, program, port: 1 } } : spec;
    },
    clean: (text) => text,
    assertLocked: async () => {},
    step(step) {
      around.steps.push(`${name} ${step}`);
      if (dies(step)) throw new Killed(step);
    },
    ...settings.more,
  });
  const sim: SimMachine = {
    name,
    number: 0,
    runner,
    journal,
    calls,
    line,
    lanesWritten,
    packets,
    programs,
    disk,
    settings,
    cycle: (options = { dryRun: false }) => runCycle(machine(), options),
    beside() {
      const own = { ledger: openLedger(), cache: new ParseCache() };
      return { cycle: (options = { dryRun: false }) => runCycle(machine(own), options), machine: () => machine(own) };
    },
    dieAt: (when) => {
      dies = when;
    },
    async killedCycle(when) {
      dies = when;
      try {
        await runCycle(machine(), { dryRun: false });
        return false;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        sim.restart();
        return true;
      } finally {
        dies = () => false;
      }
    },
    machine,
    async join(found = null, as = null) {
      const selfAs = (number: number) => ({ ...settings.self, machine: number });
      const enrolled = await enroll(machine(), { selfAs, found, as, again: true, wasHere: true, frontPage: null });
      sim.number = enrolled.machine;
      return enrolled;
    },
    async edit(edit, marks = {}) {
      const recordedAt = new Date(ORIGIN_MS + around.nowMs() + disk.outbox.length).toISOString();
      await journal.record({ id: around.uuid(), recordedAt, edit, ...marks });
    },
    state() {
      if (disk.state === null) throw new Error(`${name} has no journal`);
      return disk.state;
    },
    restart() {
      // The clone is on disk.
      cache = new ParseCache();
    },
  };
  return sim;
}

function specOf(order: string, generation: number, attempt: number, key: string): RunSpec {
  const command = { kind: 'line', line: 'true' } as const;
  return { key, order, generation, attempt, command, check: null, cwd: '/', env: {}, timeoutMs: 1000, lease: null };
}

function createLine(ledger: Ledger, line: Line, calls: Calls, lanesWritten: number[]): Ledger {
  const trouble = { code: 'NETWORK', message: 'the line is cut' } as const;
  const once = async (hook: 'beforePush' | 'afterFetch') => {
    const act = line[hook];
    line[hook] = null;
    await act?.();
  };
  return {
    ...ledger,
    async fetch(board, first, pushed) {
      calls.fetch += 1;
      if (line.offline) return { kind: 'unreachable', trouble };
      const fetched = await ledger.fetch(board, first, pushed);
      await once('afterFetch');
      const { cut = null } = line;
      if (cut === null || fetched.kind !== 'fetched' || fetched.trees.main === null) return fetched;
      const entries = new Map([...fetched.trees.main.entries].filter(([path]) => !path.startsWith(`${cut}/`)));
      return { ...fetched, trees: { ...fetched.trees, main: { ...fetched.trees.main, entries, isCut: true, cut: [cut] } } };
    },
    async write(changes) {
      calls.write += 1;
      return ledger.write(changes);
    },
    async push(updates) {
      calls.push += 1;
      if (line.offline) return { kind: 'unknown', trouble };
      await once('beforePush');
      const lose = line.lose;
      line.lose = null;
      if (lose === 'request') return { kind: 'unknown', trouble };
      const detail = line.wholePushRule?.(updates.map((update) => update.ref)) ?? null;
      if (detail !== null) {
        return { kind: 'answered', refs: new Map(updates.map((update) => [update.ref, { kind: 'refused', detail }])) };
      }
      const report = await ledger.push(updates);
      const refs = report.kind === 'answered' ? report.refs : new Map();
      for (const { ref } of updates) {
        const lane = /^refs\/coord\/machines\/([0-9]+)$/.exec(ref)?.[1];
        if (lane !== undefined && refs.get(ref)?.kind === 'accepted') lanesWritten.push(Number(lane));
      }
      return lose === 'answer' ? { kind: 'unknown', trouble } : report;
    },
  };
}
