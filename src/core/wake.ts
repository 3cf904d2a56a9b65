// Which sleeping machines this one sends a packet to now, and what it notes of that (W2 to W4). Pure. Of those that live in a network
// the first sends at once; each behind it only when the one before has had a heartbeat's time. A packet too many does no harm.
import { machineLabel } from './assignment.ts';
import type { Instant, JournalState } from './model/journal.ts';
import type { MachineDocument } from './model/machine.ts';
import type { Self } from './model/self.ts';
import type { Snapshot } from './model/snapshot.ts';
import { NO_WAKES, type WakeNotes, type Waking } from './model/waking.ts';
import { atMostMs } from './presence.ts';
import { sameValue } from './same-value.ts';
import { isoTime } from './time.ts';
import { orderWakes, type WakeCircumstances } from './wake-orders.ts';
import { isAsleep, sendersTo } from './wake-route.ts';

/** W3: a wish that nobody could fulfil is over then. */
export const WISH_MS = 600_000;
/** Wishes are others' words: a machine is sent a packet for them this often at most. */
const WISHES_EVERY_MS = 60_000;
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
}

/** One that this machine may send for. */
interface OwnCause extends Cause {
  /** For the machines that come before it. */
  readonly waitMs: number;
}

export function wakesDue(snapshot: Snapshot, state: JournalState, self: Self, when: WakeCircumstances): WakeDecision {
  const { now, fetchedAt } = when;
  const before = state.wakes;
  const wishes = pick(before.wishes, (target, { at }) => agoMs(at, now) < WISH_MS && !wasHeardOf(Number(target), at, state, now));
  // W1: the repo alone never makes a machine send anything.
  const own = self.wake ?? null;
  if (own === null) return { sends: [], notes: kept(before, { ...NO_WAKES, wishes }) };
  const all = [...wishCauses(snapshot, state, fetchedAt), ...orderCauses(snapshot, state, self, when)];
  const wanted = all.flatMap((cause): OwnCause[] => {
    const waitMs = turnMs(sendersTo(cause.target, snapshot, state, { own, seenAt: fetchedAt }), snapshot, state.machine);
    return waitMs === null ? [] : [{ ...cause, waitMs }];
  });
  const told = toldNow(snapshot, state, when, wanted);
  // Who goes first has waited for nobody: a packet that it hears of together with the wish was sent for something else.
  const isTold = (target: number, key: string, waitMs: number) =>
    told.news.has(target) && (waitMs > 0 || before.causes[key] !== undefined);
  const sent = { ...told.sent };
  const sends: Waking[] = [];
  for (const { key, target, why, isWish, waitMs } of wanted) {
    const { at, done } = before.causes[key] ?? { at: now, done: false };
    const sinceMs = agoMs(at, now);
    const lastMs = Math.min(...packetsTo(target, sent).map((packet) => agoMs(packet.at, now)));
    const isDue = isWish
      ? !done && !isTold(target, key, waitMs) && sinceMs < WISH_MS && lastMs >= WISHES_EVERY_MS
      : lastMs >= ORDERS_EVERY_MS + waitMs;
    if (!isDue || sinceMs < waitMs || sends.length >= SENDS_MAX) continue;
    sends.push({ machine: target, addresses: snapshot.machines.get(target)?.document.wake?.addresses ?? [], why });
    sent[`${target} ${state.machine}`] = { at: now, said: isoTime(now.wallMs) };
  }
  const causes = wanted.map(({ key, target, waitMs }) => {
    const known = before.causes[key] ?? { at: now, done: false };
    const isDone = isTold(target, key, waitMs) || sends.some(({ machine }) => machine === target);
    return [key, isDone ? { ...known, done: true } : known] as const;
  });
  return { sends, notes: kept(before, { wishes, causes: Object.fromEntries(causes), sent }) };
}

/** How long the machines before this one are waited for; null = this one sends nothing there. */
function turnMs(senders: readonly number[], snapshot: Snapshot, machine: number): number | null {
  const place = senders.indexOf(machine);
  if (place === -1) return null;
  const before = senders.slice(0, place).map((it) => snapshot.machines.get(it)?.document.heartbeatMs ?? 0);
  return before.reduce((sum, ms) => sum + ms, 0);
}

/** W3: what people on other machines ask for. */
function wishCauses(snapshot: Snapshot, state: JournalState, fetchedAt: Instant): readonly Cause[] {
  return [...snapshot.machines].flatMap(([by, { document }]) => {
    const { wakes } = document;
    if (by === state.machine || wakes === undefined || document.state === 'LEFT') return [];
    if (isAsleep(by, snapshot, state, fetchedAt)) return [];
    return Object.entries(wakes).flatMap(([target, said]): Cause[] => {
      if (!isAsleep(Number(target), snapshot, state, fetchedAt)) return [];
      const why = `asked for on ${machineLabel(by, snapshot.machines)}`;
      return [{ key: `wish ${target} ${by} ${said}`, target: Number(target), why, isWish: true }];
    });
  });
}

function orderCauses(snapshot: Snapshot, state: JournalState, self: Self, when: WakeCircumstances): readonly Cause[] {
  const wakes = orderWakes(snapshot, state, self, when);
  return [...wakes].map(([target, order]) => ({ key: `order ${target}`, target, why: `for order ${order}`, isWish: false }));
}

/** Packets that are of any account yet, with what the others say that they sent. `news`: machines to which that is more than was known. */
function toldNow(
  snapshot: Snapshot,
  state: JournalState,
  { now, fetchedAt }: WakeCircumstances,
  wanted: readonly Cause[],
): { readonly sent: WakeNotes['sent']; readonly news: ReadonlySet<number> } {
  const before = state.wakes.sent;
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
      const name = `${target} ${by}`;
      const known = before[name];
      const isKnown = known?.said === said;
      sent[name] = isKnown ? known : { at: now, said };
      if (!isKnown) news.add(Number(target));
    }
  }
  return { sent, news };
}

function packetsTo(target: number, sent: WakeNotes['sent']): readonly { readonly at: Instant }[] {
  return Object.entries(sent).flatMap(([name, noted]) => (name.startsWith(`${target} `) ? [noted] : []));
}

/** Its lane has moved since: it is awake. */
function wasHeardOf(target: number, since: Instant, state: JournalState, now: Instant): boolean {
  const seen = state.observed[target];
  return seen !== undefined && agoMs(seen.at, now) < agoMs(since, now);
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

/** W3, W4: what this machine says of its notes; nothing where there is nothing. */
export function wakeWords({ wishes, sent }: WakeNotes, machine: number): Pick<MachineDocument, 'wakes' | 'woke'> {
  const wakes = Object.fromEntries(Object.entries(wishes).map(([target, { said }]) => [target, said]));
  const woke = Object.fromEntries(
    Object.entries(sent).flatMap(([name, { said }]) => {
      const [target = '', by] = name.split(' ');
      return Number(by) === machine && said !== null ? [[target, said]] : [];
    }),
  );
  return { ...(Object.keys(wakes).length === 0 ? {} : { wakes }), ...(Object.keys(woke).length === 0 ? {} : { woke }) };
}
