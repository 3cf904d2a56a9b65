// A log that cannot fill the disk (failures.md 21): it keeps the first bytes and the last ones, and says how many are missing between.
// The last ones are in memory until the run ends, and go with a watchdog that is killed: where they begin, the log says so at once. It is cut
// between lines: whoever follows it cleans a line at a time, and would not know half of what is secret.
// A disk that refuses the log does not harm the run: what could not be written counts as left out, and the log gives some room back,
// so that it is not the log that keeps the exit record from being written.
import { closeSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { withoutCutWord } from '../core/base/cut-word.ts';
import { fromFirstStart } from '../system/runs/log-end.ts';

const TAIL_BYTES_MAX = 256 * 1024;
/** A few blocks of any file system. */
const GIVEN_BACK_BYTES = 64 * 1024;
/** For so long the line in which a log is full goes on, and that in which its end would begin, or what is given back does, is left out. */
const LINE_BYTES_MAX = 64 * 1024;
const [NEWLINE, RETURN] = [0x0a, 0x0d];
const [FULL, FULL_END] = ['── the log is full: ', ' ──'];

/** The output as it was written there: what says that the log is full may stand within a long line, or a key of several. */
export function withoutFullMark(bytes: Buffer): Buffer {
  const at = bytes.indexOf(FULL);
  const end = at < 0 ? -1 : bytes.indexOf(FULL_END, at + Buffer.byteLength(FULL));
  return end < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(end + Buffer.byteLength(FULL_END) + 1)]);
}

export class CappedLog {
  readonly #file: number;
  readonly #bytesMax: number;
  /** The last bytes, as a ring; `#later` counts all that went through it. */
  readonly #ring: Buffer;
  #later = 0;
  #lost = 0;
  #size = 0;
  #lastByte = NEWLINE;
  /** What comes is not in the file before the end, and whoever reads it was told, or the disk took nothing more. */
  #isFull = false;

  /** `file`: open to append and to read; closed with the log. `bytesMax`: of its head, but for the rest of a line; its end has as much, 256 KiB at most. */
  constructor(file: number, bytesMax: number) {
    this.#file = file;
    this.#bytesMax = bytesMax;
    this.#ring = Buffer.alloc(Math.min(TAIL_BYTES_MAX, Math.max(bytesMax, 1)));
  }

  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const head = chunk.subarray(0, this.#isFull ? 0 : this.#headOf(chunk));
    const before = head.at(-1) ?? this.#lastByte;
    this.#lastByte = chunk.at(-1) ?? NEWLINE;
    if (head.length > 0 && !this.#append(head)) this.#isFull = true;
    if (head.length === chunk.length) return;
    this.#sayFull(before === NEWLINE ? '\n' : ' ');
    this.#remember(chunk.subarray(head.length));
  }

  /** How much of it belongs to the head: all that fits, and the line in which that is full to its end. */
  #headOf(chunk: Buffer): number {
    const room = this.#bytesMax - this.#size;
    if (chunk.length <= room) return chunk.length;
    if (room <= 0 && this.#lastByte === NEWLINE) return 0;
    const lineEnd = chunk.indexOf(NEWLINE, Math.max(0, room - 1)) + 1;
    const most = room + Math.min(LINE_BYTES_MAX, this.#bytesMax);
    return Math.min(lineEnd === 0 ? chunk.length : lineEnd, most);
  }

  /** Adds a line of coord's own, on a line of its own. */
  note(line: string): void {
    this.write(Buffer.from(`${this.#lastByte === NEWLINE ? '' : '\n'}${line}\n`));
  }

  /** Writes the end; returns how many bytes of the output the log lacks. */
  close(): number {
    const kept = this.#last();
    this.#lost += this.#later - kept.length;
    if (this.#lost > 0) this.#append(Buffer.from(`\n── ${this.#lost} bytes left out ──\n`), false);
    this.#append(kept);
    closeSync(this.#file);
    return this.#lost;
  }

  #sayFull(behind: string): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const what = `of what comes now the last ${this.#ring.length} bytes follow when the run ends`;
    this.#append(Buffer.from(`${FULL}${what}${FULL_END}${behind}`), false);
  }

  #append(bytes: Buffer, isOutput = true): boolean {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      this.#size += written;
      return true;
    } catch {
      this.#size += written;
      if (isOutput) this.#lost += bytes.length - written;
      this.#giveBack();
      return false;
    }
  }

  #giveBack(): void {
    try {
      const size = this.#beforeCut(Math.max(0, this.#size - GIVEN_BACK_BYTES));
      ftruncateSync(this.#file, size);
      this.#lost += this.#size - size;
      this.#size = size;
    } catch {
      // Then it keeps what it has.
    }
  }

  /** Where it is cut so that no more than that stays, and no half of a line. */
  #beforeCut(most: number): number {
    const from = Math.max(0, most - LINE_BYTES_MAX);
    const bytes = Buffer.alloc(most - from);
    const there = bytes.subarray(0, readSync(this.#file, bytes, 0, bytes.length, from));
    return from + (from === 0 && !there.includes(NEWLINE) ? 0 : upToLastStart(there).length);
  }

  #remember(bytes: Buffer): void {
    const size = this.#ring.length;
    const last = bytes.subarray(Math.max(0, bytes.length - size));
    const at = (this.#later + bytes.length - last.length) % size;
    const first = last.copy(this.#ring, at);
    last.copy(this.#ring, 0, first);
    this.#later += bytes.length;
  }

  #last(): Buffer {
    const size = this.#ring.length;
    if (this.#later <= size) return this.#ring.subarray(0, this.#later);
    const at = this.#later % size;
    return fromFirstStart(Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]), LINE_BYTES_MAX).bytes;
  }
}

/** Bytes that something is cut off behind: up to where their last line begins; where none does, without the word that the cut may be in. */
function upToLastStart(bytes: Buffer): Buffer {
  const start = Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN)) + 1;
  if (start > 0) return bytes.subarray(0, start);
  const whole = bytes.subarray(0, bytes.length - partOfCharacter(bytes));
  const text = whole.toString('utf8');
  return whole.subarray(0, whole.length - Buffer.byteLength(text.slice(withoutCutWord(text).length)));
}

/** How many bytes at the end are the beginning of a character. */
function partOfCharacter(bytes: Buffer): number {
  let count = 1;
  while (count < 4 && ((bytes.at(-count) ?? 0) & 0xc0) === 0x80) count++;
  const first = bytes.at(-count) ?? 0;
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return needed > count ? count : 0;
}
