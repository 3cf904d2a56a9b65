// A log that cannot fill the disk (failures.md 21): it keeps the first bytes and the last ones, and says how many are missing between.
// The last ones are in memory until the run ends, and go with a watchdog that is killed: where they begin, the log says so at once.
// A disk that refuses the log does not harm the run: what could not be written counts as left out, and the log gives some room back,
// so that it is not the log that keeps the exit record from being written.
import { closeSync, ftruncateSync, writeSync } from 'node:fs';

const TAIL_BYTES_MAX = 256 * 1024;
/** A few blocks of any file system. */
const GIVEN_BACK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const FULL = '\n── the log is full: ';

/** The output as it was written there: the line that says that the log is full may stand within a line, or a word that is secret. */
export function withoutFullLine(bytes: Buffer): Buffer {
  const at = bytes.indexOf(FULL);
  const end = at < 0 ? -1 : bytes.indexOf(NEWLINE, at + 1);
  return end < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(end + 1)]);
}

export class CappedLog {
  readonly #file: number;
  #room: number;
  /** The last bytes, as a ring; `#later` counts all that went through it. */
  readonly #ring: Buffer;
  #later = 0;
  #lost = 0;
  #size = 0;
  #lastByte = NEWLINE;
  /** What comes is not in the file before the end, and whoever reads it was told, or the disk took nothing more. */
  #isFull = false;

  /** `file`: open to append; closed with the log, which is at most `bytesMax` at its head and as much again, 256 KiB at most, at its end. */
  constructor(file: number, bytesMax: number) {
    this.#file = file;
    this.#room = bytesMax;
    this.#ring = Buffer.alloc(Math.min(TAIL_BYTES_MAX, Math.max(bytesMax, 1)));
  }

  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#lastByte = chunk[chunk.length - 1] ?? NEWLINE;
    const head = chunk.subarray(0, this.#room);
    this.#room -= head.length;
    if (head.length > 0 && !this.#append(head)) {
      this.#room = 0;
      this.#isFull = true;
    }
    if (head.length === chunk.length) return;
    this.#sayFull();
    this.#remember(chunk.subarray(head.length));
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

  #sayFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const what = `of what comes now the last ${this.#ring.length} bytes follow when the run ends`;
    this.#append(Buffer.from(`${FULL}${what} ──\n`), false);
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
    const given = Math.min(GIVEN_BACK_BYTES, this.#size);
    try {
      ftruncateSync(this.#file, this.#size - given);
      this.#size -= given;
      this.#lost += given;
    } catch {
      // Then it keeps what it has.
    }
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
    const bytes = Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
    let start = 0;
    // Begin with a whole UTF-8 character: at most three bytes continue one.
    while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.subarray(start);
  }
}
