// Says files of runs here, piece by piece, to who wants them on another machine (B9). What was published is all that anybody gets: it is asked for by the
// SHA-256 that a result names. Who is slow is waited for: nothing is said beyond what they asked for.
import { closeSync, readSync } from 'node:fs';
import { isShortage } from '../../../errors.ts';
import type { HeldFile, NoFile } from '../../../operations/feature.ts';
import { openUntrusted } from '../../../system/files/open-file.ts';
import { AHEAD_BYTES_MAX, PIECE_BYTES, type PieceWord, parseWant, type WantWord } from '../rules/file-words.ts';

const TICK_MS = 50;
/** 1 MiB a second of all that goes over the wire: half of what a hub takes of one connection. */
const TICK_BYTES_MAX = 52_429;
/** Saved up by who had nothing to say. */
const SAVED_BYTES_MAX = 2 * TICK_BYTES_MAX;
const FILES_MAX = 4;
/** Without another word of who wants it; sooner, where somebody else does. */
const WANTED_MS = 30_000;
const IDLE_MS = 5_000;
/** A file may be taken away, and the right to it. */
const FOUND_MS = 10_000;
const NOTHING = Buffer.alloc(0);

export interface FileTerms {
  /** A file that was published from here; `none`: there is none of that name, or it may not be had. */
  find(sha256: string): Promise<HeldFile>;
  /** To a machine. Returns how many bytes went over the wire. */
  say(machine: number, word: PieceWord): number;
}

interface Stream extends WantWord {
  readonly machine: number;
  at: number;
  until: number;
  turn: number;
  /** By the clock of `performance`. */
  heardAtMs: number;
  /** Null = it is to be looked for before anything is said. */
  foundAtMs: number | null;
  isLookedFor: boolean;
  file: { readonly fd: number; readonly size: number } | null;
}

/** Of one daemon: everything is done in turns of its own, however often somebody asks. */
export class FileGiver {
  readonly #terms: FileTerms;
  readonly #streams = new Map<string, Stream>();
  #timer: NodeJS.Timeout | null = null;
  #left = 0;

  constructor(terms: FileTerms) {
    this.#terms = terms;
  }

  /** A machine wants a part of a file; a value from the wire. */
  wanted(machine: number, value: unknown): void {
    const word = parseWant(value);
    if (word === null) return;
    const until = Math.min(word.until, word.at + AHEAD_BYTES_MAX);
    const known = this.#streams.get(word.want);
    if (known === undefined) {
      this.#begin(machine, { ...word, until });
      return;
    }
    if (word.turn < known.turn || word.sha256 !== known.sha256 || machine !== known.machine) return;
    if (word.turn > known.turn) Object.assign(known, { turn: word.turn, at: word.at, until });
    else known.until = Math.max(known.until, until);
    known.heardAtMs = performance.now();
  }

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    for (const stream of [...this.#streams.values()]) this.#drop(stream);
  }

  #begin(machine: number, word: WantWord): void {
    if (this.#streams.size >= FILES_MAX && !this.#makesRoom()) {
      // Who asks too often hears nothing.
      if (this.#left > -SAVED_BYTES_MAX) this.#say({ ...word, machine }, { want: word.want, none: 'busy' });
      return;
    }
    const heardAtMs = performance.now();
    this.#streams.set(word.want, { ...word, machine, heardAtMs, foundAtMs: null, isLookedFor: false, file: null });
    this.#timer ??= setInterval(() => this.#turn(), TICK_MS).unref();
  }

  /** Who has all that was asked for, and asks for nothing more, makes room for another. */
  #makesRoom(): boolean {
    const isIdle = ({ at, until, heardAtMs }: Stream) => at >= until && performance.now() - heardAtMs > IDLE_MS;
    const idle = [...this.#streams.values()].find(isIdle);
    if (idle !== undefined) this.#drop(idle);
    return idle !== undefined;
  }

  #turn(): void {
    this.#left = Math.min(this.#left + TICK_BYTES_MAX, SAVED_BYTES_MAX);
    const nowMs = performance.now();
    for (const stream of [...this.#streams.values()]) {
      if (nowMs - stream.heardAtMs > WANTED_MS) this.#drop(stream);
      else if (stream.foundAtMs !== null && nowMs - stream.foundAtMs > FOUND_MS) stream.foundAtMs = null;
    }
    this.#lookForOne();
    for (let next = this.#next(); this.#left > 0 && next !== undefined; next = this.#next()) this.#sayNext(next);
    if (this.#streams.size === 0) this.end();
  }

  /** One a turn: it reads the lists of all runs that left files. */
  #lookForOne(): void {
    const stream = [...this.#streams.values()].find((it) => it.foundAtMs === null && !it.isLookedFor && it.at < it.until);
    if (stream === undefined) return;
    stream.isLookedFor = true;
    // Too much is open here: who waits asks again.
    this.#find(stream).catch((error: unknown) => this.#refuse(stream, isShortage(error) ? 'busy' : 'gone'));
  }

  async #find(stream: Stream): Promise<void> {
    const found = await this.#terms.find(stream.sha256);
    if (!this.#isHere(stream)) return;
    if ('none' in found) {
      this.#refuse(stream, found.none);
      return;
    }
    stream.file ??= opened(found.path);
    Object.assign(stream, { foundAtMs: performance.now(), isLookedFor: false });
  }

  /** Who was said something comes last. */
  #next(): Stream | undefined {
    for (const stream of this.#streams.values()) if (stream.foundAtMs !== null && stream.at < stream.until) return stream;
    return undefined;
  }

  #sayNext(stream: Stream): void {
    const { want, turn, at, file } = stream;
    const bytes = file === null ? NOTHING : pieceOf(file.fd, stream);
    this.#streams.delete(want);
    this.#streams.set(want, stream);
    stream.at += bytes.length;
    // It is shorter than its result says.
    if (bytes.length === 0) this.#refuse(stream, 'gone');
    else this.#say(stream, { want, turn, at, base64: bytes.toString('base64') });
    if (stream.at === file?.size) this.#drop(stream);
  }

  #refuse(stream: Stream, none: NoFile | 'busy'): void {
    if (!this.#isHere(stream)) return;
    this.#say(stream, { want: stream.want, none });
    this.#drop(stream);
  }

  #say({ machine }: Pick<Stream, 'machine'>, word: PieceWord): void {
    this.#left -= this.#terms.say(machine, word);
  }

  #isHere(stream: Stream): boolean {
    return this.#streams.get(stream.want) === stream;
  }

  #drop(stream: Stream): void {
    if (!this.#streams.delete(stream.want)) return;
    if (stream.file !== null) closeSync(stream.file.fd);
  }
}

function opened(path: string): Stream['file'] {
  const { file: fd, about } = openUntrusted(path);
  return { fd, size: about.size };
}

/** Nothing where it ends, and where it cannot be read. */
function pieceOf(fd: number, { at, until }: Stream): Buffer {
  const bytes = Buffer.alloc(Math.min(PIECE_BYTES, until - at));
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, at));
  } catch {
    return NOTHING;
  }
}
