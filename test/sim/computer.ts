// One simulated computer: a disk that survives its processes, clocks, a line, runs; and two kinds of processes of coord, a daemon that
// keeps what it saw in memory, and one-shot syncs beside it. The lock lets one of them act at a time; every call of it to the world is
// a scheduling point at which it waits, or dies. What it runs is the real cycle, as often as a sync repeats it (C8).
import type { InboxMessage } from '../../src/core/messages/mailbox.ts';
import type { Intention } from '../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { RefUpdate } from '../../src/core/model/ledger/push.ts';
import type { Self } from '../../src/core/model/machines/self.ts';
import type { MailIntention } from '../../src/core/model/messages/mail.ts';
import type { AgentRequest } from '../../src/core/model/orders/agent.ts';
import type { StopReason } from '../../src/core/model/orders/run.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { CoordError } from '../../src/errors.ts';
import type { Machine } from '../../src/machine/context.ts';
import type { CycleOptions } from '../../src/machine/cycle.ts';
import { enroll } from '../../src/machine/membership/enroll.ts';
import { removeMachine } from '../../src/machine/membership/remove-machine.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import type { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import { runCycles } from '../../src/machine/sync-cycles.ts';
import type { Ledger, RunSpec } from '../../src/ports.ts';
import type { MemoryFolder } from '../memory/memory-seen.ts';
import type { Chance } from './chance.ts';
import { oneCycle } from './one-cycle.ts';
import { createBellPart, ringAfter, type SimBell } from './sim-bell.ts';
import { createSimClock, type SimClock } from './sim-clock.ts';
import { createSimDaemon, type SimDaemon } from './sim-daemon.ts';
import type { SimHub } from './sim-hub.ts';
import { journalOf } from './sim-journal.ts';
import { createSimLedger, type SimLine } from './sim-line.ts';
import { createSimRunner, type SimRunner } from './sim-runner.ts';
import { count, type Execution, type Truth } from './truth.ts';
import { usageAt } from './usage-at.ts';

/** The process died here. */
export class Killed extends Error {}

export const NEW_FLEET = new Map([['ORDERS.json', '{\n  "version": 1,\n  "orders": []\n}\n']]);

export interface Computer {
  readonly name: string;
  /** 0 = it has not joined. */
  number: number;
  /** While it joins: the number of a machine that was there before (`join --as`). */
  joinsAs: number | null;
  /** The next process is `coord machines remove` of this number; null = a cycle. */
  removes: number | null;
  readonly disk: { state: JournalState | null; outbox: (Intention | MailIntention)[] };
  readonly clock: SimClock;
  readonly runner: SimRunner;
  readonly line: SimLine;
  readonly self: Omit<Self, 'machine'>;
  /** Its monotonic clock goes on while it sleeps. */
  readonly countsSleep: boolean;
  /** Somebody lets a daemon run there. */
  readonly hasDaemon: boolean;
  /** What that keeps in memory; null = none lives now. */
  daemon: SimDaemon | null;
  /** What `coord inbox` shows. */
  inbox: readonly InboxMessage[];
  /** The refs that its last fetch showed. */
  shown: ReadonlyMap<string, string>;
  /** A copy of another computer's disk. */
  isCopy: boolean;
  /** Burnt: it never comes back. */
  isGone: boolean;
  /** Off or asleep until then, true time. */
  awayUntilMs: number;
  /** Points (calls and named steps) until the process dies; null = it lives. */
  diesIn: number | null;
  /** True time of its last push, and of the one before. */
  pushedMs: readonly [number, number];
  /** A process is under way. */
  isBusy: boolean;
  /** Where it waits; null = it does not. */
  parked: { readonly what: string; readonly wakeMs: number } | null;
  /** Of its last sync: what its last cycle came to, and how often it pushed. */
  last: { readonly outcome: CycleOutcome | null; readonly error: unknown; readonly pushes: number };
  state(): JournalState | null;
  /** A run here has ended, and nobody has said so. */
  hasEndedRun(): boolean;
  /** It said LEFT, and asks and says nothing any more. */
  hasLeft(): boolean;
  save(state: JournalState): void;
  /** Begins a sync, or a join; returns at its first scheduling point. */
  begin(by?: By): Promise<void>;
  /** Lets it go on to the next one. */
  goOn(): Promise<void>;
  /** Its process dies where it is; nothing happens when there is none. */
  kill(): Promise<void>;
  /** The clone of C5 is thrown away. */
  loseClone(): void;
}

/** What begins: a sync, by a process of its own or by the daemon; or a sync whose process ends after its first cycle. */
export type By = 'sync' | 'daemon' | 'cycle';

/** Called by the world's checkers. */
export interface Witness {
  /** A process of it begins: it knows what lies on the disk, and nothing else. */
  onBegin(computer: Computer): void;
  onStart(computer: Computer, execution: Execution): void;
  onStop(computer: Computer, spec: RunSpec, reason: StopReason): void;
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  onSave(computer: Computer): void;
  onWrite(computer: Computer, updates: readonly RefUpdate[]): Promise<void>;
  onClaim(name: string, commit: string, message: string): void;
  onPush(computer: Computer, updates: readonly RefUpdate[]): void;
  onMove(computer: Computer, update: RefUpdate, before: string | null): Promise<void>;
  /** A sync has ended: what people see from then on. */
  onView(computer: Computer, outcome: CycleOutcome, by: string): void;
}

export interface ComputerAround {
  readonly hub: SimHub;
  readonly chance: Chance;
  readonly truth: Truth;
  readonly cache: ParseCache;
  readonly witness: Witness;
  /** Null = the fleet has none. */
  readonly bell: SimBell | null;
  nowMs(): number;
  log(text: string): void;
}

interface Process {
  isDead: boolean;
}

export function createComputer(
  name: string,
  settings: {
    readonly rate: number;
    readonly offsetMs: number;
    readonly countsSleep: boolean;
    readonly slots: number;
    readonly tags: readonly string[];
    /** Variables that its owner lets orders set. */
    readonly env: readonly string[];
    /** Programs that are there. */
    readonly tools: readonly string[];
    readonly hasDaemon: boolean;
  },
  around: ComputerAround,
): Computer {
  const { hub, chance, truth, witness } = around;
  const clock = createSimClock(name, around.nowMs, settings);
  const line: SimLine = { cut: 'none', loss: 0, staleness: 0, standsAt: null, refusesWhole: false, shownAt: 0, asked: 0 };
  const log = (text: string) => around.log(`${name} ${text}`);
  let process: Process = { isDead: false };
  let waiting: { readonly go: () => void; readonly fail: (error: Error) => void } | null = null;
  let endTurn: () => void = () => {};
  const turn = (act: () => void): Promise<void> =>
    new Promise((resolve) => {
      endTurn = resolve;
      act();
    });
  const point = (mine: Process, what: string) => {
    if (mine.isDead) throw new Killed(what);
    if (computer.diesIn === null || --computer.diesIn > 0) return;
    computer.diesIn = null;
    mine.isDead = true;
    log(`dies at ${what}`);
    count(truth, 'processes killed');
    throw new Killed(what);
  };
  const gate = async (what: string, wakeMs = 0): Promise<void> => {
    const mine = process;
    point(mine, what);
    const passed = new Promise<void>((go, fail) => {
      waiting = { go, fail };
    });
    computer.parked = { what, wakeMs };
    endTurn();
    await passed;
    if (mine.isDead) throw new Killed(what);
  };
  // The clone of C5.
  const folder: MemoryFolder = { seen: null };
  const openLedger = () =>
    createSimLedger(line, folder, {
      hub,
      chance,
      truth,
      gate,
      log,
      stamp: (message) => message.replace('\n', ` (${name} ${clock.now().wallMs})\n`),
      onFetch: (refs) => witness.onFetch(computer, refs),
      onWrite: (updates) => witness.onWrite(computer, updates),
      onClaim: witness.onClaim,
      onPush(updates) {
        computer.pushedMs = [around.nowMs(), computer.pushedMs[0]];
        witness.onPush(computer, updates);
      },
      onMove: (update, before) => witness.onMove(computer, update, before),
    });
  const runner = createSimRunner({
    computer: name,
    clock,
    chance,
    truth,
    gate,
    log,
    nowMs: around.nowMs,
    machine: () => computer.number,
    onStart: (execution) => witness.onStart(computer, execution),
    onStop: (spec, reason) => witness.onStop(computer, spec, reason),
  });
  const uuid = () => {
    const hex = (length: number) => Array.from({ length }, () => chance.below(16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  };
  const portsOf = (mine: Process, ledger: Ledger): Machine => ({
    ledger,
    runner,
    journal: journalOf(computer, gate, () => witness.onSave(computer)),
    cache: around.cache,
    boxes: { handOver: async () => false, settled: async () => {} },
    clock,
    random: { uuid, fraction: chance.fraction },
    self: async () => ({ ...computer.self, machine: computer.number, usage: usageAt(name, around.nowMs()) }),
    installed: () => [],
    async place(order, attempt, key) {
      if (order.work.kind === 'call') return { blocked: because.notPlaced('no program here') };
      const { id, generation, timeoutMs } = order;
      const command = order.work.kind === 'shell' ? order.work.command : ({ kind: 'line', line: 'agent' } as const);
      const agent = order.work.kind === 'agent' ? { agent: { agent: order.work.agent } as AgentRequest } : {};
      return { key, order: id, generation, attempt, command, check: null, cwd: '/', env: {}, timeoutMs, lease: null, ...agent };
    },
    clean: (text) => text,
    assertLocked: async () => {},
    step: (step) => point(mine, step),
  });
  const hasEndedRun = () => (computer.state()?.active ?? []).some(({ key }) => runner.folders.get(key)?.sight.kind !== 'running');
  const synced = async (machine: Machine, options: CycleOptions, run = runCycles): Promise<void> => {
    let [cycles, pushes] = [0, 0];
    const said: CycleOutcome[] = [];
    const outcome = await run(machine, options, {
      onCycle(cycle) {
        const { push, fetched, heldForMs, seen, waiting, mishaps } = cycle;
        if (push?.lane === 'accepted') said.push(cycle);
        // D4b contains it, and here it is to be found.
        const words = [waiting, mishaps, seen?.snapshot.faults, seen?.composed.board.status.faults];
        for (const [error] of JSON.stringify(words).matchAll(/an error in coord[^"]*/g)) throw new Error(error);
        cycles += 1;
        pushes += push?.pushes ?? 0;
        if (!fetched && seen !== null && options.mayRecall) count(truth, 'cycles without a fetch');
        if (heldForMs !== null && heldForMs > 0) count(truth, 'pushes that a daemon held back');
      },
      pause: (ms) => gate('pause', around.nowMs() + Math.ceil(ms)),
    });
    if (cycles > 1) count(truth, 'syncs of several cycles');
    if (around.bell !== null) ringAfter(around.bell, computer, said);
    const { started, stopped, push, trouble, seen } = outcome;
    if (seen !== null) computer.inbox = await readInbox(machine.ledger, outcome.state, seen.snapshot, machine.cache);
    computer.last = { outcome, error: null, pushes };
    const spoken = `${push?.lane ?? '-'}/${push?.main ?? '-'}`;
    log(`cycles ${cycles}: started [${started}] stopped [${stopped}] said ${spoken} ${trouble?.code ?? ''}`);
  };
  const startDaemon = (): SimDaemon => {
    const { nowMs, bell } = around;
    const lives = () => computer.daemon === daemon && !computer.isGone;
    const isOn = () => lives() && computer.awayUntilMs <= nowMs();
    const part = { name, clock, truth, nowMs, lives, isOn, machine: () => computer.number };
    const connect = (look: () => void) => (bell === null ? null : createBellPart(bell, { ...part, look }));
    const daemon = createSimDaemon({ clock, random: { fraction: chance.fraction }, openLedger, nowMs, connect });
    return daemon;
  };
  const watch = async (mine: Process): Promise<void> => {
    computer.daemon ??= startDaemon();
    const { daemon } = computer;
    const hasEnded = hasEndedRun();
    const { asked } = line;
    const isRung = daemon.isRung();
    try {
      await synced(portsOf(mine, daemon.ledger), daemon.options(hasEnded));
      // Who has left asks nobody any more, and its daemon ends.
      if (computer.hasLeft()) computer.daemon = null;
      else if (isRung && line.asked === asked)
        truth.violations.push({ clause: 'B1', text: `${name} was rung, and has not looked` });
      daemon.synced(computer.last.outcome);
    } catch (error) {
      if (error instanceof Killed) computer.daemon = null;
      else daemon.synced(null);
      throw error;
    }
  };
  const live = async (mine: Process, by: By): Promise<void> => {
    try {
      if (by === 'daemon' && computer.number !== 0 && computer.removes === null) {
        await watch(mine);
        if (computer.last.outcome !== null) witness.onView(computer, computer.last.outcome, 'the daemon');
        return;
      }
      const machine = portsOf(mine, openLedger());
      if (computer.number === 0) {
        const { self, joinsAs: as } = computer;
        const selfAs = (number: number) => ({ ...self, machine: number });
        const found = as === null ? NEW_FLEET : null;
        const joined = await enroll(machine, { selfAs, found, as, again: true, wasHere: true, frontPage: null });
        Object.assign(computer, { number: joined.machine, joinsAs: null, last: { outcome: null, error: null, pushes: 1 } });
        log(`is machine ${joined.machine}`);
        return;
      }
      if (computer.removes !== null) {
        const { removes } = computer;
        const state = await machine.journal.load();
        if (state === null) throw new Error(`${name} has no journal`);
        log(`removes ${removes}: ${(await removeMachine(machine, state, () => removes)).removed}`);
        return;
      }
      await synced(machine, { dryRun: false }, by === 'cycle' ? oneCycle : runCycles);
      if (computer.last.outcome !== null) witness.onView(computer, computer.last.outcome, 'coord sync');
    } catch (error) {
      computer.last = { outcome: null, error, pushes: 0 };
      if (error instanceof Killed) return;
      if (!(error instanceof CoordError)) throw error;
      log(`cycle fails: ${error.code}`);
    }
  };
  const computer: Computer = {
    name,
    number: 0,
    joinsAs: null,
    removes: null,
    disk: { state: null, outbox: [] },
    clock,
    runner,
    line,
    self: {
      name,
      computer: `00000000-0000-4000-8000-${name.padStart(12, '0')}`,
      tags: settings.tags,
      tools: settings.tools,
      services: [],
      policy: { allow: ['shell', 'agent'], folders: ['/'], env: settings.env, slots: settings.slots, timeoutMsMax: 1e9 },
      version: '1.0.0',
    },
    inbox: [],
    shown: new Map(),
    ...{ countsSleep: settings.countsSleep, hasDaemon: settings.hasDaemon },
    daemon: null,
    isCopy: false,
    isGone: false,
    awayUntilMs: 0,
    diesIn: null,
    pushedMs: [-1e9, -1e9],
    isBusy: false,
    parked: null,
    last: { outcome: null, error: null, pushes: 0 },
    state: () => computer.disk.state,
    hasEndedRun,
    hasLeft: () => computer.number !== 0 && computer.state()?.leaving?.landed === true,
    save(state) {
      computer.disk.state = state;
    },
    begin: (by = 'cycle') =>
      turn(() => {
        process = { isDead: false };
        witness.onBegin(computer);
        computer.isBusy = true;
        count(truth, 'cycles');
        const done = () => {
          computer.isBusy = false;
          computer.removes = null;
          computer.diesIn = null;
          endTurn();
        };
        live(process, by).then(done, (error: unknown) => {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          truth.violations.push({ clause: 'C2', text: `the cycle of ${name} threw: ${text}` });
          done();
        });
      }),
    goOn: () =>
      turn(() => {
        const { go } = taken();
        go();
      }),
    async kill() {
      process.isDead = true;
      if (!computer.isBusy) return;
      const { what } = computer.parked ?? { what: '' };
      log(`killed at ${what}`);
      await turn(() => taken().fail(new Killed(what)));
    },
    loseClone() {
      folder.seen = null;
    },
  };
  const taken = () => {
    const at = waiting;
    if (at === null) throw new Error(`${name} waits for nothing`);
    waiting = null;
    computer.parked = null;
    return at;
  };
  return computer;
}
