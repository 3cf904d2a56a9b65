// What the page shows, kept up to date: one snapshot, then the events of the stream; after a gap the snapshot anew. Where there is no stream
// it is asked from time to time, and never while nobody sees it.
import { computed, signal } from '@preact/signals';
import type { LocalService } from '../../../core/model/machines/local-service.ts';
import { type FleetAnswer, type Letter, type SentLetter, type Snapshot, snapshotOf, withEvent } from '../rules/snapshot.ts';
import { access, get, streamProtocols } from './session.ts';

/** Null = nothing has come yet. */
export const snapshot = signal<Snapshot | null>(null);
/** The messages have come too. */
export const hasMail = signal(false);
/** When coord here last answered. */
export const heardMs = signal(Date.now());
/** `asking`: without a stream, from time to time. */
export const link = signal<'live' | 'asking' | 'silent'>('silent');
export const loadTrouble = signal('');
/** Coord here is another version than the one that this page came from: parts of the page may not come any more. */
export const isReplaced = signal(false);
/** Coord here says a word so often, whatever happens; by its greeting. */
export const pingMs = signal(30_000);
/** Moves every second while somebody sees the page. */
export const nowMs = signal(Date.now());

export const unreadCount = computed(() => Object.values(snapshot.value?.inbox ?? {}).filter(({ taken }) => !taken).length);
export const needsCount = computed(() => snapshot.value?.needsYou.length ?? 0);
/** Nothing was heard for longer than it takes: what is shown may be old. At rest a stream says no more than that it is there. */
export const isOld = computed(
  () => nowMs.value - heardMs.value > (link.value === 'live' ? pingMs.value + LATE_MS : ASK_MS + MISSED_MS),
);

const ASK_MS = 5_000;
/** Of a word of the stream. */
const LATE_MS = 10_000;
/** Of looks, one after the other. */
const MISSED_MS = 15_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** A stream that stayed for so long is no trouble: the next one is called at once. */
const STAYED_MS = 10_000;

type Event = {
  readonly event: string;
  readonly digest?: string;
  readonly pingMs?: number;
  readonly version?: string;
  readonly folder?: string;
};

let loading: Promise<void> | null = null;
/** Came while the snapshot was on its way. */
let early: Event[] = [];
let failures = 0;
/** Looks in a row that did not show all. */
let misses = 0;
/** The next one, where the last did not. */
let again = 0;
let loadedMs = 0;
let version: string | undefined;
let folder: string | undefined;

export function start(): void {
  connect();
  setInterval(tick, 1_000);
  document.addEventListener('visibilitychange', () => {
    // First what is new: what was shown meanwhile is no news.
    if (!document.hidden) load().then(tick);
  });
}

/** All anew; one at a time. What did not come whole is asked for again: a stream that goes on tells only of what comes then. */
export function load(): Promise<void> {
  loading ??= loadNow().then((isWhole) => {
    loading = null;
    clearTimeout(again);
    misses = isWhole ? 0 : misses + 1;
    if (misses > 0) again = setTimeout(() => link.value === 'live' && access.value !== 'out' && load(), pauseAfter(misses - 1));
  });
  return loading;
}

/** With jitter: many pages do not come back at once. */
export function pauseAfter(times: number, pausesMs: readonly number[] = RETRY_MS): number {
  return (pausesMs[Math.min(times, pausesMs.length - 1)] ?? 10_000) * (0.5 + Math.random());
}

/** False = the page does not show all that there is. */
async function loadNow(): Promise<boolean> {
  early = [];
  try {
    const asked = get<FleetAnswer>('fleet');
    const more = Promise.all([get<Letter[]>('inbox?all=true'), get<SentLetter[]>('sent'), get<LocalService[]>('instances')]);
    if (snapshot.value === null) asked.then(firstLook, () => undefined);
    const [fleet, [inbox, sent, instances]] = await Promise.all([asked, more]);
    loadedMs = Date.now();
    heardMs.value = loadedMs;
    loadTrouble.value = '';
    let now: Snapshot | null = snapshotOf(fleet, inbox, sent, instances);
    for (const event of early) now = now === null ? null : afterEvent(now, event);
    if (now === null) return false;
    snapshot.value = now;
    hasMail.value = true;
    return true;
  } catch (error) {
    loadTrouble.value = error instanceof Error ? error.message : String(error);
    return false;
  }
}

/** A greeting is of another state: what lies between is told nowhere. */
function afterEvent(before: Snapshot, event: Event): Snapshot | null {
  if (event.event !== 'hello') return withEvent(before, event);
  return before.digest === event.digest ? before : null;
}

/** Ten thousand messages take longer than all else, and one room alone shows them. */
function firstLook(fleet: FleetAnswer): void {
  snapshot.value ??= snapshotOf(fleet, [], [], []);
}

function tick(): void {
  if (document.hidden || access.value === 'out') return;
  nowMs.value = Date.now();
  // The stream tells of everything.
  if (link.value !== 'live' && nowMs.value - loadedMs >= ASK_MS && loading === null) load();
}

function connect(): void {
  if (access.value === 'out') return;
  const socket = new WebSocket(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/stream`,
    streamProtocols(),
  );
  const calledMs = Date.now();
  let quiet = 0;
  const wait = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => socket.close(), pingMs.value * 2);
  };
  // One that opens and is never greeted is given up too.
  wait();
  socket.onmessage = ({ data }) => {
    heardMs.value = Date.now();
    hear(JSON.parse(String(data)) as Event);
    wait();
  };
  socket.onclose = () => {
    clearTimeout(quiet);
    link.value = Date.now() - loadedMs < ASK_MS * 2 ? 'asking' : 'silent';
    if (Date.now() - calledMs >= STAYED_MS) failures = 0;
    setTimeout(connect, pauseAfter(failures));
    failures += 1;
  };
}

function hear(event: Event): void {
  if (event.event === 'ping') return;
  if (event.event === 'hello') {
    pingMs.value = event.pingMs ?? 30_000;
    version ??= event.version;
    folder ??= event.folder;
    // Another fleet has this address now, and a login there was taken over: nothing that is typed here is meant for it.
    if (event.folder !== folder) location.reload();
    isReplaced.value = event.version !== version;
    link.value = 'live';
  }
  if (loading !== null) early.push(event);
  const before = snapshot.value;
  // What a look has missed, no event tells.
  const isWhole = misses === 0 || event.event !== 'hello';
  const after = before !== null && isWhole ? afterEvent(before, event) : null;
  if (after === null) load();
  else snapshot.value = after;
}
