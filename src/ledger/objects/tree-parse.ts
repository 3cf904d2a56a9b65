// Parses git's binary trees and commit texts. Guarantees that names which cannot be kept exactly are left out: longer than 200 bytes, no UTF-8, or with
// a slash, `.`, `..` or `.git`. Modes are reported as they are; the reader judges them (D8).

export interface NamedEntry {
  readonly name: string;
  readonly mode: string;
  readonly id: string;
}

const NAME_BYTES_MAX = 200;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function faithfulName(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > NAME_BYTES_MAX) return null;
  try {
    const name = utf8.decode(bytes);
    return name.includes('/') || name === '.' || name === '..' || name.toLowerCase() === '.git' ? null : name;
  } catch {
    return null;
  }
}

/** Entries in git's order; null = these bytes are no tree. */
export function parseTree(body: Buffer, idBytes: number): NamedEntry[] | null {
  const entries: NamedEntry[] = [];
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    const zero = space < 0 ? -1 : body.indexOf(0, space + 1);
    const end = zero + 1 + idBytes;
    if (zero < 0 || end > body.length) return null;
    const mode = body.toString('latin1', at, space).padStart(6, '0');
    const name = faithfulName(body.subarray(space + 1, zero));
    if (name !== null) entries.push({ name, mode, id: body.toString('hex', zero + 1, end) });
    at = end;
  }
  return entries;
}

export interface CommitText {
  readonly tree: string;
  readonly parent: string | null;
  readonly message: string;
  /** Of the commit, by its committer's clock; absent = it does not say. */
  readonly madeMs?: number;
}

/** Null = this is no commit. */
export function parseCommit(body: Buffer): CommitText | null {
  const text = body.toString('utf8');
  const blank = text.indexOf('\n\n');
  const head = blank < 0 ? text : text.slice(0, blank);
  const tree = /^tree ([0-9a-f]+)$/m.exec(head)?.[1];
  if (tree === undefined || !head.startsWith('tree ')) return null;
  const parent = /^tree [0-9a-f]+\nparent ([0-9a-f]+)$/m.exec(head)?.[1] ?? null;
  const seconds = Number(/^committer .{0,1000}> ([0-9]{1,11}) [+-][0-9]{4}$/m.exec(head)?.[1] ?? Number.NaN);
  const madeMs = Number.isNaN(seconds) ? {} : { madeMs: seconds * 1000 };
  return { tree, parent, ...madeMs, message: blank < 0 ? '' : text.slice(blank + 2) };
}
