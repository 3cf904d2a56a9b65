// The bytes of a document as text, or why they are no text (D8). Every ledger uses these words.
import { createHash } from 'node:crypto';
import type { Blob } from '../../core/model/ledger/trees.ts';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import type { ObjectFormat } from '../clone/clone.ts';

/** 30 MB of zeros are sent as 30 KB, so the size is checked before reading. */
export const { sizeBytesMax: DOCUMENT_BYTES_MAX } = DOCUMENT_LIMITS;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const unreadable = (why: string): Blob => ({ kind: 'unreadable', why });

/** The answer for a document that is too large. */
export const tooLarge = (sizeBytes: number): Blob => unreadable(`${sizeBytes} bytes; at most ${DOCUMENT_BYTES_MAX} are read`);

/** The answer for an id that names no document. */
export const MISSING: Blob = unreadable('no such content');

/** Decodes strictly: replacement characters would be written back as if the owner had meant them. */
export function blobOf(bytes: Uint8Array): Blob {
  if (bytes.length > DOCUMENT_BYTES_MAX) return tooLarge(bytes.length);
  try {
    return { kind: 'text', text: utf8.decode(bytes) };
  } catch {
    return unreadable('not UTF-8');
  }
}

/** Hashes as git does: type, size in bytes, content. */
export function contentId(content: string | Uint8Array, format: ObjectFormat): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
