// What a document holds as the last sync left it in the fleet folder.
import { join } from 'node:path';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import { linkAbove } from '../files/link-above.ts';
import { readBytes } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** `path`: below `coordination/`. Null = it is no document, is far larger than one, or cannot be read; no link is followed (C6). */
export function projectedBytes({ projection }: FleetFolder, path: string): Buffer | null {
  try {
    if (linkAbove(projection, path) !== null) return null;
    const bytes = readBytes(join(projection, path));
    return bytes.length <= 2 * DOCUMENT_LIMITS.sizeBytesMax ? bytes : null;
  } catch {
    return null;
  }
}
