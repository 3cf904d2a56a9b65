// Says files of runs here, piece by piece, to who wants them on another machine (B9). What was published is all that anybody gets: it is asked for by the
// SHA-256 that a result names. Who is slow is waited for: nothing is said beyond what they asked for.
import { closeSync, readSync } from 'node:fs';
import type { HeldFile, NoFile } from '../../../operations/feature.ts';
import { openUntrusted } from '../../../system/files/open-file.ts';
import { PIECE_BYTES, type PieceWord, parseWant, type WantWord } from '../rules/file-words.ts';

const TICK_MS = 50;
/** 1 MiB a second of all that goes over the wire, where the key is one: half of what a hub takes of one connection. */
const TICK_BYTES_MAX = 52_429;
/** Saved up by who had nothing to say. */
const SAVED_BYTES_MAX = 2 * TICK_BYTES_MAX;
const FILES_MAX = 4;
/** Without another word of who wants it. */
const WANTED_MS = 30_000;
const NOTHING = Buffer.alloc(0);

export interface FileStreams {
  /** Somebody wants a part of a file; a value from the wire. */
  wanted(value: unknown): void;
  end(): void;
}

export interface FileTerms {
  /** A file that was published from here; `none`: there is none of that name, or it may not be had. */
  find(sha256: string): Promise<HeldFile>;
  /** Returns how many bytes went over the wire. */
  say(word: PieceWord): number;
}

interface Stream {
  turn: number;
  at: number;
  until: number;
  endsAtMs: number;
  /** Null = it is looked for. */
  file: { readonly fd: number; readonly size: number } | null;
}

export function createFileStreams({ find, say }: FileTerms): FileStreams {
  const streams = new Map<string, Stream>();
  let timer: NodeJS.Timeout | null = null;
  let left = 0;
  const drop = (want: string) => {
    const file = streams.get(want)?.file ?? null;
    if (file !== null) closeSync(file.fd);
    streams.delete(want);
  };
  const end = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    for (const want of [...streams.keys()]) drop(want);
  };
  const refuse = (want: string, none: NoFile) => {
    if (!streams.has(want)) return;
    left -= say({ want, none });
    drop(want);
  };
  const open = async (want: string, sha256: string) => {
    const found = await find(sha256);
    const stream = streams.get(want);
    if ('none' in found) return refuse(want, found.none);
    if (stream === undefined) return;
    const { file: fd, about } = openUntrusted(found.path);
    stream.file = { fd, size: about.size };
  };
  const sayNext = (want: string, stream: Stream): void => {
    const { file, turn, at } = stream;
    const bytes = file === null ? NOTHING : pieceOf(file.fd, stream);
    stream.at += bytes.length;
    streams.delete(want);
    streams.set(want, stream);
    if (bytes.length > 0) left -= say({ want, turn, at, base64: bytes.toString('base64') });
    if (bytes.length === 0 || stream.at === file?.size) drop(want);
  };
  const tick = () => {
    left = Math.min(left + TICK_BYTES_MAX, SAVED_BYTES_MAX);
    for (const [want, { endsAtMs }] of streams) if (performance.now() > endsAtMs) drop(want);
    for (let next = nextOf(streams); left > 0 && next !== undefined; next = nextOf(streams)) sayNext(...next);
    if (streams.size === 0) end();
  };
  const begin = ({ want, turn, sha256, at, until }: WantWord, endsAtMs: number) => {
    if (streams.size >= FILES_MAX) {
      left -= say({ want, none: 'busy' });
      return;
    }
    streams.set(want, { turn, at, until, endsAtMs, file: null });
    open(want, sha256).catch(() => refuse(want, 'gone'));
    timer ??= setInterval(tick, TICK_MS).unref();
  };
  return {
    wanted(value) {
      const word = parseWant(value);
      if (word === null) return;
      const known = streams.get(word.want);
      const endsAtMs = performance.now() + WANTED_MS;
      if (known === undefined) begin(word, endsAtMs);
      else if (word.turn > known.turn) Object.assign(known, { turn: word.turn, at: word.at, until: word.until, endsAtMs });
      else if (word.turn === known.turn) Object.assign(known, { endsAtMs, until: Math.max(known.until, word.until) });
    },
    end,
  };
}

/** In turn: who was said something comes last. */
function nextOf(streams: ReadonlyMap<string, Stream>): [string, Stream] | undefined {
  for (const next of streams) if (next[1].file !== null && next[1].at < next[1].until) return next;
  return undefined;
}

/** Nothing where it ends, and where it cannot be read. */
function pieceOf(file: number, { at, until }: Stream): Buffer {
  const bytes = Buffer.alloc(Math.min(PIECE_BYTES, until - at));
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at));
  } catch {
    return NOTHING;
  }
}
