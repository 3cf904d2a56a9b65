// Asks a machine for a file of it over the bell, and puts together what comes (B9). It knows no connection.
import { createHash, randomBytes } from 'node:crypto';
import type { Brought, WantedFile } from '../../../operations/feature.ts';
import { AHEAD_BYTES_MAX, PIECE_BYTES, parsePiece, type WantWord } from '../rules/file-words.ts';

const TICK_MS = 1_000;
/** Without a word the last one is said again, the next time after twice as long. */
const AGAIN_MS = 4_000;
const AGAIN_MS_MAX = 32_000;
const FIRST_MS = 12_000;
/** With some of it here, and where others come first: a broker that was away is found again within a minute, a giver of a large fleet half a minute later. */
const LATER_MS = 150_000;
/** What is asked for at once grows while it comes sooner, and shrinks where it takes longer: nothing piles up on the way. */
const WINDOW_MS = 2_000;

export interface GettingTerms {
  say(word: WantWord): void;
  /** The next bytes. */
  write(bytes: Buffer): void;
  /** So many are here. */
  came(bytes: number): void;
}

export class FileGetter {
  readonly #file: Omit<WantedFile, 'into'>;
  readonly #terms: GettingTerms;
  readonly #hash = createHash('sha256');
  readonly #want = randomBytes(16).toString('hex');
  readonly #timer: NodeJS.Timeout;
  /** Bytes that are here, and those that were asked for. */
  #at = 0;
  #until = 0;
  #turn = 0;
  #window = 4 * PIECE_BYTES;
  #isUp = false;
  #wasUp = false;
  #isBusy = false;
  #againMs = AGAIN_MS;
  #cameAtMs = performance.now();
  #heardAtMs = performance.now();
  #askedAtMs = performance.now();
  #end: (how: Brought) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  /** How it ended. */
  readonly done: Promise<Brought>;

  constructor(file: Omit<WantedFile, 'into'>, terms: GettingTerms) {
    this.#file = file;
    this.#terms = terms;
    this.done = new Promise<Brought>((resolve, reject) => {
      [this.#end, this.#fail] = [resolve, reject];
    });
    this.#timer = setInterval(() => this.#look(), TICK_MS);
    if (file.size === 0) this.#judge();
  }

  /** It is connected, or was connected again. */
  up(): void {
    [this.#isUp, this.#wasUp] = [true, true];
    this.#again();
  }

  down(): void {
    this.#isUp = false;
  }

  /** A value from the wire. */
  heard(machine: number, value: unknown): void {
    const word = machine === this.#file.machine ? parsePiece(value) : null;
    if (word === null || word.want !== this.#want) return;
    this.#heardAtMs = performance.now();
    if ('none' in word) {
      if (word.none === 'busy') this.#isBusy = true;
      else this.#end(word.none);
      return;
    }
    const bytes = Buffer.from(word.base64, 'base64');
    // What was said in an earlier turn is as good; only of this one a gap says that something was lost.
    if (word.at === this.#at && bytes.length > 0 && word.at + bytes.length <= this.#file.size) this.#take(bytes);
    else if (word.at > this.#at && word.turn === this.#turn) this.#again();
  }

  failed(error: unknown): void {
    this.#fail(error);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #take(bytes: Buffer): void {
    this.#terms.write(bytes);
    this.#hash.update(bytes);
    this.#at += bytes.length;
    const nowMs = performance.now();
    // A line that is slow is given as much time again.
    const tookMs = nowMs - Math.max(this.#cameAtMs, this.#askedAtMs);
    this.#againMs = Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, 2 * tookMs));
    [this.#cameAtMs, this.#isBusy] = [nowMs, false];
    this.#terms.came(this.#at);
    if (this.#at === this.#file.size) this.#judge();
    else if (this.#at >= this.#until) this.#askForMore(nowMs - this.#askedAtMs);
  }

  #askForMore(tookMs: number): void {
    if (tookMs < WINDOW_MS) this.#window = Math.min(AHEAD_BYTES_MAX, this.#window * 2);
    else if (tookMs > 2 * WINDOW_MS) this.#window = Math.max(PIECE_BYTES, this.#window / 2);
    this.#ask();
  }

  #judge(): void {
    this.#end(this.#hash.digest('hex') === this.#file.sha256 ? 'whole' : 'other');
  }

  /** From what is missing on. */
  #again(): void {
    this.#turn += 1;
    this.#ask();
  }

  #ask(): void {
    this.#until = Math.min(this.#file.size, this.#at + this.#window);
    this.#askedAtMs = performance.now();
    const { sha256 } = this.#file;
    if (this.#isUp) this.#terms.say({ want: this.#want, turn: this.#turn, sha256, at: this.#at, until: this.#until });
  }

  #look(): void {
    const nowMs = performance.now();
    const silentMs = nowMs - this.#cameAtMs;
    if (!this.#wasUp && silentMs >= FIRST_MS) this.#end('unconnected');
    else if (silentMs >= (this.#at === 0 && !this.#isBusy ? FIRST_MS : LATER_MS)) this.#end(this.#isBusy ? 'busy' : 'silent');
    else if (nowMs - Math.max(this.#heardAtMs, this.#askedAtMs) >= this.#againMs) {
      this.#againMs = Math.min(AGAIN_MS_MAX, 2 * this.#againMs);
      this.#again();
    }
  }
}
