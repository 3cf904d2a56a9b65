// Users and passwords for brokers, which stay on this computer (B3): `bell.json` in coord's folder, by the broker's address.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { BellKey } from '../documents/bell-document.ts';
import { baseTopic, brokerPassword } from './bell-keys.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a person gave for this broker; else what proves the key to an embedded one, and tells any other nothing. */
export function credentialsFor(home: string, address: string, key: BellKey): Credentials {
  return kept(home)[address] ?? { user: baseTopic(key), password: brokerPassword(key) };
}

export function keepCredentials(home: string, address: string, credentials: Credentials): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeDurably(pathIn(home), `${JSON.stringify({ ...kept(home), [address]: credentials }, null, 2)}\n`);
}

/** `mqtts://me:secret@host` in its two parts. */
export function withoutUser(given: string): { readonly address: string; readonly credentials: Credentials | null } {
  const [, scheme = '', who, rest = ''] = /^([a-z]+:\/\/)(?:([^/]*)@)?(.*)$/i.exec(given) ?? [];
  if (who === undefined) return { address: given, credentials: null };
  const [user = '', ...password] = who.split(':').map(decoded);
  return { address: `${scheme}${rest}`, credentials: { user, password: password.join(':') } };
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

function kept(home: string): Readonly<Record<string, Credentials>> {
  const value = (jsonIn(pathIn(home)) ?? {}) as Record<string, Partial<Credentials> | null>;
  const whole = Object.entries(value).filter(([, it]) => typeof it?.user === 'string' && typeof it?.password === 'string');
  return Object.fromEntries(whole) as Record<string, Credentials>;
}

function pathIn(home: string): string {
  return join(home, 'bell.json');
}
