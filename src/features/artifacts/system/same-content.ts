// Whether a file that is there holds what would be written in its place (A3). It may be as large as any, so it is read piece by piece.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { openUntrusted } from '../../../system/files/open-file.ts';

const CHUNK = 256 * 1024;

/** What a result says of it: SHA-256 in hexadecimal digits. */
export interface NamedContent {
  readonly size: number;
  readonly sha256: string;
}

/** Throws what keeps either of them from being read. */
export function hasContent(path: string, content: Buffer | { readonly path: string } | NamedContent): boolean {
  const { file, about } = openUntrusted(path);
  try {
    if ('sha256' in content) return about.size === content.size && hashOf(file) === content.sha256;
    if (Buffer.isBuffer(content))
      return about.size === content.length && isSame(file, (at, size) => content.subarray(at, at + size));
    const other = openUntrusted(content.path).file;
    try {
      return about.size === fstatSync(other).size && isSame(file, (at, size) => bytesAt(other, at, size));
    } finally {
      closeSync(other);
    }
  } finally {
    closeSync(file);
  }
}

function hashOf(file: number): string {
  const hash = createHash('sha256');
  for (const bytes of chunksIn(file)) hash.update(bytes);
  return hash.digest('hex');
}

/** All of it, piece by piece. Throws what keeps it from being read. */
export function* chunksOf(path: string): Iterable<Buffer> {
  const { file } = openUntrusted(path);
  try {
    yield* chunksIn(file);
  } finally {
    closeSync(file);
  }
}

function* chunksIn(file: number): Iterable<Buffer> {
  for (let at = 0; ; at += CHUNK) {
    const bytes = bytesAt(file, at, CHUNK);
    yield bytes;
    if (bytes.length < CHUNK) return;
  }
}

/** To the end of the file. */
function isSame(file: number, other: (at: number, size: number) => Buffer): boolean {
  for (let at = 0; ; at += CHUNK) {
    const bytes = bytesAt(file, at, CHUNK);
    if (!bytes.equals(other(at, CHUNK))) return false;
    if (bytes.length < CHUNK) return true;
  }
}

/** Fewer only at the end. */
function bytesAt(file: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let read = 0;
  for (let count = -1; count !== 0 && read < size; read += count) count = readSync(file, bytes, read, size - read, at + read);
  return bytes.subarray(0, read);
}
