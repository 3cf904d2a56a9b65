// Decides when a daemon looks before its time, by what it heard and saw. Pure.
import type { Instant } from '../../core/model/machines/instant.ts';
import { SERVICE_SIGN } from '../../core/orders/service-report.ts';
import { atMostMs } from '../../core/presence/elapsed.ts';
import { type Wake as Coming, nextLookMs } from '../../core/presence/pacing.ts';
import { isSpec } from '../../documents/documents.ts';
import { machineDocumentPath, messagesOf, ORDERS_PATH } from '../../documents/paths.ts';

/** Why a daemon stops waiting. */
export type Wake =
  /** Something was saved or recorded here that no sync has taken. */
  | 'saved'
  /** A run of this machine has ended. */
  | 'run'
  /** Another process of this machine went through a cycle, or somebody waits here: other runs may go on by now, the look may come sooner. No cause for a sync. */
  | 'journal'
  | 'woke'
  | 'network'
  | 'asked'
  /** Somebody says that there is news on the remote. */
  | 'told'
  /** Its time has come. */
  | 'look'
  /** It has not, but somebody waits for an order here, nobody tells this machine of news any more, or what was saved has waited long enough for a remote that fails. */
  | 'hurried'
  | 'stop';

/** Folders and files that a daemon listens to; absolute. */
export interface Places {
  readonly state: string;
  readonly outbox: string;
  readonly journal: string;
  readonly waited: string;
  readonly identity: string;
  readonly projection: string;
  /** coord's folder of this computer. */
  readonly home: string;
  readonly policy: string;
  readonly machine: number;
}

/** What a change at this path may mean; null = nothing, as for most files that coord itself writes. `folder` = listen to its content. */
export function heardAt(places: Places, path: string): 'saved' | 'journal' | 'folder' | null {
  const { state, outbox, projection, home, policy, machine } = places;
  if (path === places.journal || path === places.waited) return 'journal';
  if (path === places.identity || path === policy) return 'saved';
  if ([state, outbox, home, projection, `${projection}/messages`].includes(path)) return 'folder';
  if (`${path}/`.startsWith(`${projection}/specs/`) && !/\.[^/]*$/.test(path)) return 'folder';
  if (path.startsWith(`${outbox}/`)) return /^[^./][^/]*\.json$/.test(path.slice(outbox.length + 1)) ? 'saved' : null;
  if (!path.startsWith(`${projection}/`)) return null;
  return isTakenFrom(machine, path.slice(projection.length + 1)) ? 'saved' : null;
}

/** Whether what a person saves at this path below `coordination/` of this machine is taken from there (C6, M5a). */
export function isTakenFrom(machine: number, path: string): boolean {
  return path === ORDERS_PATH || isSpec(path) || path === machineDocumentPath(machine) || messagesOf(path)?.from === machine;
}

/** There is a sign that was not there when the last sync began. */
export function isNews(before: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  return [...now].some((sign) => !before.has(sign));
}

/** All that is new is told by programs of this machine: there is something to say at most, and that needs no look at others (C4a). */
export function isOfServicesAlone(before: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  return [...now].every((sign) => before.has(sign) || sign.startsWith(SERVICE_SIGN));
}

/**
 * C4a: whether the sync that it wakes for may rest on what this process saw before. `isDue`: it is for what is due here; `isOwn`: all that is new is
 * told by programs of this machine. Who is told of news fetches, whatever it was told (B1).
 */
export function mayRestOnView(why: Wake, isDue: boolean, isOwn: () => boolean): boolean {
  return why === 'run' || (why === 'saved' && isOwn()) || (why === 'look' && isDue);
}

/** H3: the remote failed at the last try, and nobody hurries the next one by telling of news. */
export function isUnheard(why: Wake, isFailing: boolean): boolean {
  return why === 'told' && isFailing;
}

/** H3: once nobody tells it of news any more, somewhere in the time of one look: all machines lose the same broker at once. */
export function untoldLookMs(fraction: () => number): number {
  return nextLookMs({ isBusy: false, quietMs: 0 }, fraction()) * fraction();
}

/** C9: how much later the look may be that is due now, because another process looked so long ago. */
export function putOffMs(lookMs: number, agoMs: number): number {
  return Math.max(0, lookMs - Math.max(0, agoMs));
}

/** What comes next where looks come so far apart: what is due before does without one, what is due later must not keep one away. */
export function lookingEach(lookMs: number, coming: Coming): Coming {
  return coming.mayRecall && coming.inMs < lookMs ? coming : { inMs: lookMs, mayRecall: false };
}

/** What a daemon notes each time that it ticks. */
export interface Tick {
  readonly at: Instant;
  readonly network: string;
}

/** A tick that comes so much too late had a sleep before it. */
const LATE_MS = 30_000;

export function wokenBy(before: Tick, now: Tick, tickMs: number): 'woke' | 'network' | null {
  if (atMostMs(before.at, now.at) > tickMs + LATE_MS) return 'woke';
  return before.network === now.network ? null : 'network';
}
