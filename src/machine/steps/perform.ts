// perform: the one place where decided actions are done. Every start is in the journal before it happens (O9); after a crash between the two, the
// next look at the run settles it. A stop is requested before it is journaled: a second request does no harm, but a stop that is journaled and never
// requested would.
import { isoTime } from '../../core/base/time.ts';
import { ownHeartbeatMs } from '../../core/cycle/own-documents.ts';
import { watchedBy } from '../../core/decide/order-events.ts';
import { whyNoStart, withStarted, withStartRefused } from '../../core/decide/refused-starts.ts';
import type { Action } from '../../core/decide/verdict.ts';
import type { ActiveRun, JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { claimName, type OwnClaim } from '../../core/model/orders/claim.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import { isSameRun, type WaitingOrder } from '../../core/model/orders/run.ts';
import { because } from '../../core/orders/reason-words.ts';
import { workHash } from '../../core/orders/work-hash.ts';
import { leaseMs } from '../../core/presence/gone.ts';
import { leaseOf } from '../../core/presence/run-lease.ts';
import { CoordError } from '../../errors.ts';
import type { RunSpec } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { collectExits } from './collect-exits.ts';
import { placeable } from './placeable.ts';

/** How long a cycle waits for quick runs that it started, so that a short order costs one push and not two (H2). */
const SETTLE_MS = 1_500;
/** Rounds of actions in one cycle: further quick runs, one after the other, wait for the next cycle. */
const ROUNDS_MAX = 100;

export interface Performed {
  readonly state: JournalState;
  readonly waiting: readonly WaitingOrder[];
  /** Ids of orders, in the order of the actions. */
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  /** What this computer refused, in sentences. */
  readonly mishaps: readonly string[];
}

/** Acts until nothing more can be started, giving quick runs `SETTLE_MS` in all to end and free their slots. */
export async function perform(
  machine: Machine,
  snapshot: Snapshot,
  before: JournalState,
  self: Self,
  fetchedAt: Instant | null,
): Promise<Performed> {
  const started: string[] = [];
  const stopped: string[] = [];
  /** Keys of the runs that this cycle started or stopped; it does not wait for earlier ones. */
  const touched = new Set<string>();
  const unplaced = new Map<string, Because & Pick<WaitingOrder, 'state'>>();
  const until = machine.clock.now().monotonicMs + SETTLE_MS;
  const mishaps = new Set<string>();
  let state = before;
  for (let round = 1; ; round += 1) {
    const now = machine.clock.now();
    const { actions, waiting, specs, dueSince } = await placeable(machine, snapshot, state, self, { now, fetchedAt, unplaced });
    if (!same(dueSince, state.dueSince)) {
      state = { ...state, dueSince };
      await machine.journal.save(state);
    }
    const leftMs = until - machine.clock.now().monotonicMs;
    const goesOn = round === 1 || (leftMs > 0 && round < ROUNDS_MAX);
    for (const action of goesOn ? actions : []) {
      const acted = await carryOut(machine, { action, specs, self, snapshot, fetchedAt }, state);
      state = acted.state;
      if (acted.mishap !== undefined) mishaps.add(acted.mishap);
      if (acted.run === null) continue;
      touched.add(acted.run.key);
      if (acted.failure !== null) unplaced.set(acted.run.order, { state: 'BLOCKED', ...acted.failure });
      else (action.kind === 'start' ? started : stopped).push(acted.run.order);
    }
    const pending = state.active.filter((run) => touched.has(run.key));
    if (!goesOn || pending.length === 0)
      return { state, started, stopped, waiting: [...dueNow(goesOn ? [] : actions), ...waiting], mishaps: [...mishaps] };
    if (leftMs > 0) {
      const keys = pending.map((run) => run.key);
      await machine.runner.untilOneEnds(keys, leftMs);
    }
    state = await collectExits(machine, state);
    for (const run of pending) {
      // A run that was given up before it began is tried again in the next cycle, not in this one.
      if (hasVanished(run, state) && !unplaced.has(run.order)) {
        unplaced.set(run.order, { state: 'ASSIGNED', ...because.startAgain() });
      }
    }
  }
}

/** Neither running nor ended. */
function hasVanished(run: ActiveRun, state: JournalState): boolean {
  return ![...state.active, ...state.ended, ...state.older].some((other) => isSameRun(other, run));
}

interface Acted {
  readonly state: JournalState;
  /** Null = nothing was started or stopped. */
  readonly run: ActiveRun | null;
  /** Why a start failed. The next look at the run tells whether it began all the same. */
  readonly failure: Because | null;
  /** Why a run was not stopped: the next cycle tries again. */
  readonly mishap?: string;
}

interface Act {
  readonly action: Action;
  readonly specs: ReadonlyMap<Order, RunSpec>;
  readonly self: Self;
  readonly snapshot: Snapshot;
  readonly fetchedAt: Instant | null;
}

async function carryOut(
  machine: Machine,
  { action, specs, self, snapshot, fetchedAt }: Act,
  state: JournalState,
): Promise<Acted> {
  switch (action.kind) {
    case 'claim': {
      const { id: order, generation, attempts } = action.order;
      const nonce = machine.random.uuid();
      // The heartbeat that the push with this claim publishes: the present lane may still have another one.
      const heartbeatMs = ownHeartbeatMs(snapshot, state, self, fetchedAt ?? machine.clock.now());
      const terms = { attempts, leaseMs: leaseMs(snapshot.fleet, { heartbeatMs }) };
      const claim: OwnClaim = { order, generation, attempt: action.attempt, nonce, ...terms };
      // In the journal before it is pushed: only a nonce that is known here counts (O2).
      const next = { ...state, claims: [...state.claims, claim] };
      await machine.journal.save(next);
      machine.step('claim-journaled');
      return { state: next, run: null, failure: null };
    }
    case 'unclaim': {
      const next = { ...state, claims: state.claims.filter((claim) => claimName(claim) !== action.name) };
      await machine.journal.save(next);
      machine.step('unclaim-journaled');
      return { state: next, run: null, failure: null };
    }
    case 'start':
      return startRun(machine, action, { specs, snapshot }, state);
    case 'stop': {
      const run = state.active.find((candidate) => candidate.key === action.key);
      if (run === undefined) throw new Error(`bug: ${action.key} does not run`);
      const why = await orSayWhyNot(() => machine.runner.stop(action.key, action.reason));
      if (why !== null) return { state, run: null, failure: null, mishap: `${run.order} is not stopped: ${why}` };
      machine.step('stop-asked');
      const next = {
        ...state,
        active: state.active.map((candidate) => (candidate === run ? { ...run, stop: action.reason } : candidate)),
      };
      await machine.journal.save(next);
      machine.step('stop-journaled');
      return { state: next, run, failure: null };
    }
  }
}

/** A run that cannot be started does not keep the machine from pushing everything else; it is tried again after a pause (O9.10). */
async function startRun(
  machine: Machine,
  action: Extract<Action, { kind: 'start' }>,
  { specs, snapshot }: Pick<Act, 'specs' | 'snapshot'>,
  state: JournalState,
): Promise<Acted> {
  const spec = specs.get(action.order);
  if (spec === undefined) throw new Error(`bug: ${action.order.id} was not placed`);
  if (action.claim !== null) machine.step('claim-confirmed');
  const { key, order, generation, attempt } = spec;
  const startedAt = isoTime(machine.clock.now().wallMs);
  const terms = action.claim === null ? {} : { claim: { attempts: action.claim.attempts, leaseMs: action.claim.leaseMs } };
  const call = spec.call === undefined ? {} : { program: spec.call.program };
  const agent = spec.agent === undefined ? {} : { agent: spec.agent.agent };
  const run: ActiveRun = {
    ...{ key, order, generation, attempt, startedAt, stop: null, work: workHash(action.order) },
    ...watchedBy(order, snapshot),
    ...{ ...terms, ...call, ...agent },
  };
  const claims = state.claims.filter((claim) => claim !== action.claim);
  const next = { ...state, active: [...state.active, run], claims };
  await machine.journal.save(next);
  machine.step('start-journaled');
  const failure = await orSayWhyNot(() => machine.runner.start({ ...spec, lease: leaseOf(state, run.claim) }));
  machine.step('started');
  const now = machine.clock.now();
  const begun = { ...run, begun: true as const };
  const after =
    failure === null
      ? { ...withStarted(next, run), active: [...state.active, begun] }
      : withStartRefused(next, run, failure, now);
  await machine.journal.save(after);
  return failure === null ? { state: after, run: begun, failure } : { state: after, run, failure: whyNoStart(after, run, now) };
}

/** Equal but for the order of keys. */
function same(one: JournalState['dueSince'], other: JournalState['dueSince']): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/** D4b: what this computer refuses of one run keeps nothing else from being done. Null = it was done. */
export async function orSayWhyNot(act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return error.message.replace(/\s+/g, ' ').slice(0, 300);
  }
}

/** What is due and did not fit into this cycle. */
function dueNow(actions: readonly Action[]): readonly WaitingOrder[] {
  return actions.flatMap((action): WaitingOrder[] => {
    if (action.kind !== 'start') return [];
    const { id, generation } = action.order;
    return [{ order: id, generation, state: 'ASSIGNED', ...because.startsNext() }];
  });
}
