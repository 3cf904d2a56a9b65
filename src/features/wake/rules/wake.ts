// Decides which sleeping machines this one sends a packet to now, and what it records of that (W2 to W4). Of the machines in a network the
// first sends at once; each later one only after the one before has had a heartbeat's time. A packet too many does no harm. Pure.
import { sameValue } from '../../../core/base/same-value.ts';
import { isoTime } from '../../../core/base/time.ts';
import type { CycleRules } from '../../../core/cycle/cycle-rules.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { MachineDocument } from '../../../core/model/machines/machine.ts';
import { machineLabel } from '../../../core/model/machines/machines.ts';
import type { Self } from '../../../core/model/machines/self.ts';
import { atMostMs } from '../../../core/presence/elapsed.ts';
import { NO_WAKES, type WakeNotes, type Waking, wakesOf } from './wake-notes.ts';
import { orderWakes, type WakeCircumstances } from './wake-orders.ts';
import { isAsleep, sendersTo, settledNetworks } from './wake-route.ts';

/** W3: a wish that nobody could fulfil is over then. */
const WISH_MS = 600_000;
/** Wishes are others' words: a machine is sent a packet for them this often at most. */
const WISHES_EVERY_MS = 60_000;
/** W3: a heartbeat may be long; the turns of those that come later must not begin after the wish is over. */
const WISH_TURN_MS = 60_000;
/** What could not be sent is tried again then. */
const FAILED_MS = 60_000;
/** W4: for orders, this often at most. */
const ORDERS_EVERY_MS = 3_600_000;
/** Documents of others must not make this machine flood its network. */
const SENDS_MAX = 8;

export interface WakeDecision {
  readonly sends: readonly Waking[];
  /** The same object where nothing changed. */
  readonly notes: WakeNotes;
}

interface Cause {
  readonly key: string;
  readonly target: number;
  readonly why: string;
  /** A person's: once, and soon; else an order's, again and again. */
  readonly isWish: boolean;
  /** Something is to be done for it now: its machine sleeps. */
  readonly isOpen: boolean;
  /** For the machines that come before this one; null = this one sends nothing for it. */
  readonly waitMs: number | null;
}

/** `snapshot`: as this machine believes it. */
export function wakesDue(snapshot: Snapshot, state: JournalState, self: Self, when: WakeCircumstances): WakeDecision {
  const { now, fetchedAt } = when;
  const before = wakesOf(state);
  const wishes = pick(before.wishes, (target, wish) => agoMs(wish.at, now) < WISH_MS && !wasHeardOf(Number(target), wish, state));
  // W1: the repo alone never makes a machine send anything.
  const own = self.wake ?? null;
  if (own === null) return { sends: [], notes: kept(before, { ...NO_WAKES, wishes }) };
  const turnTo = (target: number, eachMsMax?: number) =>
    turnMs(sendersTo(target, snapshot, state, { own, seenAt: fetchedAt }), snapshot, state.machine, eachMsMax);
  const causes = [...wishCauses(snapshot, state, fetchedAt, turnTo), ...orderCauses(snapshot, state, self, when, turnTo)];
  const mine = causes.filter(({ isOpen, waitMs }) => isOpen && waitMs !== null);
  const told = toldNow(snapshot, state, when, mine);
  const noted = causes.map(({ key, target, isWish, waitMs }) => {
    const known = before.causes[key] ?? { at: now, lane: state.observed[target]?.commit ?? null, done: false };
    // The first machine waits for nobody: a packet that it hears of together with the wish was sent for another reason.
    const isTold = told.news.has(target) && ((waitMs ?? 0) > 0 || before.causes[key] !== undefined);
    const isOver = known.done || isTold || (isWish && wasHeardOf(target, known, state));
    return [key, isOver && !known.done ? { ...known, done: true } : known] as const;
  });
  const notes = { wishes, causes: Object.fromEntries(noted), sent: { ...told.sent } };
  const sends: Waking[] = [];
  for (const { key, target, why, isWish, waitMs } of mine) {
    const { at, done } = notes.causes[key] ?? { at: now, done: false };
    const sinceMs = agoMs(at, now);
    const lastMs = lastPacketMs(target, notes.sent, now);
    const isDue = isWish ? !done && sinceMs < WISH_MS && lastMs >= WISHES_EVERY_MS : lastMs >= ORDERS_EVERY_MS + (waitMs ?? 0);
    if (!isDue || sinceMs < (waitMs ?? 0) || hasJustFailed(target, notes.sent, now) || sends.length >= SENDS_MAX) continue;
    const to = snapshot.machines.get(target)?.document.wake ?? { addresses: [], networks: [] };
    const fulfilled = mine.filter((it) => it.target === target && notes.causes[it.key]?.done === false).map((it) => it.key);
    sends.push({ machine: target, to, why, causes: fulfilled });
    for (const it of fulfilled) notes.causes[it] = { ...(notes.causes[it] ?? { at: now }), done: true };
    notes.sent[`${target} ${state.machine}`] = { at: now, said: isoTime(now.wallMs) };
  }
  return { sends, notes: kept(before, notes) };
}

/** How long the machines before this one are waited for; null = this one sends nothing there. */
function turnMs(senders: readonly number[], snapshot: Snapshot, machine: number, eachMsMax = Number.POSITIVE_INFINITY) {
  const place = senders.indexOf(machine);
  if (place === -1) return null;
  const before = senders.slice(0, place).map((it) => Math.min(eachMsMax, snapshot.machines.get(it)?.document.heartbeatMs ?? 0));
  return before.reduce((sum, ms) => sum + ms, 0);
}

type TurnTo = (target: number, eachMsMax?: number) => number | null;

/** W3: what people on other machines ask for; also while nothing is to be done for it, because what is said on is no new wish. */
function wishCauses(snapshot: Snapshot, state: JournalState, fetchedAt: Instant, turnTo: TurnTo): readonly Cause[] {
  return [...snapshot.machines].flatMap(([by, { document }]) => {
    const { wakes } = document;
    if (by === state.machine || wakes === undefined || document.state === 'LEFT') return [];
    const isHeard = !isAsleep(by, snapshot, state, fetchedAt);
    return Object.entries(wakes).flatMap(([word, said]): Cause[] => {
      const target = Number(word);
      if (!snapshot.machines.has(target)) return [];
      const why = `asked for on ${machineLabel(by, snapshot.machines)}`;
      const isOpen = isHeard && isAsleep(target, snapshot, state, fetchedAt);
      return [{ key: `wish ${target} ${by} ${said}`, target, why, isWish: true, isOpen, waitMs: turnTo(target, WISH_TURN_MS) }];
    });
  });
}

function orderCauses(
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  when: WakeCircumstances,
  turnTo: TurnTo,
): readonly Cause[] {
  return [...orderWakes(snapshot, state, self, when)].flatMap(([target, order]): Cause[] => {
    const waitMs = turnTo(target);
    if (waitMs === null) return [];
    return [{ key: `order ${target}`, target, why: `for order ${order}`, isWish: false, isOpen: true, waitMs }];
  });
}

/** Packets that are of any account yet, with what the others say that they sent. `news`: machines to which that is more than was known. */
function toldNow(
  snapshot: Snapshot,
  state: JournalState,
  { now, fetchedAt }: WakeCircumstances,
  wanted: readonly Cause[],
): { readonly sent: WakeNotes['sent']; readonly news: ReadonlySet<number> } {
  const before = wakesOf(state).sent;
  const own = pick(before, (name, { at }) => {
    const [target, by] = name.split(' ').map(Number);
    const isWanted = wanted.some((cause) => cause.target === target);
    return by === state.machine && (isWanted || agoMs(at, now) < ORDERS_EVERY_MS);
  });
  const sent: Record<string, WakeNotes['sent'][string]> = { ...own };
  const news = new Set<number>();
  for (const [by, { document }] of snapshot.machines) {
    // One that sleeps cannot take back what it said long ago.
    if (by === state.machine || document.woke === undefined || isAsleep(by, snapshot, state, fetchedAt)) continue;
    for (const [target, said] of Object.entries(document.woke)) {
      if (!snapshot.machines.has(Number(target))) continue;
      const name = `${target} ${by}`;
      const known = before[name];
      const isKnown = known?.said === said;
      sent[name] = isKnown ? known : { at: now, said };
      if (!isKnown) news.add(Number(target));
    }
  }
  return { sent, news };
}

function lastPacketMs(target: number, sent: WakeNotes['sent'], now: Instant): number {
  const packets = Object.entries(sent).filter(([name, { said }]) => name.startsWith(`${target} `) && said !== null);
  return Math.min(...packets.map(([, { at }]) => agoMs(at, now)));
}

function hasJustFailed(target: number, sent: WakeNotes['sent'], now: Instant): boolean {
  return Object.entries(sent).some(
    ([name, { at, said }]) => name.startsWith(`${target} `) && said === null && agoMs(at, now) < FAILED_MS,
  );
}

/** After what `wakesDue` decided: this packet could not be sent. It is tried again, and others must not count on it. */
export function withoutPacket(state: JournalState, send: Waking, before: JournalState, now: Instant): WakeNotes {
  const wakes = wakesOf(state);
  const name = `${send.machine} ${before.machine}`;
  const { [name]: _, ...others } = wakes.sent;
  const last = wakesOf(before).sent[name];
  const causes = Object.entries(wakes.causes).map(([key, cause]) => [
    key,
    send.causes.includes(key) ? { ...cause, done: false } : cause,
  ]);
  return {
    ...wakes,
    causes: Object.fromEntries(causes),
    sent: { ...others, ...(last === undefined ? {} : { [name]: last }), [`${name} failed`]: { at: now, said: null } },
  };
}

/** Its lane has moved since, by the commit: when it was first seen tells nothing after a start of this computer (O4). */
function wasHeardOf(target: number, { lane }: { readonly lane?: string | null | undefined }, state: JournalState): boolean {
  const seen = state.observed[target];
  return seen !== undefined && lane !== undefined && seen.commit !== lane;
}

/** A clock that was set back over a start of the computer tells nothing: long ago. */
function agoMs(at: Instant, now: Instant): number {
  return at.boot !== now.boot && now.wallMs < at.wallMs ? Number.POSITIVE_INFINITY : atMostMs(at, now);
}

function pick<T>(record: Readonly<Record<string, T>>, keeps: (key: string, value: T) => boolean): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => keeps(key, value)));
}

function kept(before: WakeNotes, notes: WakeNotes): WakeNotes {
  return sameValue(before, notes) ? before : notes;
}

export const wakeRules: CycleRules = {
  own({ wake }, state, shown) {
    const isWakeable = wake !== undefined && wake.addresses.length + wake.networks.length > 0;
    return { ...(isWakeable ? { wake: settledNetworks(wake, shown?.wake) } : {}), ...wakeWords(wakesOf(state), state.machine) };
  },
  // A new wish is pushed at once; its end, and packets that were sent, can wait.
  later: ({ wakes: own }, { wakes: shown, woke }) => ({ wakes: own === undefined ? shown : { ...shown, ...own }, woke }),
  back: (machine, document) => (document?.wake === undefined ? undefined : `wake it: coord wake ${machine}`),
};

/** W3, W4: what this machine says of its notes; nothing where there is nothing. */
function wakeWords({ wishes, sent }: WakeNotes, machine: number): Pick<MachineDocument, 'wakes' | 'woke'> {
  const wakes = Object.fromEntries(Object.entries(wishes).map(([target, { said }]) => [target, said]));
  const woke = Object.fromEntries(
    Object.entries(sent).flatMap(([name, { said }]) => {
      const [target = '', by] = name.split(' ');
      return Number(by) === machine && said !== null ? [[target, said]] : [];
    }),
  );
  return { ...(Object.keys(wakes).length === 0 ? {} : { wakes }), ...(Object.keys(woke).length === 0 ? {} : { woke }) };
}
