// Splits the output of a process into lines. A line that is too long is dropped and reported, so that an agent cannot fill the memory.
import { StringDecoder } from 'node:string_decoder';

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #charactersMax: number;
  #rest = '';
  #dropped = 0;

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  take(chunk: Buffer): string[] {
    const pieces = this.#decoder.write(chunk).split('\n');
    const lines: string[] = [];
    for (const [at, piece] of pieces.entries()) {
      if (this.#dropped > 0 || this.#rest.length + piece.length > this.#charactersMax) {
        this.#dropped += this.#rest.length + piece.length;
        this.#rest = '';
      } else this.#rest += piece;
      if (at < pieces.length - 1) lines.push(...this.#line());
    }
    return lines;
  }

  /** What no line end follows. */
  end(): string[] {
    this.#rest += this.#decoder.end();
    return this.#line();
  }

  #line(): string[] {
    const line = this.#dropped > 0 ? `(a line of ${this.#dropped} characters left out)` : this.#rest.replace(/\r$/, '');
    this.#rest = '';
    this.#dropped = 0;
    return line.trim() === '' ? [] : [line];
  }
}
