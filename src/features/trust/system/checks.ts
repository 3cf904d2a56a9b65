// The checks of signatures (T11), with what was checked once remembered: an order that did not change is not verified again.
import { createHash } from 'node:crypto';
import type { Checks } from '../documents/trust-document.ts';
import { verifyMachine as isByMachine } from './machine-key.ts';
import { fingerprintOf, parsePublicKey, verifySshSig } from './sshsig.ts';

/** Checked signatures that are remembered: twice as many as a fleet lists orders. */
const CHECKED_MAX = 20_000;

const checked = new Map<string, boolean>();
const keys = new Map<string, ReturnType<typeof parsePublicKey>>();

export function createChecks(): Checks {
  return { verify, verifyMachine, fingerprint, digest };
}

function verify(line: string, namespace: string, text: string, signature: string): boolean {
  const name = digest([line, namespace, signature, text].join('\u0000'));
  const known = checked.get(name);
  if (known !== undefined) return known;
  const key = keyOf(line);
  const isRight = key !== null && verifySshSig({ signature, key, namespace, message: Buffer.from(text) });
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(name, isRight);
  return isRight;
}

function verifyMachine(line: string, namespace: string, text: string, signature: string): boolean {
  const name = digest([line, namespace, signature, text].join('\u0000'));
  const known = checked.get(name);
  if (known !== undefined) return known;
  const key = keyOf(line);
  const isRight = key !== null && isByMachine(key, namespace, text, signature);
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(name, isRight);
  return isRight;
}

function fingerprint(line: string): string | null {
  const key = keyOf(line);
  return key === null ? null : fingerprintOf(key);
}

function keyOf(line: string): ReturnType<typeof parsePublicKey> {
  const known = keys.get(line);
  if (known !== undefined) return known;
  if (keys.size > 10_000) keys.clear();
  const key = parsePublicKey(line);
  keys.set(line, key);
  return key;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
