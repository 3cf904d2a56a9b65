// A simulated world: true time, the hub, the computers, the people, and the checkers that watch. It knows how to let time pass and
// how to let one process go on; which one, and what goes wrong, is for the phases to say.
import { isoTime } from '../../src/core/base/time.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { type Chance, createChance } from './chance.ts';
import { type BoardChecks, createBoardChecks } from './check-board.ts';
import { type ClaimChecks, createClaimChecks } from './check-claims.ts';
import { createHoldChecks } from './check-holds.ts';
import { createLaneChecks, type LaneChecks } from './check-lanes.ts';
import { createMailChecks, type MailChecks } from './check-mail.ts';
import { createPauseChecks, type PauseChecks } from './check-pauses.ts';
import { createPresenceChecks } from './check-presence.ts';
import { createRunChecks, type RunChecks } from './check-runs.ts';
import { createScheduleChecks } from './check-schedules.ts';
import { createTemplateChecks } from './check-templates.ts';
import { createTriggerChecks } from './check-triggers.ts';
import { createViewChecks } from './check-views.ts';
import { type By, type Computer, createComputer } from './computer.ts';
import { createPeople, type People } from './people.ts';
import { createSimBell, type SimBell } from './sim-bell.ts';
import { createSimHub, MAIN, type SimHub } from './sim-hub.ts';
import { count, createTruth, type Truth } from './truth.ts';

export interface World {
  readonly chance: Chance;
  readonly hub: SimHub;
  readonly truth: Truth;
  readonly computers: Computer[];
  readonly people: People;
  /** Null = the fleet has none. */
  readonly bell: SimBell | null;
  readonly checks: {
    readonly runs: RunChecks;
    readonly claims: ClaimChecks;
    readonly board: BoardChecks;
    readonly lanes: LaneChecks;
    readonly mail: MailChecks;
    readonly pauses: PauseChecks;
  };
  /** True time at which each computer became a machine. */
  readonly joinedMs: Map<string, number>;
  readonly events: string[];
  nowMs(): number;
  /** Runs end on their way. */
  pass(ms: number): void;
  log(text: string): void;
  addComputer(settings?: Partial<Parameters<typeof createComputer>[1]>): Computer;
  /** A copy of the whole disk, on another computer. */
  copy(original: Computer): Computer;
  powerCut(computer: Computer, awayMs: number): Promise<void>;
  sleep(computer: Computer, ms: number): void;
  /** `coord leave`, in a folder where nothing of coord runs just now; false = it does not come to that. */
  leave(computer: Computer, stop: boolean): boolean;
  /** `coord join --as`: in a folder whose machine has left, or in a new one for a machine whose disk is lost. */
  joinAs(computer: Computer, number: number): void;
  /** Main becomes what it was. `target`: absent = anything that it ever was. */
  rollBack(target?: string): Promise<void>;
  /** R3b: as `coord compact` leaves main; its newest `kept` commits stay. What main was leads on to it. Returns what each became. */
  compact(kept: number): Promise<ReadonlyMap<string, string>>;
  adopt(computer: Computer): void;
  /** Those that are there, and on. */
  awake(): readonly Computer[];
  goOn(computer: Computer): Promise<void>;
  /** A whole cycle, alone: the process ends after it, whatever it had to do. */
  cycle(computer: Computer): Promise<void>;
  /** A whole sync, alone: by a process of its own, or by the daemon. */
  sync(computer: Computer, by?: 'sync' | 'daemon'): Promise<void>;
}

/** `ofBell`: the chance of its bell; absent = it has none. */
export function createWorld(seed: number, ofBell?: Chance): World {
  const chance = createChance(seed);
  const hub = createSimHub();
  const truth = createTruth();
  const computers: Computer[] = [];
  const events: string[] = [];
  const joinedMs = new Map<string, number>();
  const cache = new ParseCache();
  let timeMs = 0;
  let named = 0;
  const nowMs = () => timeMs;
  const bell = ofBell === undefined ? null : createSimBell(ofBell, nowMs);
  const log = (text: string) => void events.push(`${timeMs} ${text}`);
  const nameOf = (machine: number) => computers.find(({ number }) => number === machine)?.name;
  const runs = createRunChecks(truth, nameOf, nowMs);
  const lanes = createLaneChecks(truth);
  const board = createBoardChecks(truth, hub, lanes);
  const presence = createPresenceChecks(truth, hub, nowMs);
  const claims = createClaimChecks(truth, hub, presence);
  const mail = createMailChecks(truth);
  const holds = createHoldChecks(truth, hub);
  const pauses = createPauseChecks(truth);
  const schedules = createScheduleChecks(truth);
  const triggers = createTriggerChecks(truth);
  const templates = createTemplateChecks(truth, hub);
  const views = createViewChecks(truth, hub);
  /** On how many computers of this fleet a daemon runs. */
  const daemonShare = chance.pick([0, 0.5, 1]);
  const isAwake = ({ isGone, awayUntilMs }: Computer) => !isGone && awayUntilMs <= timeMs;
  const settle = () => {
    for (const computer of computers) if (isAwake(computer)) computer.runner.settle();
  };
  const joined = (computer: Computer) => {
    if (computer.number !== 0 && !joinedMs.has(computer.name)) joinedMs.set(computer.name, timeMs);
  };
  const wholly = async (computer: Computer, by: By) => {
    if (!computer.isBusy) await computer.begin(by);
    while (computer.isBusy) await world.goOn(computer);
    joined(computer);
  };
  const people = createPeople({
    hub,
    chance,
    truth,
    mail,
    machines: () => computers.flatMap(({ number }) => (number === 0 ? [] : [number])),
    nowMs,
    committed: () => board.onPeople(),
  });
  const world: World = {
    chance,
    hub,
    truth,
    computers,
    people,
    bell,
    joinedMs,
    events,
    checks: { runs, claims, board, lanes, mail, pauses },
    nowMs,
    log,
    pass(ms) {
      const until = timeMs + ms;
      for (;;) {
        const ends = computers.filter(isAwake).map(({ runner }) => runner.nextEndMs());
        const next = Math.min(...ends, bell?.nextMs() ?? Number.POSITIVE_INFINITY);
        if (next > until) break;
        timeMs = Math.max(timeMs, next);
        settle();
        bell?.settle();
      }
      timeMs = until;
      settle();
    },
    addComputer(settings = {}) {
      named += 1;
      const computer = createComputer(
        `m${named}`,
        {
          rate: chance.is(0.5) ? 1 : 0.9 + chance.fraction() * 0.2,
          offsetMs: chance.is(0.5) ? 0 : chance.between(-72 * 3_600_000, 72 * 3_600_000),
          countsSleep: chance.is(0.5),
          slots: chance.pick([1, 1, 2, 3]),
          tags: chance.is(0.5) ? ['gpu'] : [],
          env: chance.is(0.6) ? ['PATH'] : [],
          tools: chance.is(0.7) ? ['claude'] : [],
          hasDaemon: chance.is(daemonShare),
          ...settings,
        },
        {
          ...{ hub, chance, truth, cache, bell, nowMs, log },
          witness: {
            onStart(it, execution) {
              runs.onStart(execution, it.shown);
              lanes.onStart(it, execution.key);
              claims.onStart(it, execution);
              holds.onStart(it, execution);
              schedules.onStart(it, execution);
              triggers.onStart(it, execution);
              templates.onStart(it, execution);
              pauses.mustBeFree(it, `starts ${execution.key}`);
            },
            onStop(it, spec, reason) {
              runs.onStop(it.name, spec, reason);
              lanes.onStop(it, spec.key);
            },
            onFetch(it, refs) {
              lanes.onFetch(it, refs);
              claims.onFetch(it, refs);
              it.shown = refs;
              presence.onFetch(it, refs);
              schedules.onFetch(it);
              triggers.onFetch(it, refs);
              // C4a: behind a mirror that lags, it goes by what it pushed.
              if (it.line.shownAt >= (truth.pushedMain.get(it.name)?.at ?? 0)) truth.pushedMain.delete(it.name);
              views.onFetch(it);
            },
            onBegin: lanes.onBegin,
            onView(it, { seen }, by) {
              if (seen !== null) views.onView(it, seen.snapshot, by);
            },
            onSave: lanes.onSave,
            async onWrite(it, updates) {
              lanes.onWrite(it, updates);
              for (const update of updates)
                if (update.what === 'lane' && update.commit !== null) await presence.onLane(it, update);
            },
            onClaim: claims.onWrite,
            onPush: lanes.onPush,
            async onMove(it, update, before) {
              if (update.what === 'claim') {
                if (update.commit !== null) pauses.mustBeFree(it, `claims ${update.name}`);
                return claims.onMove(it, update, before);
              }
              await board.onMove(it, update, before);
              if (update.what === 'main' && update.commit !== null)
                truth.pushedMain.set(it.name, { commit: update.commit, at: hub.states.length - 1 });
            },
          },
        },
      );
      computers.push(computer);
      return computer;
    },
    copy(original) {
      const { slots, env } = original.self.policy;
      const { tags, tools } = original.self;
      const copy = world.addComputer({ slots, env, tags, tools });
      Object.assign(copy, { number: original.number, isCopy: true, inbox: original.inbox });
      Object.assign(copy.self, { name: original.self.name, computer: original.self.computer });
      copy.disk.state = original.disk.state;
      copy.disk.outbox = [...original.disk.outbox];
      copy.line.shownAt = original.line.shownAt;
      copy.runner.copyFrom(original.runner);
      truth.cloned.add(original.number);
      lanes.onCopy(original, copy);
      presence.onCopy(original, copy);
      views.onCopy(original, copy);
      return copy;
    },
    async powerCut(computer, awayMs) {
      await computer.kill();
      computer.daemon = null;
      computer.runner.powerCut();
      computer.clock.reboot();
      computer.awayUntilMs = timeMs + awayMs;
    },
    sleep(computer, ms) {
      computer.clock.sleep(ms);
      computer.runner.sleep(ms);
      computer.awayUntilMs = timeMs + ms;
      truth.slept.set(computer.name, [...(truth.slept.get(computer.name) ?? []), [timeMs, timeMs + ms]]);
    },
    leave(computer, stop) {
      const state = computer.state();
      if (state === null || computer.isBusy || computer.number === 0 || state.duplicate !== null || state.leaving?.landed)
        return false;
      const since = state.leaving?.since ?? isoTime(computer.clock.now().wallMs);
      computer.save({ ...state, leaving: { since, stop: stop || (state.leaving?.stop ?? false), landed: false } });
      truth.left.add(computer.number);
      return true;
    },
    joinAs(computer, number) {
      // A folder shows no messages before it is a machine.
      Object.assign(computer, { number: 0, joinsAs: number, inbox: [] });
      lanes.onJoinAs(computer);
      const earlier = computers.find((it) => it !== computer && it.number === number);
      if (earlier === undefined) return;
      Object.assign(computer.self, { name: earlier.self.name });
      truth.takenOver.add(number);
    },
    async rollBack(target = chance.pick(hub.mains)) {
      hub.setRef(MAIN, target);
      truth.rewritten = true;
      hub.note();
      await board.onPeople();
    },
    async compact(kept) {
      const before = hub.line();
      const commit = hub.compact(kept);
      const [, ...stayed] = hub.line();
      const became = new Map(stayed.map((is, at) => [before[at] ?? '', is]));
      // Each asks for what it asked for before, and so does the commit above them.
      for (const [was, is] of [...became, [before[0] ?? '', commit] as const]) {
        const version = truth.versions.get(was);
        if (version !== undefined) truth.versions.set(is, version);
      }
      lanes.onMain(commit, before[0] ?? null);
      hub.note();
      await board.onPeople();
      return became;
    },
    adopt(computer) {
      const state = computer.state();
      if (state === null || state.rewritten === null) return;
      const main = state.rewritten.found;
      computer.save({ ...state, main, pushedMain: null, rewritten: null });
      lanes.onAdopt(computer, main);
    },
    awake: () => computers.filter(isAwake),
    async goOn(computer) {
      const { parked } = computer;
      if (parked === null) throw new Error(`${computer.name} waits for nothing`);
      const isFar = /^(fetch|push)/.test(parked.what);
      world.pass(Math.max(parked.wakeMs - timeMs, isFar ? chance.between(20, 1_500) : chance.below(20)));
      await computer.goOn();
      joined(computer);
    },
    cycle: (computer) => wholly(computer, 'cycle'),
    sync: (computer, by = 'sync') => wholly(computer, by),
  };
  return world;
}

export function fault(world: World, what: string, text = ''): void {
  count(world.truth, what);
  world.log(`── ${what} ${text}`);
}
