// The id that git gives to a file's content, without asking git. The same on every machine of one repository.
import { createHash } from 'node:crypto';
import type { ObjectFormat } from '../clone/clone.ts';

/** Hashes as git does: type, size in bytes, content. */
export function contentId(content: string | Uint8Array, format: ObjectFormat): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
