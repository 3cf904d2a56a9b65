// What is made of a bell's key (B2 to B4): a new one, the base of its topics, the password that proves it, and the key of one sender's frames.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { BellKey } from '../documents/bell-document.ts';

export function newBellKey(): BellKey {
  return { keyId: randomBytes(4).toString('hex'), key: randomBytes(32).toString('base64url') };
}

/** Of all its topics: 32 hexadecimal digits, by which nobody without the key knows the fleet. The user of whoever proves the key, too. */
export function baseTopic({ keyId, key }: BellKey): string {
  return hmac(key, `coord/bell/v1/topic/${keyId}`).toString('hex').slice(0, 32);
}

/** By which a client proves to an embedded broker that it has the key. It opens no frame. */
export function brokerPassword({ keyId, key }: BellKey): string {
  return hmac(key, `coord/bell/v1/password/${keyId}`).toString('base64url');
}

/** For the frames of one sender in one epoch. */
export function frameKey({ keyId, key }: BellKey, epoch: Buffer, sender: Buffer): Buffer {
  const salt = Buffer.concat([Buffer.from(keyId, 'hex'), epoch]);
  const info = Buffer.concat([Buffer.from('coord/bell/v1/'), sender]);
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), salt, info, 32));
}

function hmac(key: string, label: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(label).digest();
}
