// Says the lines of runs here as they are written, for as long as somebody on another machine wants them (B8). What is too much is left out and
// counted; the tail that the result reports stays the truth.

import { closeSync, readSync } from 'node:fs';
import { type FollowedLog, newestLog } from '../../../operations/orders/run-log.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { ownSecretsNow } from '../../../operations/sync/own-secrets.ts';
import { openUntrusted } from '../../../system/files/open-file.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { createKeyGuard, type KeyGuard, type LogWord, parseWatch } from '../rules/live-lines.ts';

const TICK_MS = 250;
/** Without another word of those who want them. */
const WANTED_MS = 30_000;
const ORDERS_MAX = 8;
/** Of all runs together, in a tick: 64 KiB a second. */
const TICK_BYTES_MAX = 16_384;
/** A line that is longer is left out. */
const LINE_BYTES_MAX = 8_192;
/** In one word: with JSON around it, whatever the characters, less than a frame holds. */
const WORD_LENGTH_MAX = 8_000;
const NEWLINE = 0x0a;

export interface LiveStreams {
  /** Somebody wants the lines of an order; a value from the wire. */
  wanted(value: unknown): void;
  end(): void;
}

export interface LiveTerms {
  /** Of the newest run of an order; null = none ran here. */
  logOf(order: string): FollowedLog | null;
  /** Asked for each run, which may have secrets that came after an earlier one: makes text fit for others. */
  cleaner(): (text: string) => string;
  say(word: LogWord): void;
}

/** Of the runs here. */
export function liveStreamsOf(world: World, folder: FleetFolder, say: LiveTerms['say']): LiveStreams {
  return createLiveStreams({
    logOf: (order) => newestLog(folder, order),
    cleaner: () => ownSecretsNow(world.home, folder).clean,
    say,
  });
}

interface Stream {
  untilMs: number;
  clean: (text: string) => string;
  path: string;
  guard: KeyGuard;
  /** Read up to here. */
  at: number;
  /** Of a line that has no end yet. */
  rest: Buffer;
  seq: number;
  lost: number;
  /** Within a line whose begin was left out. */
  isCut: boolean;
}

export function createLiveStreams(terms: LiveTerms): LiveStreams {
  const streams = new Map<string, Stream>();
  let timer: NodeJS.Timeout | null = null;
  const end = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    streams.clear();
  };
  const tick = () => {
    let left = TICK_BYTES_MAX;
    for (const [order, stream] of streams) {
      if (performance.now() > stream.untilMs) streams.delete(order);
      else left -= said(terms, order, stream, Math.max(0, left));
    }
    if (streams.size === 0) end();
  };
  return {
    wanted(value) {
      const order = parseWatch(value)?.order;
      if (order === undefined) return;
      const untilMs = performance.now() + WANTED_MS;
      const known = streams.get(order);
      if (known !== undefined) known.untilMs = untilMs;
      else if (streams.size < ORDERS_MAX) streams.set(order, { ...fresh('', () => ''), untilMs });
      timer ??= setInterval(tick, TICK_MS).unref();
    },
    end,
  };
}

function fresh(path: string, clean: Stream['clean']) {
  return { path, clean, guard: createKeyGuard(), at: 0, rest: Buffer.alloc(0), seq: 0, lost: 0, isCut: false };
}

/** Returns how many bytes it has read. */
function said(terms: LiveTerms, order: string, stream: Stream, bytesMax: number): number {
  const { say } = terms;
  const log = logOrNone(terms, order, stream);
  if (log === null) return 0;
  const isOver = log.isOver();
  const chunk = nextOf(stream, bytesMax);
  const text = stream.clean(linesIn(stream, chunk, isOver));
  for (let from = 0; from < text.length; from += WORD_LENGTH_MAX) {
    stream.seq += 1;
    say({ order, seq: stream.seq, lost: stream.lost, text: text.slice(from, from + WORD_LENGTH_MAX) });
    stream.lost = 0;
  }
  return chunk.length;
}

/** The stream is of this log then. Where too much is open here, or the runs may not be looked through, there is none: a later tick looks again. */
function logOrNone(terms: LiveTerms, order: string, stream: Stream): FollowedLog | null {
  try {
    const log = terms.logOf(order);
    if (log !== null && log.path !== stream.path) Object.assign(stream, fresh(log.path, terms.cleaner()));
    return log;
  } catch {
    return null;
  }
}

/** What was written since; of more than is allowed, its end. */
function nextOf(stream: Stream, bytesMax: number): Buffer {
  let opened: ReturnType<typeof openUntrusted>;
  try {
    opened = openUntrusted(stream.path);
  } catch {
    // Cleared away meanwhile, or the run put something else there.
    return Buffer.alloc(0);
  }
  try {
    const { size } = opened.about;
    // A log on a full disk gives some of its end back.
    if (size < stream.at) stream.at = size;
    const over = size - stream.at - bytesMax;
    if (over > 0 && bytesMax > 0) {
      stream.lost += over + stream.rest.length;
      Object.assign(stream, { at: stream.at + over, rest: Buffer.alloc(0), isCut: true });
      stream.guard.cut();
    }
    const bytes = Buffer.alloc(Math.min(size - stream.at, bytesMax));
    const count = readSync(opened.file, bytes, 0, bytes.length, stream.at);
    stream.at += count;
    return bytes.subarray(0, count);
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(opened.file);
  }
}

/** Whole lines, with the end of the last one; a line that begins elsewhere could be the rest of a secret, and is left out. */
function linesIn(stream: Stream, chunk: Buffer, isOver: boolean): string {
  let bytes = stream.rest.length === 0 ? chunk : Buffer.concat([stream.rest, chunk]);
  stream.rest = Buffer.alloc(0);
  if (stream.isCut) {
    const begin = bytes.indexOf(NEWLINE) + 1;
    stream.lost += begin === 0 ? bytes.length : begin;
    stream.isCut = begin === 0;
    bytes = begin === 0 ? Buffer.alloc(0) : bytes.subarray(begin);
  }
  const end = isOver ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
  const rest = bytes.subarray(end);
  if (rest.length <= LINE_BYTES_MAX) stream.rest = Buffer.from(rest);
  else {
    stream.lost += rest.length;
    stream.isCut = true;
    stream.guard.cut();
  }
  const text = bytes.toString('utf8', 0, end);
  return stream.guard.hidden(text.split('\n')).join('\n');
}
