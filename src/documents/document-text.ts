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

const NOTHING_MADE: ReadonlyMap<string, string> = new Map();

/** `unread`: something that coord writes nothing over, for nobody knows what it says. */
export type Standing = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none' } | { readonly kind: 'unread' };

/** What an edit of it waits for, or why there is none. */
export const unreadWords = (path: string): string => `${path}, which cannot be read on main`;

/** Something stands there that cannot be obeyed, or nobody knows whether something does. */
export function isUnread({ unread, files }: Pick<Snapshot['main'], 'unread' | 'files'>, path: string): boolean {
  if (unread === undefined || files.has(path)) return false;
  return unread === 'all' || unread.at.has(path) || unread.at.has(`${path}/`) || isClosed({ unread }, path);
}

/** Nothing new is written there: something else stands in the place of a folder above it, or not all of the folder is known. */
export function isClosed({ unread }: Pick<Snapshot['main'], 'unread'>, path: string): boolean {
  if (unread === undefined || unread === 'all') return unread === 'all';
  const folders = path.split('/').slice(0, -1);
  return unread.cut.has(folders[0] ?? '') || folders.some((_, at) => unread.at.has(folders.slice(0, at + 1).join('/')));
}

/** What stands on main at the path of a document of people's. `made`: what edits of this cycle have made of documents, which no ledger has yet. */
export async function standingText(
  ledger: ReadsBlobs,
  main: Snapshot['main'],
  path: string,
  made: ReadonlyMap<string, string> = NOTHING_MADE,
): Promise<Standing> {
  const here = made.get(path);
  if (here !== undefined) return { kind: 'text', text: here };
  if (isUnread(main, path)) return { kind: 'unread' };
  if (!main.files.has(path)) return { kind: 'none' };
  const text = await documentText(ledger, main.files, path);
  return text === null ? { kind: 'unread' } : { kind: 'text', text };
}

export async function blobText(ledger: ReadsBlobs, id: string): Promise<string | null> {
  const blob = (await ledger.read([id])).get(id);
  return blob?.kind === 'text' ? blob.text : null;
}
