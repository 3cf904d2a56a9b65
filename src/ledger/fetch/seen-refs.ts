// What the last fetch of any process of this machine showed, kept beside the objects (S6, C4a). A copy of the remote's refs and nothing
// else: lost with the clone, and rebuilt by the next fetch. Written only when something moved (C3), so its text tells one view from another.
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { textIn } from '../../system/files/read-if-there.ts';
import type { LastFetch } from '../clone/clone-session.ts';
import { writePrivate } from '../git/git-home.ts';
import { isObjectId } from './ref-names.ts';
import type { UnreadRef } from './shown-refs.ts';

export type SeenRefs = Omit<LastFetch, 'trees' | 'mark'>;

const fileOf = (gitDir: string) => join(gitDir, 'coord-seen.json');

/** The present text, to be compared; null = none that can be read. */
export function seenMark(gitDir: string): string | null {
  return textIn(fileOf(gitDir));
}

/** Remembers a fetch. If it cannot be written, nothing is remembered rather than something older. Returns the mark that it left. */
export function saveSeen(gitDir: string, seen: SeenRefs): string | null {
  const { mainRef, boardRef, refs, absent, unread, strange, byName } = seen;
  const odd = { unread: [...unread], strange, byName };
  const text = `${JSON.stringify({ version: 1, mainRef, boardRef, absent: [...absent], refs: [...refs], ...odd })}\n`;
  try {
    writePrivate(fileOf(gitDir), text);
    return text;
  } catch {
    rmSync(fileOf(gitDir), { force: true, recursive: true });
    return seenMark(gitDir);
  }
}

/** Refs of the clone below this folder of them, loose and packed. No git. */
export async function refsBelow(gitDir: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(gitDir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const loose = entries.filter((entry) => entry.isFile()).map((entry) => relative(gitDir, join(entry.parentPath, entry.name)));
  const lines = (textIn(join(gitDir, 'packed-refs')) ?? '').split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
  return [...new Set([...loose, ...lines.filter((ref) => ref.startsWith(`${folder}/`))])];
}

const isPair = (pair: unknown): pair is [string, string] =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && isObjectId(String(pair[1]));

/** Null = no fetch of this clone succeeded yet, or what it left cannot be read. */
export function seenIn(mark: string | null): SeenRefs | null {
  try {
    const { version, mainRef, boardRef, absent, refs, unread = [], strange = [], byName = false } = JSON.parse(mark ?? 'null');
    const sound = version === 1 && typeof mainRef === 'string' && (boardRef === null || typeof boardRef === 'string');
    if (!sound || !Array.isArray(refs) || !refs.every(isPair) || !Array.isArray(absent)) return null;
    if (!Array.isArray(unread) || !Array.isArray(strange)) return null;
    const odd = { unread: new Map<string, UnreadRef>(unread), strange: strange.map(String), byName: byName === true };
    return { mainRef, boardRef, absent: new Set(absent.map(String)), refs: new Map(refs), ...odd };
  } catch {
    return null;
  }
}
