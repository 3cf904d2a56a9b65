// What the last fetch showed, kept beside the objects for a later process (S6). A copy of the remote's refs and nothing else:
// lost with the clone, and rebuilt by the next fetch. Written only when something moved (C3).
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LastFetch } from './clone-session.ts';
import { writePrivate } from './git-home.ts';
import { isObjectId } from './ref-names.ts';

export type SeenRefs = Omit<LastFetch, 'trees'>;

const fileOf = (gitDir: string) => join(gitDir, 'coord-seen.json');

/** Remembers a fetch; where that cannot be written, nothing is remembered rather than something older. */
export async function saveSeen(gitDir: string, { mainRef, boardRef, refs, absent }: SeenRefs): Promise<void> {
  const seen = { version: 1, mainRef, boardRef, absent: [...absent], refs: [...refs] };
  await writePrivate(fileOf(gitDir), `${JSON.stringify(seen)}\n`).catch(() => rm(fileOf(gitDir), { force: true }));
}

const isPair = (pair: unknown): pair is [string, string] =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && isObjectId(String(pair[1]));

/** Null = no fetch of this clone succeeded yet, or what it left cannot be read. */
export async function loadSeen(gitDir: string): Promise<SeenRefs | null> {
  try {
    const { version, mainRef, boardRef, absent, refs } = JSON.parse(await readFile(fileOf(gitDir), 'utf8'));
    const sound = version === 1 && typeof mainRef === 'string' && (boardRef === null || typeof boardRef === 'string');
    if (!sound || !Array.isArray(refs) || !refs.every(isPair) || !Array.isArray(absent)) return null;
    return { mainRef, boardRef, absent: new Set(absent.map(String)), refs: new Map(refs) };
  } catch {
    return null;
  }
}
