// The wire form of SSH (RFC 4251): lengths before contents. Readers throw at whatever is too short.

/** Takes fields from the front of bytes. */
export class WireReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bytes(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new Error('too short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE(0);
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0;
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  text(): string {
    return this.string().toString('latin1');
  }

  /** Throws where something is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new Error('too long');
  }
}

export function wireString(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive number without its leading zeros. */
export function unsigned(mpint: Buffer): Buffer {
  let at = 0;
  while (at < mpint.length && mpint[at] === 0) at += 1;
  return mpint.subarray(at);
}
