// What this computer has accepted of a fleet's trust (T2), in coord's home and in no repo: the newest version, whole. A machine never goes back to
// an older one, nor over to another line of them, however well signed.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError, isShortage } from '../../../errors.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { isClosed } from '../../../system/files/open-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { bodyOf, type TrustBody } from '../documents/trust-document.ts';

/** `root`: the fleet folder. */
export function pinPath(home: string, root: string): string {
  return join(home, 'trust', `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.json`);
}

/** T11: whoever accepted a trust here demanded signatures. */
export function trustUnsaid(home: string, root: string): { readonly trust?: 'signed' } {
  return isPinned(home, root) ? { trust: 'signed' } : {};
}

/** One that cannot be read is one. */
export function isPinned(home: string, root: string): boolean {
  try {
    return readPin(home, root) !== null;
  } catch {
    return true;
  }
}

/** Null = nothing was accepted here yet. Throws LOCAL_STATE where it cannot be read: then nothing is believed. */
export function readPin(home: string, root: string): TrustBody | null {
  const path = pinPath(home, root);
  const text = keptText(path, (help) => unreadable(path, help ?? RESET));
  if (text === null) return null;
  const known = parsed.get(path);
  if (known?.text === text) return known.body;
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // It is said below.
  }
  const body = bodyOf(value);
  if (body === null) throw unreadable(path, RESET);
  parsed.set(path, { text, body });
  return body;
}

const RESET = 'coord trust reset';

function unreadable(path: string, help: string): CoordError {
  return new CoordError('LOCAL_STATE', `${path} cannot be read, so no order is believed here`, help);
}

/** Null = there is no such file. Throws `unreadable` for what keeps it from being read; `help`: the command that lets it be, if one does. */
export function keptText(path: string, unreadable: (help: string | null) => CoordError): string | null {
  try {
    return readIfThere(path);
  } catch (error) {
    if (isShortage(error)) throw error;
    throw unreadable(isClosed(error) ? `chmod 600 ${shellWord(path)}` : null);
  }
}

/** As they were read last: one text is one object. */
const parsed = new Map<string, { readonly text: string; readonly body: TrustBody }>();

export function writePin(home: string, root: string, body: TrustBody): void {
  const path = pinPath(home, root);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeDurably(path, `${JSON.stringify(body, null, 1)}\n`);
}

export function removePin(home: string, root: string): void {
  rmSync(pinPath(home, root), { force: true, recursive: true });
}
