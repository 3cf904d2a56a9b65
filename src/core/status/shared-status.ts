// The state of a shared order from documents alone (D6). Claims are refs and no documents, so each machine lists its claims in its results. If
// observers call the holder lost (F2), a take-over follows the claim's own terms (O4).
import { oneOf } from '../base/counted.ts';
import { isoTime, latest, minuteTime, parseTime, TIME_MS_MAX } from '../base/time.ts';
import { longestRankWaitMs } from '../decide/ranking.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { type ClaimTerms, type ClaimView, claimName } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { OlderRun, RunName, WaitingOrder } from '../model/orders/run.ts';
import type { StatusOrder, StatusRun } from '../model/status/status.ts';
import { assignmentOf } from '../orders/assignment.ts';
import { pausedReason } from '../orders/pause.ts';
import { toldReason } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { changedSince } from '../orders/work-hash.ts';
import { HEARTBEATS_PER_LEASE, isDeclaredLost } from '../presence/gone.ts';
import { JITTER, QUIET_LOOK_MS } from '../presence/pacing.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { runsOf, tellersOf } from '../runs/run-index.ts';
import { type AttemptFact, type Attempts, attemptsOf, hasCompleted, hasStarted, mayFollow } from '../runs/shared-attempts.ts';

export type PlacedStatus = StatusRun & Pick<StatusOrder, 'machine' | 'reached'>;

/** `endedStatus`: what is shown of a run that has ended. */
export function sharedStatus(
  order: Order,
  machines: Machines,
  endedStatus: (run: OlderRun, machine: number) => StatusRun,
): PlacedStatus {
  const attempts = attemptsOf(order, machines, claimedIn(order.id, machines));
  const top = attempts.facts.at(-1);
  if (top === undefined) return untouched(order, machines, attempts);
  const { machine, attempt, ended } = top;
  const who = machineLabel(machine, machines);
  if (ended !== null) {
    const goesOn = mayFollow(ended) && attempt < order.attempts && !order.cancelled && !hasCompleted(attempts);
    if (!goesOn) return { ...endedStatus(ended, machine), machine };
    const next = untouched(order, machines, attempts);
    // O4a: it is held, and shown, as one that nobody has claimed.
    if (!hasStarted(attempts.facts.map((fact) => fact.ended))) return next;
    // The next attempt does what is listed then.
    const { changed: _, ...open } = endedStatus(ended, machine);
    if (next.state === 'BLOCKED') return { ...open, machine, ...next };
    return { ...open, machine, state: 'QUEUED', ...because.nextAttempt({ attempt, attempts: order.attempts, on: who }) };
  }
  const run = machines.get(machine)?.results.running.find((it) => isThis(it, order, attempt));
  const common = { machine, attempt, ...(run === undefined ? {} : { startedAt: run.startedAt }) };
  if (!isDeclaredLost(machine, machines))
    return run === undefined
      ? { ...common, state: 'ASSIGNED', ...because.claimed(who) }
      : {
          ...common,
          state: 'IN_PROGRESS',
          ...(run.progress === undefined ? {} : { progress: run.progress }),
          ...changedSince(order, run),
        };
  // An earlier attempt has succeeded, and its holder reported that late, so nobody goes on.
  const done = attempts.facts.find((fact) => fact.ended?.state === 'COMPLETED');
  if (done?.ended != null) return { ...endedStatus(done.ended, done.machine), machine: done.machine };
  if (order.cancelled) return { ...common, state: 'CANCELLED', ...because.lostCancelled(who) };
  return { ...common, ...lostStatus(order, top, machines) };
}

/** O4: the state of an attempt without an end whose machine is lost. */
function lostStatus(
  order: Order,
  lost: AttemptFact,
  machines: Machines,
): Pick<StatusRun, 'state' | 'reason' | 'code' | 'takeOver'> {
  const { attempt, terms } = lost;
  const who = machineLabel(lost.machine, machines);
  // A run without a claim has no lease, so nobody can know that it is over.
  if (terms === null || attempt >= terms.attempts) return { state: 'FAILED', ...because.lost(who) };
  const it = { who, attempt, attempts: terms.attempts };
  const assignment = assignmentOf(order, machines);
  const takers =
    assignment.kind === 'machines' ? assignment.machines.filter((machine) => !isDeclaredLost(machine, machines)) : [];
  if (takers.length === 0) return { state: 'QUEUED', ...because.lostNoTaker(it) };
  const by = takeOverBy(order, { ...terms, machine: lost.machine }, takers, machines);
  const why = because.lostTakeOver({ ...it, by: by === null ? null : minuteTime(by) });
  return { state: 'QUEUED', ...why, takeOver: by === null ? {} : { by } };
}

function isThis(run: RunName, order: Order, attempt: number): boolean {
  return run.order === order.id && run.generation === order.generation && run.attempt === attempt;
}

/** Whether an attempt can begin now, as if none had. */
function untouched(order: Order, machines: Machines, attempts: Attempts): PlacedStatus {
  if (order.cancelled) return { state: 'CANCELLED' };
  if (order.unknown !== undefined) return { state: 'BLOCKED', ...because.unknownField(order.unknown) };
  const higher = attempts.higher;
  if (higher !== undefined) {
    const why = because.generationLowered(higher.generation, machineLabel(higher.machine, machines), listedId(order.id));
    return { state: 'BLOCKED', ...why, reached: higher.generation };
  }
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody') return { state: 'BLOCKED', ...assignment.why };
  const [earlier] = attempts.earlier;
  if (earlier !== undefined) {
    const where = machineLabel(earlier.machine, machines);
    return { state: 'QUEUED', ...because.generation(earlier.generation, where) };
  }
  const refusal = refusalOfAll(assignment.machines, order, machines);
  if (refusal !== null) return { state: 'BLOCKED', ...refusal };
  const [first, ...others] = assignment.machines;
  const who =
    first === undefined ? 'a machine' : others.length === 0 ? machineLabel(first, machines) : oneOf(assignment.machines);
  return { state: 'QUEUED', ...(pausedReason(assignment.machines, machines) ?? because.machine(who)) };
}

/** What the first of them says, if each says that it is BLOCKED there. Mostly the first one does not, and the others need not be asked. */
function refusalOfAll(meant: readonly number[], order: Order, machines: Machines): Pick<StatusRun, 'reason' | 'code'> | null {
  // A lost machine may come back and blocks nothing. Machines that are there say what people can do.
  const isThere = (machine: number) => !isDeclaredLost(machine, machines);
  const isAsked = meant.some(isThere) ? isThere : () => true;
  const first = meant.find(isAsked);
  const refusal = first === undefined ? undefined : blockedOn(first, order, machines);
  if (refusal === undefined) return null;
  const isOpen = (machine: number) => blockedOn(machine, order, machines) === undefined && isAsked(machine);
  return meant.some(isOpen) ? null : toldReason(refusal);
}

function blockedOn(machine: number, order: Order, machines: Machines): WaitingOrder | undefined {
  const results = machines.get(machine)?.results;
  const waiting = results === undefined ? [] : runsOf(results, order.id).waiting;
  return waiting.find((it) => it.generation === order.generation && it.state === 'BLOCKED');
}

/** Claims in documents that have not become runs. A machine that lost a race still lists its claim until its next push. */
function claimedIn(order: string, machines: Machines): readonly ClaimView[] {
  const claims = claimsOf(machines).get(order) ?? [];
  if (claims.length === 0) return claims;
  const told = tellersOf(order, machines).flatMap((machine) => machines.get(machine)?.results ?? []);
  const all = told.map((results) => runsOf(results, order)).flatMap(({ running, ended }) => [...running, ...ended]);
  const runs = new Set(all.map(claimName));
  return claims.filter((claim) => !runs.has(claimName(claim)));
}

/** By order, each made once: machines and orders are many, and the maps never change (C1). */
const claimsIn = new WeakMap<Machines, ReadonlyMap<string, readonly ClaimView[]>>();

function claimsOf(machines: Machines): ReadonlyMap<string, readonly ClaimView[]> {
  const known = claimsIn.get(machines);
  if (known !== undefined) return known;
  const claims = new Map<string, ClaimView[]>();
  for (const [machine, { results }] of machines)
    for (const claim of results.claimed) {
      const view = { ...claim, machine, leaseMs: claim.leaseMs ?? 0, nonce: '', instance: '', commit: '' };
      claims.set(claim.order, [...(claims.get(claim.order) ?? []), view]);
    }
  claimsIn.set(machines, claims);
  return claims;
}

const MINUTE_MS = 60_000;

/**
 * O4: by when a lost attempt is taken over, for people: ISO 8601 UTC, rounded up to a minute; null = no document says when that machine was
 * last heard of, or somebody says a lease or a heartbeat of thousands of years. By the clock of the machine that calls the holder lost, so nothing is decided by it (D7). Right while clocks are right to the
 * minute and `lease` in fleet.yaml was not raised since the claim.
 */
function takeOverBy(
  order: Order,
  { machine: lost, leaseMs }: Pick<ClaimTerms, 'leaseMs'> & { readonly machine: number },
  takers: readonly number[],
  machines: Machines,
): string | null {
  const document = machines.get(lost)?.document;
  if (document === undefined) return null;
  const sayers = [...machines.values()].filter((it) => (it.document.lost[lost] ?? -1) >= document.beat);
  const heardAt = parseTime(latest(sayers.map((it) => it.document.seen[lost] ?? '')));
  if (Number.isNaN(heardAt)) return null;
  // The machine that takes over may have seen the last sign one look later than the one that reports it, and sees the end of the lease up to one
  // look after that.
  const lookMs = Math.max(...takers.map((it) => machines.get(it)?.document.heartbeatMs ?? 0), QUIET_LOOK_MS * (1 + JITTER));
  const waitMs =
    Math.max(leaseMs, HEARTBEATS_PER_LEASE * document.heartbeatMs) + 2 * lookMs + longestRankWaitMs(order, takers, machines);
  const byMs = Math.ceil((heardAt + waitMs) / MINUTE_MS) * MINUTE_MS;
  return byMs > TIME_MS_MAX ? null : isoTime(byMs);
}
