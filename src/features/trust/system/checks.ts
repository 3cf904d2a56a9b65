// The checks of signatures (T11), with what was checked once remembered: an order that did not change is not verified again.
import { createHash } from 'node:crypto';
import type { Checks } from '../documents/trust-document.ts';
import { verifyMachine as isByMachine } from './machine-key.ts';
import { OF_ANOTHER_TEXT, type Passkey, parsePasskey, passkeyFingerprint, whyNotByPasskey } from './passkey.ts';
import { fingerprintOf, type PublicKey, parsePublicKey, verifySshSig } from './sshsig.ts';

/** Checked signatures that are remembered: twice as many as a fleet lists orders. */
const CHECKED_MAX = 20_000;

const checked = new Map<string, boolean>();
const keys = new Map<string, Key | null>();

type Key = { readonly ssh: PublicKey } | { readonly passkey: Passkey };

export function createChecks(): Checks {
  return { verify, passkeyFault, verifyMachine, fingerprint, digest };
}

function verify(line: string, namespace: string, text: string, signature: string): boolean {
  const name = digest([line, namespace, signature, text].join('\u0000'));
  const known = checked.get(name);
  if (known !== undefined) return known;
  const key = keyOf(line);
  const isRight = key !== null && isSignedBy(key, { signature, namespace, message: Buffer.from(text) });
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(name, isRight);
  return isRight;
}

function isSignedBy(
  key: Key,
  signed: { readonly signature: string; readonly namespace: string; readonly message: Buffer },
): boolean {
  return 'ssh' in key ? verifySshSig({ ...signed, key: key.ssh }) : whyNotByPasskey({ ...signed, key: key.passkey }) === null;
}

function passkeyFault(line: string, namespace: string, text: string, signature: string): string | null {
  const key = keyOf(line);
  if (key === null || 'ssh' in key) return null;
  const why = whyNotByPasskey({ signature, key: key.passkey, namespace, message: Buffer.from(text) });
  return why === OF_ANOTHER_TEXT ? null : why;
}

function verifyMachine(line: string, namespace: string, text: string, signature: string): boolean {
  const name = digest([line, namespace, signature, text].join('\u0000'));
  const known = checked.get(name);
  if (known !== undefined) return known;
  const key = keyOf(line);
  const isRight = key !== null && 'ssh' in key && isByMachine(key.ssh, namespace, text, signature);
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(name, isRight);
  return isRight;
}

function fingerprint(line: string): string | null {
  const key = keyOf(line);
  if (key === null) return null;
  return 'ssh' in key ? fingerprintOf(key.ssh) : passkeyFingerprint(key.passkey);
}

function keyOf(line: string): Key | null {
  const known = keys.get(line);
  if (known !== undefined) return known;
  if (keys.size > 10_000) keys.clear();
  const ssh = parsePublicKey(line);
  const passkey = ssh === null ? parsePasskey(line) : null;
  const key = ssh !== null ? { ssh } : passkey !== null ? { passkey } : null;
  keys.set(line, key);
  return key;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
