// Tells which files a filter of .gitattributes encrypts on their way into the repo, or has Git LFS take elsewhere, and whether one of them has
// changed. coord runs no filter: what it would do is only known by the form of what is there, by hashes, and by what the run's own git noted.
import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, lstatSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openUntrusted } from '../../../system/files/open-file.ts';
import { blobId } from './outside.ts';
import type { GitAt, PoolGit } from './pool-git.ts';
import type { IndexEntry } from './run-index.ts';

/** Each path that has filters, with their names. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * Whichever .gitattributes says so: those of the files, of the index and of that commit. A run must not get round one by an edit.
 * `commit`: null = it is the one of the index.
 */
export async function filtersOf(
  git: PoolGit,
  at: GitAt & { readonly index: string },
  paths: readonly string[],
  commit: string | null,
): Promise<Filters> {
  const found = new Map<string, string[]>();
  if (paths.length === 0) return found;
  const ask = async (where: GitAt, ...words: string[]) => {
    const told = await git.run(['check-attr', '-z', '--stdin', ...words, 'filter'], { ...where, input: `${paths.join('\0')}\0` });
    const parts = told.split('\0');
    for (let place = 0; place + 2 < parts.length; place += 3) {
      const [path = '', , name = ''] = parts.slice(place);
      const names = found.get(path) ?? [];
      if (isLookedAt(name) && !names.includes(name)) found.set(path, [...names, name]);
    }
  };
  await ask(at);
  await ask(at, '--cached');
  if (commit === null) return found;
  const its = { ...at, index: `${at.index}.first` };
  await git.run(['read-tree', commit], its);
  await ask(its, '--cached');
  rmSync(its.index);
  return found;
}

/** What others must not read, or what nobody can use as it lies there. Other filters tidy up: without them a file is as it was written. */
const isLookedAt = (name: string) => name === 'lfs' || HIDES.test(name);
const HIDES = /crypt|vault|secret|gpg|sops|(?:^|-)age(?:-|$)/i;

/** What a file under a filter is. `stored`: in the form that the repo has, so that it may be committed. */
export type FilteredState = 'stored' | 'same' | 'changed';

/** `before`: the id of its content in the last commit; null = it was not there. */
export function stateOf(
  root: string,
  path: string,
  names: readonly string[],
  before: string | null,
  entry: IndexEntry | undefined,
): FilteredState {
  const full = join(root, path);
  const about = lstatSync(full, { bigint: true });
  if (isStored(names, headOf(full), about.size)) return 'stored';
  if (before === null) return 'changed';
  if (entry?.id === before && entry.isOf(about)) return 'same';
  const { id, sha256 } = hashesOf(full, about);
  const isPointed = names.includes('lfs') && blobId(Buffer.from(pointerTo(sha256, about.size))) === before;
  return id === before || isPointed ? 'same' : 'changed';
}

/** Whether content that begins so has been through all of these filters. */
export function isStored(names: readonly string[], head: Buffer, size: bigint): boolean {
  if (size === 0n) return true;
  const text = head.toString('latin1');
  return names.every((name) => {
    if (name === 'lfs') return size <= HEAD_BYTES && POINTER.test(text);
    // Of several keys, each has its own filter.
    const begins = name.startsWith('git-crypt') ? [GIT_CRYPT] : ENCRYPTED;
    return begins.some((begin) => text.startsWith(begin));
  });
}

/** How much of a content `isStored` asks for. */
export const HEAD_BYTES = 1024;
const GIT_CRYPT = '\0GITCRYPT\0';
/** As transcrypt (OpenSSL, in base64), age, GnuPG and Ansible Vault begin what they have encrypted. A key of GnuPG's begins otherwise. */
const ENCRYPTED = [
  ...['U2FsdGVkX1', 'age-encryption.org/v1\n', '-----BEGIN AGE ENCRYPTED FILE-----', '-----BEGIN PGP MESSAGE-----'],
  '$ANSIBLE_VAULT;',
];
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\d-\S+ \S+\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n$/;

const pointerTo = (sha256: string, size: bigint) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;

function headOf(path: string): Buffer {
  return reading(path, (file) => {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(file, bytes));
  });
}

const CHUNK = 1024 * 1024;

function hashesOf(path: string, { size }: BigIntStats): { readonly id: string; readonly sha256: string } {
  return reading(path, (file) => {
    const [id, sha256] = [createHash('sha1').update(`blob ${size}\0`), createHash('sha256')];
    const buffer = Buffer.alloc(CHUNK);
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer))
      for (const hash of [id, sha256]) hash.update(buffer.subarray(0, count));
    return { id: id.digest('hex'), sha256: sha256.digest('hex') };
  });
}

function reading<T>(path: string, read: (file: number) => T): T {
  const { file } = openUntrusted(path);
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}
