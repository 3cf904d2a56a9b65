// Reads and writes `trust/<n>.json` (T2): who is trusted with what in this fleet, in a version that is never changed. Each version leads on from
// the one before it and is signed by root people of that one; the first signs itself. What it says counts only once a machine has accepted it.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { toValue } from '../../../documents/json/json-node.ts';
import { readJson } from '../../../documents/json/json-text.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import { canonical, inOneForm } from './canonical.ts';
import { isPasskey } from './passkey-line.ts';

export const TRUST_NAMESPACE = 'coord-trust@1';
export const ROLES = ['root', 'order', 'approve'] as const;
export type Role = (typeof ROLES)[number];

/** What a person may order; absent = anything. Of ids, `*` at the end stands for any. */
export interface Only {
  readonly ids?: readonly string[];
  /** Kinds of work, that of a check too: `shell`, `call`, `agent`. */
  readonly kinds?: readonly string[];
  /** Numbers: it starts on these alone. */
  readonly machines?: readonly string[];
}

export interface Principal {
  /** In one line, as OpenSSH writes it: `ssh-ed25519 AAAA… name`; or a passkey. A person counts once, however many keys they have. */
  readonly keys: readonly string[];
  readonly roles: readonly Role[];
  readonly only?: Only;
}

export interface TrustBody {
  readonly version: number;
  /** Names the fleet in everything that is signed for it. */
  readonly fleet: string;
  /** SHA-256 of the body before, as hexadecimal digits; null = this is the first. */
  readonly before: string | null;
  /** How many root people sign the next version. */
  readonly threshold: number;
  readonly people: Readonly<Record<string, Principal>>;
  /** By number. */
  readonly machines: Readonly<Record<string, TrustedMachine>>;
  /** T4: by name; each admits one machine that proves its secret. Absent = none. */
  readonly invited?: Readonly<Record<string, Invitation>>;
}

export interface TrustedMachine {
  /** Public: what its lane is signed with (T5). */
  readonly key: string;
  /** T3: what its agents may place; absent = nothing. It says at least one thing. */
  readonly agents?: Only;
}

export interface Invitation {
  /** Public, in one line: what the secret signs with. */
  readonly key: string;
  /** Nobody comes in by it after that, ISO 8601 UTC. */
  readonly expires: string;
}

/** `by`: fingerprint of the key, `SHA256:…`; `signature`: an SSHSIG without its armour, or what a passkey answered. */
export interface Signature {
  readonly by: string;
  readonly signature: string;
}

export interface TrustVersion {
  readonly body: TrustBody;
  readonly signatures: readonly Signature[];
}

/** What a check needs that pure code has not. */
export interface Checks {
  /** Of a text. False for whatever goes wrong. */
  verify(key: string, namespace: string, text: string, signature: string): boolean;
  /** What is wrong with the answer of a passkey, but for the text that it is of; null = nothing, or it is of no passkey. */
  passkeyFault(key: string, namespace: string, text: string, signature: string): string | null;
  /** Of a text, by the key of a machine: 64 bytes in base64. False for whatever goes wrong. */
  verifyMachine(key: string, namespace: string, text: string, signature: string): boolean;
  /** `SHA256:…` of a key in one line; null = it is no key that may be used. */
  fingerprint(key: string): string | null;
  /** SHA-256 in hexadecimal digits. */
  digest(text: string): string;
}

export const trustDocument: DocumentKind = { owner: 'people', path: /^trust\/[1-9][0-9]{0,4}\.json$/ };

export function trustPath(version: number): string {
  return `trust/${version}.json`;
}

/** What is signed of a version. */
export function trustText(body: TrustBody): string {
  return canonical(body as unknown as Json);
}

export function renderTrust({ body, signatures }: TrustVersion): string {
  return `${JSON.stringify({ ...body, signatures }, null, 2)}\n`;
}

const SIGNATURES_MAX = 50;

/** Null = it is none: of another form, or with names that this version does not know, so that nothing it says is overlooked. */
export function parseTrust(text: string): TrustVersion | null {
  const { root, faults } = readJson(text, 'trust');
  if (root === null || faults.some(({ level }) => level === 'fault')) return null;
  const value: unknown = toValue(root);
  if (!isRecord(value)) return null;
  const { signatures, ...rest } = value;
  const body = bodyOf(rest);
  if (body === null || inOneForm(() => trustText(body)) === null) return null;
  if (!Array.isArray(signatures) || signatures.length > SIGNATURES_MAX) return null;
  return signatures.every(isSignature) ? { body, signatures: signatures.map(({ by, signature }) => ({ by, signature })) } : null;
}

const NAMES = ['version', 'fleet', 'before', 'threshold', 'people', 'machines', 'invited'];
const INVITED_MAX = 20;

/** As a pin keeps it, or as a version of the board says it. */
export function bodyOf(value: unknown): TrustBody | null {
  if (!isRecord(value) || Object.keys(value).some((name) => !NAMES.includes(name))) return null;
  const { version, fleet, before, threshold, people, machines, invited = {} } = value;
  const isHead = isCount(version) && typeof fleet === 'string' && /^[0-9a-f-]{36}$/.test(fleet) && isCount(threshold);
  const isLed = version === 1 ? before === null : typeof before === 'string' && /^[0-9a-f]{64}$/.test(before);
  if (!isHead || !isLed || !isRecord(people) || !isRecord(machines) || !isRecord(invited)) return null;
  const guests = Object.entries(invited);
  const isAll =
    Object.entries(people).every(([name, it]) => isName(name) && isPrincipal(it)) &&
    Object.entries(machines).every(([number, it]) => /^[1-9][0-9]{0,3}$/.test(number) && isMachine(it)) &&
    guests.length <= INVITED_MAX &&
    guests.every(([name, it]) => isName(name) && isInvitation(it));
  return isAll ? (value as unknown as TrustBody) : null;
}

/** Of a person, or of a machine that is invited. */
export function isName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._@ -]{0,63}$/.test(name);
}

function isInvitation(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).some((name) => name !== 'key' && name !== 'expires')) return false;
  return typeof value.key === 'string' && value.key.length <= 200 && isTime(value.expires);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && isIsoTime(value);
}

function isPrincipal(value: unknown): value is Principal {
  if (!isRecord(value) || Object.keys(value).some((name) => !['keys', 'roles', 'only'].includes(name))) return false;
  const { keys, roles, only } = value;
  const isRole = (role: unknown) => (ROLES as readonly unknown[]).includes(role);
  return isWords(keys) && isWords(roles) && roles.every(isRole) && (only === undefined || isOnly(only));
}

function isOnly(value: unknown): value is Only {
  return (
    isRecord(value) && Object.entries(value).every(([name, list]) => ['ids', 'kinds', 'machines'].includes(name) && isWords(list))
  );
}

function isMachine(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).some((name) => name !== 'key' && name !== 'agents')) return false;
  const { key, agents } = value;
  return typeof key === 'string' && (agents === undefined || (isOnly(agents) && Object.keys(agents).length > 0));
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 100 && value.every((it) => typeof it === 'string' && it.length <= 4_000);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 99_999;
}

function isSignature(value: unknown): value is Signature {
  return (
    isRecord(value) && typeof value.by === 'string' && typeof value.signature === 'string' && value.signature.length <= 8_000
  );
}

/** Whose key that is, of those who have the role; null = nobody's. A passkey is nobody's root key. */
export function whoHas(body: TrustBody, by: string, role: Role, { fingerprint }: Pick<Checks, 'fingerprint'>): Holder | null {
  for (const [name, { keys, roles, only }] of Object.entries(body.people)) {
    if (!roles.includes(role)) continue;
    const key = keys.find((it) => fingerprint(it) === by);
    if (key !== undefined && !(role === 'root' && isPasskey(key))) return { name, key, ...(only === undefined ? {} : { only }) };
  }
  return null;
}

export interface Holder {
  readonly name: string;
  readonly key: string;
  readonly only?: Only;
}

interface RootSigner {
  readonly name: string;
  readonly fingerprint: string;
}

/** The root people of `judge` who signed this version, by each of their keys. */
export function signersOf(judge: TrustBody, { body, signatures }: TrustVersion, checks: Checks): readonly RootSigner[] {
  const text = trustText(body);
  return signatures.flatMap(({ by, signature }) => {
    const holder = whoHas(judge, by, 'root', checks);
    const isRight = holder !== null && checks.verify(holder.key, TRUST_NAMESPACE, text, signature);
    return isRight ? [{ name: holder.name, fingerprint: by }] : [];
  });
}

/** Why `next` does not lead on from `before` (T2), or null. `before`: null = `next` is the first, which its own root people sign. */
export function whyNotNext(before: TrustBody | null, next: TrustVersion, checks: Checks): string | null {
  const { body } = next;
  const version = (before?.version ?? 0) + 1;
  if (body.version !== version) return `it is version ${body.version}, not ${version}`;
  if (before !== null && body.fleet !== before.fleet) return 'it is of another fleet';
  if (before !== null && body.before !== checks.digest(trustText(before)))
    return `it does not lead on from version ${before.version}`;
  const judge = before ?? body;
  const signers = new Set(signersOf(judge, next, checks).map(({ name }) => name));
  if (signers.size < judge.threshold) {
    const of = before === null ? 'its own root people' : `root people of version ${before.version}`;
    return `it is signed by ${signers.size} of ${judge.threshold} ${of}`;
  }
  return rootsOf(body) < body.threshold ? `it has fewer root people than the ${body.threshold} that it demands` : null;
}

/** Null = the same one, or an older one of its line as far as can be seen. */
export function whyOther(pinned: TrustBody, { fleet, version, ...rest }: TrustBody): string | null {
  if (fleet !== pinned.fleet) return 'it is of another fleet';
  const isSame = version !== pinned.version || trustText({ fleet, version, ...rest }) === trustText(pinned);
  return isSame ? null : `it is another version ${version} than the one that was accepted here`;
}

/** How many people can sign the next version. */
export function rootsOf({ people }: Pick<TrustBody, 'people'>): number {
  return Object.values(people).filter(({ keys, roles }) => roles.includes('root') && keys.some((key) => !isPasskey(key))).length;
}
