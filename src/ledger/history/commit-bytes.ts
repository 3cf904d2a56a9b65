// A commit as git stores it, byte for byte, but for the commits that it was built upon. Guarantees that two commits with the same rest say the same of
// tree, author, committer, times and message. A signature is left out too: it covers the parents, and is wrong once they are others.
import { createHash } from 'node:crypto';
import type { ObjectFormat } from '../clone/clone.ts';
import type { ObjectReader } from '../objects/object-reader.ts';

export interface CommitBytes {
  readonly tree: string;
  readonly parents: readonly string[];
  /** All but the parents and signatures; bytes as latin1. */
  readonly rest: string;
  readonly message: string;
}

/** Null = these bytes are no commit. */
function commitBytes(body: Buffer): CommitBytes | null {
  const text = body.toString('latin1');
  const blank = text.indexOf('\n\n');
  const end = blank < 0 ? text.length : blank;
  const fields = text.slice(0, end).split(/\n(?! )/);
  const tree = /^tree ([0-9a-f]+)$/.exec(fields[0] ?? '')?.[1];
  if (tree === undefined) return null;
  const parents = fields.flatMap((field) => /^parent ([0-9a-f]+)$/.exec(field)?.[1] ?? []);
  const kept = fields.filter((field) => !/^(?:parent|gpgsig|gpgsig-sha256) /.test(field));
  return { tree, parents, rest: `${kept.join('\n')}${text.slice(end)}`, message: text.slice(end + 2) };
}

/** The same commit built upon others. */
export function builtUpon({ tree, rest }: Pick<CommitBytes, 'tree' | 'rest'>, parents: readonly string[]): Buffer {
  const head = `tree ${tree}`;
  return Buffer.from(`${head}${parents.map((parent) => `\nparent ${parent}`).join('')}${rest.slice(head.length)}`, 'latin1');
}

/** Hashes as git does. */
export function commitId(body: Buffer, format: ObjectFormat): string {
  return createHash(format).update(`commit ${body.length}\0`).update(body).digest('hex');
}

/** Null = it is not here, or no commit. */
export async function readCommitBytes(reader: ObjectReader, id: string): Promise<CommitBytes | null> {
  const object = await reader.contents(id);
  return object?.type === 'commit' && object.body !== null ? commitBytes(object.body) : null;
}
