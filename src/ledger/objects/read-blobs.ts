// Contents by id, size before content (D8), cached by bytes. Null if the clone has no such object: the caller finds out what that means.
import type { Blob } from '../../core/model/ledger/trees.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { isObjectId } from '../fetch/ref-names.ts';
import { blobOf, DOCUMENT_BYTES_MAX, MISSING, tooLarge, unreadable } from './blob-text.ts';
import { ByteCache } from './byte-cache.ts';
import type { ObjectReader } from './object-reader.ts';

const CACHE_BYTES = 64 * 1024 * 1024;

export type BlobReader = (reader: ObjectReader, id: string) => Promise<Blob | null>;

/** Makes a reader with a cache of its own, which outlives any clone: an id names its content for ever. */
export function createBlobReader(): BlobReader {
  const cache = new ByteCache<Blob>(CACHE_BYTES);
  return async (reader, id) => {
    const known = cache.get(id);
    if (known !== undefined) return known;
    if (!isObjectId(id)) return MISSING;
    const info = await reader.info(id);
    if (info === null) return null;
    if (info.type !== 'blob') return unreadable(`a ${info.type}, not a file`);
    if (info.sizeBytes > DOCUMENT_BYTES_MAX) return tooLarge(info.sizeBytes);
    const object = await reader.contents(id);
    if (object === null || object.body === null) throw new CloneDamage(`object ${id} cannot be read`, true);
    const blob = blobOf(object.body);
    cache.set(id, blob, 200 + 2 * info.sizeBytes);
    return blob;
  };
}
