// Makes alerts of the needs in the view, each with a beginning and an end, and says which channel is to be told of which. Each channel is
// told of either once. Pure.
import { isoTime, parseTime } from '../../../core/base/time.ts';
import type { Alert, AlertChannel, AlertEvent, ChannelTold, Delivery, Need } from '../../../core/model/messages/alert.ts';
import type { NeedsYou, StatusDocument } from '../../../core/model/status/status.ts';
import { needKind } from '../../../core/status/needs-you-kinds.ts';

/** What is over is remembered so long, for those who were not reached. */
const KEPT_MS = 86_400_000;
/** Alerts that are remembered, the newest; what stands is never forgotten. */
const ENDED_MAX = 100;
/** After so long without success an alert is given up. */
const GIVE_UP_MS = 86_400_000;
const RETRY_MS_MIN = 60_000;
const RETRY_MS_MAX = 4 * 3_600_000;

type Shown = Pick<StatusDocument, 'needsYou' | 'machines' | 'orders'>;

/** What of needs-you and the emergencies a person is told of; `typeOf`: of an order, where it has one. */
export function needsIn(shown: Shown, typeOf: (order: string) => string | undefined): readonly Need[] {
  const emergencies = Object.entries(shown.machines).flatMap(([number, { name, emergency }]): Need[] => {
    if (emergency === undefined) return [];
    const subject = `emergency ${number}`;
    const machine = Number(number);
    return [{ key: `${subject} ${emergency}`, subject, kind: 'emergency', machine, name, what: emergency }];
  });
  const others = shown.needsYou.flatMap((item): Need[] => {
    const isTold = item.machine !== undefined && emergencies.some(({ machine }) => machine === item.machine);
    if (isTold && item.order === undefined && item.code === 'emergency') return [];
    return [needOf(item, shown, typeOf)];
  });
  return once([...emergencies, ...others]);
}

function needOf(item: NeedsYou, { machines, orders }: Shown, typeOf: (order: string) => string | undefined): Need {
  const { order, document, why: what } = item;
  const listed = order === undefined ? undefined : orders[order];
  const from = /^messages\/(\d+)_TO_0\.md$/.exec(document ?? '')?.[1];
  const machine = item.machine ?? listed?.machine ?? (from === undefined ? undefined : Number(from));
  const type = order === undefined ? undefined : typeOf(order);
  const name = machine === undefined ? undefined : machines[String(machine)]?.name;
  const about = {
    ...(order === undefined ? {} : { order }),
    ...(type === undefined ? {} : { type }),
    ...(listed?.chain === undefined ? {} : { chain: listed.chain }),
    ...(machine === undefined ? {} : { machine }),
    ...(name === undefined ? {} : { name }),
    ...(document === undefined ? {} : { document }),
    what,
  };
  const subject = subjectOf(item);
  // What was run again and failed again is told again.
  const generation = listed === undefined ? '' : ` ${listed.generation ?? 1}`;
  const kind = needKind(item.code)?.alert ?? 'order';
  const wordsKey = `${subject}${generation} ${steady(what)}`;
  if (kind === 'message') return { ...about, key: subject, subject, kind };
  const code = causeOf(item);
  if (code === null) return { ...about, key: wordsKey, subject, kind };
  return { ...about, key: `${subject}${generation} =${code}`, wordsKey, subject, kind };
}

/** Words may be put in another way at any time, so the code counts. Null = the words alone tell one cause from another. */
function causeOf({ code, because, told = [], order, document }: NeedsYou): string | null {
  if (code === 'order') {
    const ways = told.flatMap((part) => (typeof part === 'string' ? [] : [part.way]));
    return because === undefined ? null : [because, ...ways].join(' ');
  }
  const isOne = (code === 'offline' && order !== undefined) || (code === 'pause' && document === undefined);
  return isOne ? code : null;
}

function subjectOf({ order, machine, document, program }: NeedsYou): string {
  const about = [order ?? null, machine ?? null, document ?? null];
  return JSON.stringify(program === undefined ? about : [...about, program]);
}

/** Numbers and times move while the reason stays. */
function steady(why: string): string {
  return why
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?/g, '#')
    .replace(/(?<![\w.-])\d+(?:\.\d+)?(?=[\s,;:.)]|$)/g, '#');
}

function once(needs: readonly Need[]): readonly Need[] {
  return [...new Map(needs.map((need) => [need.key, need])).values()];
}

interface Now {
  readonly wallMs: number;
  /** The ledger was not seen: what the view says of it is of an earlier time, or nothing. */
  readonly isOwnOnly: boolean;
  /** T5.2: what is known of this machine is not believed here: it begins no alert, and ends none. Absent = all are believed. */
  isDoubted?(machine: number): boolean;
  newId(): string;
}

/** The alerts that there were, brought up to date; the same value where nothing has changed. */
export function withNeeds(alerts: readonly Alert[], needs: readonly Need[], now: Now): readonly Alert[] {
  const before = withCodes(alerts, needs);
  const at = isoTime(now.wallMs);
  const there = new Map(needs.map((need) => [need.key, need]));
  const standing = before.filter((alert) => alert.ended === null);
  const known = new Set(standing.map(({ key }) => key));
  const counts = ({ isOwn, machine }: Need) =>
    isOwn === true || !(now.isOwnOnly || (machine !== undefined && now.isDoubted?.(machine) === true));
  const fresh = needs.filter((need) => !known.has(need.key) && counts(need));
  const isOver = (alert: Alert) => alert.ended === null && !there.has(alert.key) && counts(alert);
  if (fresh.length === 0 && !before.some(isOver)) return before;
  // Another reason for the same subject is news; that the old one is no more is not.
  const replacing = new Map<string, number>();
  for (const { subject } of fresh) replacing.set(subject, (replacing.get(subject) ?? 0) + 1);
  const kept = before.flatMap((alert): Alert[] => {
    if (!isOver(alert)) return [alert];
    const count = replacing.get(alert.subject) ?? 0;
    replacing.set(alert.subject, count - 1);
    return count > 0 ? [] : [{ ...alert, ended: at }];
  });
  const began = fresh.map(({ wordsKey: _, ...need }): Alert => ({ ...need, id: now.newId(), since: at, ended: null }));
  const ended = kept.filter((alert) => alert.ended !== null && now.wallMs - parseTime(alert.ended) < KEPT_MS);
  const remembered = new Set(ended.slice(-ENDED_MAX));
  return [...kept.filter((alert) => alert.ended === null || remembered.has(alert)), ...began];
}

/** What began while no code of it was known, as by an older version of coord, goes on under its code, and is not told again. */
function withCodes(alerts: readonly Alert[], needs: readonly Need[]): readonly Alert[] {
  const keys = new Map(needs.flatMap(({ key, wordsKey }) => (wordsKey === undefined ? [] : [[wordsKey, key] as const])));
  const isOld = (alert: Alert) => alert.ended === null && keys.has(alert.key);
  return alerts.some(isOld)
    ? alerts.map((alert) => (isOld(alert) ? { ...alert, key: keys.get(alert.key) ?? alert.key } : alert))
    : alerts;
}

export function isFor({ only }: AlertChannel, need: Need): boolean {
  const { kinds, orders, machines } = only;
  if (kinds !== null && !kinds.includes(need.kind)) return false;
  const names = [String(need.machine ?? ''), need.name?.toLowerCase() ?? ''];
  if (machines !== null && need.machine !== undefined && !machines.some((word) => names.includes(word))) return false;
  if (orders === null || need.order === undefined) return true;
  return [need.order, need.chain ?? need.order, `type:${need.type ?? ''}`].some((word) => orders.includes(word));
}

export interface Owed {
  readonly alert: Alert;
  readonly event: AlertEvent;
  readonly delivery: Delivery | null;
}

/** What a channel has not been told yet. What is over before it was told is told once, as over. */
export function owedTo(channel: AlertChannel, told: ChannelTold | undefined, alerts: readonly Alert[]): readonly Owed[] {
  return alerts.flatMap((alert): Owed[] => {
    if (!isFor(channel, alert)) return [];
    const event = alert.ended === null ? 'began' : 'ended';
    const known = told?.alerts[alert.id];
    if (alert.ended !== null && known === undefined && !(told !== undefined && alert.ended >= told.since)) return [];
    const delivery = known?.[event] ?? null;
    return delivery !== null && delivery.state !== 'waits' ? [] : [{ alert, event, delivery }];
  });
}

/** A clock that was set back does not make it wait for longer than it ever would. */
export function isDue({ delivery }: Owed, wallMs: number): boolean {
  return delivery === null || wallMs >= delivery.nextMs || delivery.nextMs - wallMs > RETRY_MS_MAX;
}

/** Noted before it is tried: who dies while telling tells again after a while, and a disk that takes no note is not told a hundred times. */
export function tryingAt({ delivery }: Owed, wallMs: number): Delivery {
  const tries = (delivery?.tries ?? 0) + 1;
  const at = isoTime(wallMs);
  // That it was put off is no try: the day begins with the first one.
  const since = tries === 1 ? at : (delivery?.since ?? at);
  const nextMs = wallMs + Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(tries - 1, 20));
  const state = wallMs - parseTime(since) >= GIVE_UP_MS ? 'given up' : 'waits';
  return { state, since, at, tries, nextMs, error: delivery?.error ?? null };
}

/** Not tried, because nobody answered for one before it: it comes soon, and before that one, so that one that hangs keeps none from being told. */
export function putOff({ delivery }: Owed, wallMs: number, error: string): Delivery {
  const at = isoTime(wallMs);
  return { state: 'waits', since: at, at, tries: 0, ...delivery, nextMs: wallMs + RETRY_MS_MIN, error };
}
