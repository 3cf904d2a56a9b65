// Checks what a passkey says to a text (T6.7): an assertion of WebAuthn whose challenge is the digest of what an SSH key would sign of it. What is
// wrong in any way is no signature, and the reason is said (T11). Source: Web Authentication Level 3, sections 5.8.1, 6.1, 6.5.5 and 7.2.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isRecord } from '../../../documents/json/is-record.ts';
import { readJson } from '../../../documents/json/json-text.ts';
import { isPasskey } from '../documents/passkey-line.ts';
import { wireString } from './ssh-wire.ts';
import { signedBytes } from './sshsig.ts';

/** Longer ones are not looked at. */
const LINE_LENGTH_MAX = 2_000;
const SIGNATURE_LENGTH_MAX = 4_000;
const AUTHENTICATOR_BYTES_MAX = 512;
const CLIENT_BYTES_MAX = 2_000;
const MADE_BYTES_MAX = 80;
/** Of a key as X.509 has it: P-256 with both coordinates, and ed25519. */
const SPKI_BYTES = { ec: 91, ed25519: 44 } as const;

const FLAGS = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40, extended: 0x80 };
/** Digest of the name, flags, a counter. */
const HEAD_BYTES = 37;

/** The host of the pages that it signs on: a name, never an address. */
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export interface Passkey {
  readonly host: string;
  readonly key: KeyObject;
  /** As X.509 has it. */
  readonly spki: Buffer;
  /** What its owner's device calls it, in base64url; empty = it is not said. */
  readonly credential: string;
}

/** Of one line, `webauthn host key credential`; null = it is no key that may be used. */
export function parsePasskey(line: string): Passkey | null {
  if (line.length > LINE_LENGTH_MAX || !isPasskey(line)) return null;
  const [, host = '', base64 = '', credential = '', ...rest] = line.split(' ');
  const spki = bytesOf(base64);
  if (rest.length > 0 || !HOST.test(host) || spki === null || (credential !== '' && bytesOf(credential) === null)) return null;
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const isKnown = key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    const bytes = SPKI_BYTES[key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'ec'];
    // One text for one key.
    const isPlain = spki.length === bytes && key.export({ format: 'der', type: 'spki' }).equals(spki);
    return isKnown && isPlain ? { host, key, spki, credential } : null;
  } catch {
    return null;
  }
}

/** `SHA256:…`, of the host and the key. */
export function passkeyFingerprint({ host, spki }: Passkey): string {
  const blob = Buffer.concat([wireString('webauthn'), wireString(host), wireString(spki)]);
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What the page gives the passkey to sign, in base64url: the digest of what an SSH key would sign of this text. */
export function challengeOf(namespace: string, message: Buffer): string {
  return sha256(signedBytes(namespace, message)).toString('base64url');
}

/** What a browser has from a passkey, each in base64url. */
export interface Assertion {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** As documents hold it. */
export function assertionText({ authenticatorData, clientDataJSON, signature }: Assertion): string {
  return `webauthn.${authenticatorData}.${clientDataJSON}.${signature}`;
}

interface AssertionParts {
  readonly authenticator: Buffer;
  readonly client: Buffer;
  readonly made: Buffer;
}

/** Null = it is none, or too long. */
export function assertionParts(signature: string): AssertionParts | null {
  if (signature.length > SIGNATURE_LENGTH_MAX) return null;
  const found = /^webauthn\.([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(signature);
  const [authenticator, client, made] = (found?.slice(1) ?? []).map(bytesOf);
  if (!authenticator || !client || !made) return null;
  const isShort =
    authenticator.length <= AUTHENTICATOR_BYTES_MAX && client.length <= CLIENT_BYTES_MAX && made.length <= MADE_BYTES_MAX;
  return isShort ? { authenticator, client, made } : null;
}

export interface PasskeySignature {
  readonly signature: string;
  readonly key: Passkey;
  readonly namespace: string;
  readonly message: Buffer;
}

/** The reason where nothing else is wrong. */
export const OF_ANOTHER_TEXT = 'it is of another text';

/** Why this passkey did not sign this text; null = it did. The counter of its device is not looked at: those that are synced have none. */
export function whyNotByPasskey({ signature, key, namespace, message }: PasskeySignature): string | null {
  const parts = assertionParts(signature);
  if (parts === null) return 'it is no answer of a passkey, or too long';
  try {
    const { authenticator, client, made } = parts;
    const why = whyNotTapped(key.host, authenticator) ?? whyNotThere(key.host, client);
    if (why !== null) return why;
    // After these: who forged what the browser said has not the key.
    if (!isMadeBy(key.key, Buffer.concat([authenticator, sha256(client)]), made)) return 'it is not made by this passkey';
    return fieldsOf(client)?.challenge === challengeOf(namespace, message) ? null : OF_ANOTHER_TEXT;
  } catch (error) {
    return `it cannot be checked: ${(error as Error).message}`;
  }
}

/** What the device says (6.1): for whom, and that a person was there and was recognized. */
function whyNotTapped(host: string, authenticator: Buffer): string | null {
  if (authenticator.length < HEAD_BYTES) return 'what the device says is too short';
  const flags = authenticator[32] ?? 0;
  const has = (flag: number) => (flags & flag) !== 0;
  if (!authenticator.subarray(0, 32).equals(sha256(Buffer.from(host)))) return `it is not for ${host}`;
  if (!has(FLAGS.userPresent)) return 'nobody touched it';
  if (!has(FLAGS.userVerified)) return 'its device did not ask who touched it (a finger, a face or a PIN)';
  if (has(FLAGS.backedUp) && !has(FLAGS.backupEligible)) return 'what the device says contradicts itself';
  if (has(FLAGS.attested)) return 'it is of the making of a passkey';
  return has(FLAGS.extended) === authenticator.length > HEAD_BYTES ? null : 'what the device says has another length';
}

/** What the browser says (5.8.1): what was asked, and by which page. */
function whyNotThere(host: string, client: Buffer): string | null {
  const fields = fieldsOf(client);
  if (fields === null) return 'what the browser says cannot be read, or says something twice';
  const { type, challenge, origin, crossOrigin, topOrigin } = fields;
  if (type !== 'webauthn.get') return `it answers ${JSON.stringify(type)?.slice(0, 40)}, not webauthn.get`;
  if (typeof challenge !== 'string') return 'the browser does not say what was signed';
  if (typeof origin !== 'string' || !isPageOf(host, origin)) return `it was asked for on another page than one of ${host}`;
  const isFramed = (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
  return isFramed ? 'it was asked for in a frame of another page' : null;
}

/** Null = no JSON object in UTF-8, or one that gives a name twice; names that are not known are no harm. */
function fieldsOf(client: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(client);
    const value: unknown = JSON.parse(text);
    // That forgives, but not what is given twice.
    const { root, faults } = readJson(text, 'clientDataJSON');
    return isRecord(value) && root !== null && faults.length === 0 ? value : null;
  } catch {
    return null;
  }
}

/** By TLS, or on this computer, where `localhost` is nobody else. */
function isPageOf(host: string, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === origin && url.hostname === host && (url.protocol === 'https:' || isLocal(url));
}

function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && hostname === 'localhost';
}

function isMadeBy(key: KeyObject, signed: Buffer, made: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return made.length === 64 && verify(null, signed, key, made);
  return key.asymmetricKeyType === 'ec' && verify('sha256', signed, { key, dsaEncoding: 'der' }, made);
}

/** Null = no base64url, or not in its one form. */
function bytesOf(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === base64 ? bytes : null;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
