// Takes one file as it is (A1): a plain file with no other name, that lies where it was found and did not change while it was read. What a run left
// may still be moved by what left its group, so all of that is asked of the opened file and not of its path.
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Artifact, modeOf } from '../../../core/model/orders/artifact.ts';
import { errorCode } from '../../../errors.ts';
import { isNoFile, openUntrusted } from '../../../system/files/open-file.ts';

/** `id`: as git names the content. */
export type Copied =
  | ({ readonly kind: 'copied'; readonly id: string } & Pick<Artifact, 'size' | 'sha256' | 'x'>)
  | { readonly kind: 'left'; readonly why: string };

const CHUNK = 256 * 1024;
const TRIES_MAX = 3;

/** `from`: absolute, without links in its folders. `step`: named points, for tests that change the file there. */
export function copyFile(
  from: string,
  to: string,
  { bytesMax, format, step }: { readonly bytesMax: number; readonly format: string; readonly step?: (name: string) => void },
): Copied {
  for (let tries = 1; ; tries += 1) {
    const copied = tryToCopy(from, to, { bytesMax, format, step });
    if (copied !== 'changed') return copied;
    if (tries === TRIES_MAX) return { kind: 'left', why: 'it changed while it was read' };
  }
}

function tryToCopy(
  from: string,
  to: string,
  {
    bytesMax,
    format,
    step,
  }: { readonly bytesMax: number; readonly format: string; readonly step: ((name: string) => void) | undefined },
): Copied | 'changed' {
  let file: number;
  try {
    ({ file } = openUntrusted(from));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP') return { kind: 'left', why: 'it is a link' };
    if (isNoFile(error)) return { kind: 'left', why: 'it is gone' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'left', why: 'it cannot be read' };
    throw error;
  }
  try {
    const before = fstatSync(file, { bigint: true });
    const size = Number(before.size);
    if (before.nlink !== 1n) return { kind: 'left', why: 'it has another name too (a hard link)' };
    if (pathOf(file, from) !== from) return { kind: 'left', why: 'a link leads to it' };
    if (size > bytesMax) return { kind: 'left', why: `it has ${size} bytes, ${bytesMax} are left` };
    step?.('file-opened');
    const mode = (before.mode & BigInt(constants.S_IXUSR)) === 0n ? {} : { x: true as const };
    const copied = copyBytes(file, openSync(to, 'wx', modeOf(mode)), size, format);
    step?.('file-read');
    if (copied !== null && isSame(before, fstatSync(file, { bigint: true }))) return { kind: 'copied', size, ...copied, ...mode };
    rmSync(to, { force: true });
    return 'changed';
  } finally {
    closeSync(file);
  }
}

/** Where it really lies. */
function pathOf(file: number, from: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    // No such file system: by its folders, as they are now.
    return join(realpathSync(dirname(from)), basename(from));
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs;
}

/** Into `out`, which is closed then. Null = it has another size by now. */
function copyBytes(
  file: number,
  out: number,
  size: number,
  format: string,
): { readonly sha256: string; readonly id: string } | null {
  const sha256 = createHash('sha256');
  // As git names the content.
  const id = createHash(format).update(`blob ${size}\0`);
  try {
    const buffer = Buffer.alloc(Math.min(CHUNK, size + 1));
    let read = 0;
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      read += count;
      if (read > size) return null;
      const chunk = buffer.subarray(0, count);
      sha256.update(chunk);
      id.update(chunk);
      for (let at = 0; at < count; ) at += writeSync(out, chunk, at);
    }
    return read === size ? { sha256: sha256.digest('hex'), id: id.digest('hex') } : null;
  } finally {
    closeSync(out);
  }
}
