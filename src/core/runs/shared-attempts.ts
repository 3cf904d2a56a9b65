// The attempts of a shared order, from all machines' documents and the claims (O2, O4, O6). Pure.
import type { Machines } from '../model/machines/machines.ts';
import { type ClaimTerms, type ClaimView, claimName } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { OlderRun, RunName, RunningRun } from '../model/orders/run.ts';
import { hasEnded } from './journal-retention.ts';
import { runsOf, tellersOf } from './run-index.ts';

export type Claims = ReadonlyMap<string, ClaimView>;

/** One attempt: who has it, and how it ended if it has. */
export interface AttemptFact {
  readonly attempt: number;
  readonly machine: number;
  /** Null = it stands without an end: claimed, or running. */
  readonly ended: OlderRun | null;
  /** Terms of its claim. Null = it has ended, or was begun without a claim: then it has no lease, and nobody takes it over (O4). */
  readonly terms: ClaimTerms | null;
}

export interface Attempts {
  /** Attempts of the listed generation, lowest first. */
  readonly facts: readonly AttemptFact[];
  /** An attempt of a higher generation, if there is one: a lowered generation changes nothing (O8). */
  readonly higher: (AttemptFact & RunName) | undefined;
  /** Attempts of older generations that stand without an end. */
  readonly earlier: readonly (AttemptFact & RunName)[];
}

/** Claims by order, for many orders of one snapshot. */
export function byOrder(claims: Claims): ReadonlyMap<string, readonly ClaimView[]> {
  const index = new Map<string, ClaimView[]>();
  for (const claim of claims.values()) {
    const list = index.get(claim.order);
    if (list === undefined) index.set(claim.order, [claim]);
    else list.push(claim);
  }
  return index;
}

/**
 * `claims`: those of this order. A machine that runs or ran an attempt had its claim confirmed, so a claim that another one created later on an old
 * view counts for nothing beside that run (O2a).
 */
export function attemptsOf(order: Pick<Order, 'id' | 'generation'>, machines: Machines, claims: readonly ClaimView[]): Attempts {
  const standing = new Map(claims.map((claim) => [claimName(claim), claim]));
  const known = new Map<string, AttemptFact & RunName>();
  const note = (run: RunName, machine: number, ended: OlderRun | null, terms: ClaimTerms | null) => {
    const { generation, attempt } = run;
    known.set(claimName(run), { order: order.id, generation, attempt, machine, ended, terms });
  };
  const termsOf = (run: RunningRun, machine: number): ClaimTerms | null => {
    const claim = standing.get(claimName(run));
    if (claim?.machine === machine) return claim;
    return run.attempts === undefined ? null : { attempts: run.attempts, leaseMs: run.leaseMs ?? 0 };
  };
  for (const claim of claims) {
    const results = machines.get(claim.machine)?.results;
    // O2a.3: where the host keeps claims, one stands for longer than its own end is remembered.
    const isOver = results !== undefined && hasEnded(claim, runsOf(results, order.id).ended);
    if (!isOver) note(claim, claim.machine, null, claim);
  }
  const told = tellersOf(order.id, machines).map((machine) => ({ machine, results: machines.get(machine)?.results }));
  for (const { machine, results } of told) {
    for (const run of results === undefined ? [] : runsOf(results, order.id).running)
      note(run, machine, null, termsOf(run, machine));
  }
  for (const { machine, results } of told) {
    for (const run of results === undefined ? [] : runsOf(results, order.id).ended) {
      // An order that was for all before it was shared has one attempt on many machines. If one of them succeeded, nobody goes on.
      const other = known.get(claimName(run));
      const isOthers = gaveWay(run) && other !== undefined && other.machine !== machine;
      if (other?.ended?.state !== 'COMPLETED' && !isOthers) note(run, machine, run, null);
    }
  }
  const all = [...known.values()];
  return {
    facts: all.filter((fact) => fact.generation === order.generation).sort((one, other) => one.attempt - other.attempt),
    higher: all.find((fact) => fact.generation > order.generation),
    earlier: all.filter((fact) => fact.generation < order.generation && fact.ended === null),
  };
}

export function hasCompleted({ facts }: Pick<Attempts, 'facts'>): boolean {
  return facts.some(({ ended }) => ended?.state === 'COMPLETED');
}

/**
 * The attempt that may be claimed now, or null. `isGone`: whether the holder of an attempt without an end counts as lost for
 * this observer (O4).
 */
export function nextClaimable(
  order: Pick<Order, 'attempts'>,
  attempts: Attempts,
  isGone: (fact: AttemptFact) => boolean,
): number | null {
  if (attempts.higher !== undefined || hasCompleted(attempts)) return null;
  const top = attempts.facts.at(-1);
  if (top === undefined) return 1;
  if (top.ended !== null) {
    return mayFollow(top.ended) && top.attempt < order.attempts ? top.attempt + 1 : null;
  }
  // A claim counts as started (O4): only one that may be tried again is taken over, and its own terms say so (O2).
  return top.attempt < (top.terms?.attempts ?? 0) && isGone(top) && attempts.facts.every(mayBeTakenOver) ? top.attempt + 1 : null;
}

/** O5: what runs without a lease nobody but a person ends, so nothing is begun beside it, be there a later claim (which may be forged). */
function mayBeTakenOver({ ended, terms }: AttemptFact): boolean {
  return ended !== null || (terms !== null && terms.attempts > 1);
}

/** O2: whether a claim that a fetch shows as this machine's may still start its run. */
export function mayStart(
  claim: RunName & { readonly machine: number },
  attempts: Attempts,
  isGone: (fact: AttemptFact) => boolean,
): boolean {
  if (attempts.higher !== undefined || hasCompleted(attempts)) return false;
  const { facts } = attempts;
  const isUsed = (fact: AttemptFact) => fact.ended !== null || fact.machine !== claim.machine;
  const later = facts.some((fact) => fact.attempt > claim.attempt || (fact.attempt === claim.attempt && isUsed(fact)));
  const earlier = facts.filter((fact) => fact.attempt < claim.attempt);
  const before = earlier.at(-1);
  if (later || before === undefined) return !later;
  return before.ended === null ? isGone(before) && earlier.every(mayBeTakenOver) : mayFollow(before.ended);
}

/** O15, O18: an end that asks a person is followed by their answer or retry, and by no other attempt. */
export function isFailure({ state, asks }: Pick<OlderRun, 'state' | 'asks'>): boolean {
  return state === 'FAILED' && asks !== true;
}

/** S4: what gave way to a take-over that did not begin after all was stopped by nobody who wanted it to end. */
export function mayFollow(run: Pick<OlderRun, 'state' | 'asks' | 'code'>): boolean {
  return isFailure(run) || gaveWay(run);
}

/** O8: to a run by a claim, of a later attempt or of the same one. */
function gaveWay({ state, code }: Pick<OlderRun, 'state' | 'code'>): boolean {
  return state === 'CANCELLED' && code === 'takenOver';
}

/** O4a: nothing of that generation has started. A claim that was never used, and that the host does not let go (O2a), is an attempt that did not. */
export function hasStarted(attempts: readonly (Pick<OlderRun, 'code'> | null)[]): boolean {
  return attempts.some((ended) => ended?.code !== 'declined');
}
