// Reads and writes `bell.json`: the key of the fleet's bell and where its broker is (B3). Nothing is decided by it, so no cycle reads it:
// a bell that cannot be read makes the fleet slower, and nothing else.
import { parseTime } from '../../../core/base/time.ts';
import type { Fault, Parsed } from '../../../core/model/status/fault.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import { isTooLarge, TOO_LARGE } from '../../../documents/text/limits.ts';

export const BELL_PATH = 'bell.json';

export interface BellKey {
  /** 8 hexadecimal digits: names the key on the wire. */
  readonly keyId: string;
  /** 32 bytes, as base64url. */
  readonly key: string;
}

/** One that was rotated out: it is read until then. */
export interface OldBellKey extends BellKey {
  /** ISO 8601 UTC. */
  readonly until: string;
}

export interface BellSettings extends BellKey {
  /** Without credentials; null = there is no broker yet. */
  readonly address: string | null;
  readonly old: readonly OldBellKey[];
}

/** `off`: somebody switched it off here. */
export type Bell = BellSettings | 'off';

/** Rotated faster than that, the oldest keys go. */
const OLD_MAX = 8;
const ADDRESS_LENGTH_MAX = 500;

export const bellDocument: DocumentKind = { owner: 'people', path: BELL_PATH };

/** Unknown names are of other versions, and ignored. */
export function parseBell(text: string): Parsed<Bell> {
  if (isTooLarge(text)) return bad(TOO_LARGE);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return bad({ expected: 'JSON, as coord bell on writes it', found: 'other text' });
  }
  if (!isRecord(value)) return bad({ expected: 'an object with "keyId" and "key"', found: 'another value' });
  if (value.off === true) return { value: 'off', faults: [] };
  const key = keyOf(value);
  if (key === null)
    return bad({ expected: '"keyId" of 8 hexadecimal digits and "key" of 32 bytes as base64url', found: 'others' });
  const address = value.address ?? null;
  if (address !== null && !isBrokerAddress(address))
    return bad({ expected: '"address" such as mqtt://host:1883 or wss://host/path, without a user', found: 'another value' });
  const old = Array.isArray(value.old) ? value.old.slice(0, OLD_MAX).flatMap(oldKeyOf) : [];
  return { value: { ...key, address, old }, faults: [] };
}

export function renderBell(bell: Bell): string {
  if (bell === 'off') return `${JSON.stringify({ off: true })}\n`;
  const { keyId, key, address, old } = bell;
  return `${JSON.stringify({ keyId, key, ...(address === null ? {} : { address }), ...(old.length === 0 ? {} : { old }) }, null, 2)}\n`;
}

/** `mqtt://host`, `mqtts://host:8883`, `ws://host:9999/path`, `wss://host`: with no user and no password, which stay on each computer. */
export function isBrokerAddress(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= ADDRESS_LENGTH_MAX &&
    /^(?:mqtts?|wss?):\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/.test(value)
  );
}

/** The keys that are read: the one in force first, then those that were in the last day. */
export function keysInForce({ keyId, key, old }: BellSettings, nowMs: number): readonly BellKey[] {
  const still = old.filter(({ until }) => parseTime(until) > nowMs);
  return [{ keyId, key }, ...still.map((it) => ({ keyId: it.keyId, key: it.key }))];
}

/** A new key in the place of this one, which is read until then. */
export function rotated(bell: BellSettings, next: BellKey, until: string): BellSettings {
  const { keyId, key, old } = bell;
  return { ...bell, ...next, old: [{ keyId, key, until }, ...old].slice(0, OLD_MAX) };
}

function keyOf({ keyId, key }: Readonly<Record<string, unknown>>): BellKey | null {
  const isKey =
    typeof keyId === 'string' && /^[0-9a-f]{8}$/.test(keyId) && typeof key === 'string' && /^[A-Za-z0-9_-]{43}$/.test(key);
  return isKey ? { keyId, key } : null;
}

function oldKeyOf(value: unknown): readonly OldBellKey[] {
  if (!isRecord(value)) return [];
  const key = keyOf(value);
  return key === null || typeof value.until !== 'string' || !isIsoTime(value.until) ? [] : [{ ...key, until: value.until }];
}

function bad(why: Pick<Fault, 'expected' | 'found'>): Parsed<Bell> {
  return { value: null, faults: [{ document: BELL_PATH, line: null, column: null, level: 'fault', ...why }] };
}
