// This machine's own claims: which ones the remote should hold, and what the journal learns from a fetch. Pure. The journal's list has only claims
// that were never started; a started one is an active run, an ended one a result.
import { sameValue } from '../base/same-value.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import { type ClaimView, claimName, type OwnClaim, orderOfClaim } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { type EndedRun, isSameRun, type OlderRun, type RunName } from '../model/orders/run.ts';
import { because } from '../orders/reason-words.ts';
import { hasEnded, isHigher, remember } from '../runs/journal-retention.ts';
import { listedId } from '../runs/occurrence-name.ts';

/** A host that refused a deletion this often forbids it (O2a); one refusal may be a race. */
const DELETIONS_REFUSED_MAX = 2;
/** Its end was told: it gets no other one, once that is forgotten here and the claim stands still. */
const HAS_ENDED = DELETIONS_REFUSED_MAX + 1;
/** O2b. */
const REFUSALS_MAX = 2;

export interface ClaimsToSay {
  /** To be created, again and again with the same nonce until a fetch shows them (R5). */
  readonly wanted: readonly OwnClaim[];
  /** To be deleted now: nobody will ever run them, and others wait for them. */
  readonly unused: readonly ClaimView[];
  /** To be deleted with the next push: their results stand on the board (O2a). */
  readonly done: readonly ClaimView[];
}

/** `isOnBoard`: the board holds this machine's results as its lane shows them. */
export function claimsToSay(snapshot: Snapshot, state: JournalState, isOnBoard: boolean): ClaimsToSay {
  const shown = [...snapshot.claims.values()].filter((claim) => claim.machine === state.machine && mayDelete(claim, state));
  const said = snapshot.machines.get(state.machine)?.results;
  const saidEnds = [...(said?.ended ?? []), ...(said?.older ?? [])];
  return {
    wanted: state.claims.filter((claim) => !snapshot.claims.has(claimName(claim))),
    unused: shown.filter((claim) => !isKnown(claim, state)),
    done: shown.filter((claim) => isOnBoard && hasEnded(claim, ends(state)) && hasEnded(claim, saidEnds)),
  };
}

function mayDelete(claim: ClaimView, state: JournalState): boolean {
  return (state.deletionsRefused[claimName(claim)] ?? 0) < DELETIONS_REFUSED_MAX;
}

/** Wanted, running, or ended here. A claim of this machine that is none of these was given up before its run began. */
function isKnown(claim: ClaimView, state: JournalState): boolean {
  const isWanted = state.claims.some((own) => own.nonce === claim.nonce && isSameRun(own, claim));
  return isWanted || state.active.some((run) => isSameRun(run, claim)) || hasEnded(claim, ends(state));
}

function ends(state: JournalState): readonly (OlderRun | EndedRun)[] {
  return [...state.ended, ...state.older];
}

/**
 * Takes what a fetch showed of this machine's claims into the state. A claim that another machine holds by now was lost. A claim of an earlier
 * state folder may have run there: it ends as interrupted (I2). An unused one that cannot be deleted ends as declined (O2a).
 */
export function observeClaims(state: JournalState, snapshot: Snapshot, nowIso: string): JournalState {
  const claims = state.claims.filter((own) => {
    const shown = snapshot.claims.get(claimName(own));
    if (shown === undefined) return !isClaimRefused(state, claimName(own));
    return shown.machine === state.machine && shown.nonce === own.nonce;
  });
  const mine = [...snapshot.claims.values()].filter((claim) => claim.machine === state.machine);
  const ended = mine.flatMap((claim): EndedRun[] => {
    const reason = reasonOfEnd(claim, { ...state, claims }, { mine, listed: snapshot.orders.orders });
    return reason === null || state.duplicate !== null ? [] : [endOf(claim, reason, nowIso)];
  });
  const refused = refusedNow(mine, state);
  const claimsRefused = standingRefusals(state, snapshot);
  const isSameState =
    claims.length === state.claims.length &&
    ended.length === 0 &&
    sameValue(refused, state.deletionsRefused) &&
    claimsRefused === state.claimsRefused;
  if (isSameState) return state;
  const { claimsRefused: _over, ...rest } = state;
  return {
    ...rest,
    claims,
    deletionsRefused: refused,
    ...(claimsRefused === undefined ? {} : { claimsRefused }),
    ...remember(state, ended),
  };
}

/** O2a: of claims that stand. A host that forbids deletions keeps them for longer than their ends are remembered. */
function refusedNow(mine: readonly ClaimView[], state: JournalState): JournalState['deletionsRefused'] {
  const past = ends(state);
  const counts = mine.flatMap((claim): [string, number][] => {
    const name = claimName(claim);
    const count = state.deletionsRefused[name];
    if (count === undefined) return [];
    return [[name, !mayDelete(claim, state) && hasEnded(claim, past) ? HAS_ENDED : count]];
  });
  return Object.fromEntries(counts);
}

/** O2b: counts refusals of a claim that does not exist: the first may be a race, a second one is the host's. */
export function isClaimRefused({ claimsRefused = {} }: Pick<JournalState, 'claimsRefused'>, name: string): boolean {
  return (claimsRefused[name]?.times ?? 0) >= REFUSALS_MAX;
}

/** Keeps only refusals of claims that nobody holds, for listed orders. Absent = none. */
function standingRefusals({ claimsRefused }: JournalState, { claims, orders }: Snapshot): JournalState['claimsRefused'] {
  const all = Object.entries(claimsRefused ?? {});
  if (all.length === 0) return claimsRefused;
  const listed = new Set(orders.orders.map(({ id }) => id));
  const isOpen = (name: string) => !claims.has(name) && listed.has(listedId(orderOfClaim(name)));
  const open = all.filter(([name]) => isOpen(name));
  if (open.length === all.length) return claimsRefused;
  return open.length === 0 ? undefined : Object.fromEntries(open);
}

interface Seen {
  readonly mine: readonly ClaimView[];
  readonly listed: readonly Pick<Order, 'id'>[];
}

function reasonOfEnd(claim: ClaimView, state: JournalState, seen: Seen): Because | null {
  if (isKnown(claim, state) || ((state.deletionsRefused[claimName(claim)] ?? 0) >= HAS_ENDED && !isNeeded(claim, state, seen)))
    return null;
  if (claim.instance !== state.instance) return because.interrupted();
  return mayDelete(claim, state) ? null : because.declined();
}

/** Nothing else says how its order stands: that was forgotten while it was not listed, and is listed again. */
function isNeeded(claim: ClaimView, state: JournalState, { mine, listed }: Seen): boolean {
  const id = listedId(claim.order);
  // Of a schedule the newest time is enough: those before it are over.
  const isLater = (other: ClaimView) =>
    listedId(other.order) === id && (other.order === claim.order ? isHigher(other, claim) : other.order > claim.order);
  const isTold = [...ends(state), ...state.active, ...state.claims].some((run) => listedId(run.order) === id);
  return !isTold && listed.some((it) => it.id === id) && !mine.some(isLater);
}

function endOf({ order, generation, attempt }: RunName, why: Because, nowIso: string): EndedRun {
  const times = { startedAt: nowIso, finishedAt: nowIso };
  return { order, generation, attempt, state: 'FAILED', ...why, exitCode: null, ...times, tail: '', outputs: {} };
}
