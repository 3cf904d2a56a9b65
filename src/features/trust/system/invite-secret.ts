// The one-time secret of an invitation (T4): 32 random bytes, which are an ed25519 key. Its public part stands in the trust. The secret itself is in
// the line that is handed to the other machine, and on no disk.
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { INVITE_NAMESPACE } from '../documents/invitation.ts';
import { publicLine } from './machine-key.ts';
import { signedBytes } from './sshsig.ts';

/** RFC 8410: what stands before the 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Public, in one line of OpenSSH. */
export function publicOf(secret: string): string {
  return publicLine(keyOf(secret));
}

/** 64 bytes, as base64. */
export function signWithSecret(secret: string, text: string): string {
  return sign(null, signedBytes(INVITE_NAMESPACE, Buffer.from(text)), keyOf(secret)).toString('base64');
}

function keyOf(secret: string): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.from(secret, 'base64url')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
