// The body of an answer as it passes by: what of it a log can show, and its head for the result. Keeps no more than the head.

/** Room for what an output may hold (O7), and for the words of a failure. */
const HEAD_BYTES_MAX = 4_096;
const OUTPUT_BYTES_MAX = 1_024;

export class AnswerText {
  sizeBytes = 0;
  #head = Buffer.alloc(0);
  #isBinary: boolean;

  /** `isEncoded`: compressed though nobody asked for that. */
  constructor(isEncoded: boolean) {
    this.#isBinary = isEncoded;
  }

  /** What is to be shown of this piece; null = nothing, it is no text. */
  take(chunk: Buffer): Buffer | null {
    this.sizeBytes += chunk.length;
    if (this.#head.length < HEAD_BYTES_MAX)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES_MAX - this.#head.length)]);
    // Text has no NUL, and what once was none does not become one.
    this.#isBinary ||= chunk.includes(0);
    return this.#isBinary ? null : chunk;
  }

  /** Said in place of a body that is not shown; null = it was shown. */
  note(type: string): string | null {
    if (!this.#isBinary || this.sizeBytes === 0) return null;
    return `(${this.sizeBytes} bytes${type === '' ? '' : ` of ${type}`}, not shown)\n`;
  }

  /** The beginning of a text; empty for what is none. */
  head(): string {
    return this.#isBinary ? '' : this.#head.toString('utf8');
  }

  /** All of it on one line, if that is possible and short enough for an output: JSON without its line breaks, or a text of one line. */
  short(): string | null {
    if (this.#isBinary || this.sizeBytes > HEAD_BYTES_MAX) return null;
    const text = this.#head.toString('utf8').trim();
    // Between the tokens of JSON white space says nothing, and within them there is no line break.
    const line = isJson(text) ? text.replaceAll(/[\r\n]+[ \t]*/g, '') : text;
    const fits = !/[\r\n]/.test(line) && Buffer.byteLength(line) <= OUTPUT_BYTES_MAX;
    return fits ? line : null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
