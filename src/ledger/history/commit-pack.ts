// Commits as one pack: thousands of them come into the clone by one git, and none of their bytes is written anew by it.
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectFormat } from '../clone/clone.ts';

const COMMIT_TYPE = 1;

/** Each commit once. */
export function commitPack(commits: readonly Buffer[], format: ObjectFormat): Buffer {
  const head = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  head.writeUInt32BE(commits.length, 8);
  const parts = [head, ...commits.flatMap((commit) => [sizeOf(commit.length), deflateSync(commit)])];
  const whole = Buffer.concat(parts);
  return Buffer.concat([whole, createHash(format).update(whole).digest()]);
}

/** Type and size, the lowest bits first: four of them in the first byte, then seven in each. */
function sizeOf(bytes: number): Buffer {
  const out = [(COMMIT_TYPE << 4) | (bytes & 15)];
  for (let left = Math.floor(bytes / 16); left > 0; left = Math.floor(left / 128)) {
    out[out.length - 1] = (out.at(-1) ?? 0) | 128;
    out.push(left & 127);
  }
  return Buffer.from(out);
}
