// The text of a document, or of any blob, as a ledger has it. Null = there is none, or it is no text.
import type { Files, Snapshot } from '../core/model/ledger/snapshot.ts';
import type { Blob } from '../core/model/ledger/trees.ts';

interface ReadsBlobs {
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, Blob>>;
}

export async function documentText(ledger: ReadsBlobs, files: Files, path: string): Promise<string | null> {
  const id = files.get(path);
  return id === undefined ? null : blobText(ledger, id);
}

/** `unread`: something that coord writes nothing over, for nobody knows what it says. */
export type Standing = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none' } | { readonly kind: 'unread' };

/** What an edit of it waits for, or why there is none. */
export const unreadWords = (path: string): string => `${path}, which cannot be read on main`;

/** Something stands there that cannot be obeyed. */
export function isUnread({ unread }: Pick<Snapshot['main'], 'unread'>, path: string): boolean {
  return unread === 'all' || unread?.has(path) === true;
}

/** What stands on main at the path of a document of people's. */
export async function standingText(ledger: ReadsBlobs, main: Snapshot['main'], path: string): Promise<Standing> {
  if (isUnread(main, path)) return { kind: 'unread' };
  if (!main.files.has(path)) return { kind: 'none' };
  const text = await documentText(ledger, main.files, path);
  return text === null ? { kind: 'unread' } : { kind: 'text', text };
}

export async function blobText(ledger: ReadsBlobs, id: string): Promise<string | null> {
  const blob = (await ledger.read([id])).get(id);
  return blob?.kind === 'text' ? blob.text : null;
}
