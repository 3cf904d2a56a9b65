// SSH signatures (SSHSIG, as `ssh-keygen -Y` makes and checks them), verified with node:crypto: no process is started for a signature. What is
// wrong in any way is no signature (T11). Source: PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH, RFC 8332 for RSA.
import { createHash, createPublicKey, hash as digestOf, type KeyObject, verify } from 'node:crypto';
import { unsigned, WireReader, wireString } from './ssh-wire.ts';

const MAGIC = Buffer.from('SSHSIG');
const RSA_BITS_MIN = 3072;
const USER_PRESENT = 1;
/** Longer ones are not looked at. */
const SIGNATURE_LENGTH_MAX = 8_000;
const KEY_LENGTH_MAX = 4_000;

const CURVES: Readonly<Record<string, { readonly crv: string; readonly bytes: number; readonly hash: string }>> = {
  nistp256: { crv: 'P-256', bytes: 32, hash: 'sha256' },
  nistp384: { crv: 'P-384', bytes: 48, hash: 'sha384' },
  nistp521: { crv: 'P-521', bytes: 66, hash: 'sha512' },
};

export interface PublicKey {
  /** `ssh-ed25519` and its like. */
  readonly type: string;
  /** As it stands in a public key file. */
  readonly blob: Buffer;
  readonly key: KeyObject;
  /** Of a hardware key: what it signs for. */
  readonly application?: Buffer;
  readonly hash: string | null;
}

/** Of one line, `type base64 comment`; null = it is no key that may be used: of another kind, too short an RSA key, or broken. */
export function parsePublicKey(line: string): PublicKey | null {
  if (line.length > KEY_LENGTH_MAX) return null;
  const [type = '', base64 = ''] = line.trim().split(/[ \t]+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  try {
    const blob = Buffer.from(base64, 'base64');
    const key = keyOf(blob);
    return key.type === type ? key : null;
  } catch {
    return null;
  }
}

function keyOf(blob: Buffer): PublicKey {
  const wire = new WireReader(blob);
  const type = wire.text();
  const base = { type, blob };
  if (type === 'ssh-ed25519' || type === 'sk-ssh-ed25519@openssh.com') {
    const point = wire.bytes(wire.uint32());
    if (point.length !== 32) throw new Error('no ed25519 key');
    const application = type.startsWith('sk-') ? { application: wire.string() } : {};
    wire.end();
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, format: 'jwk' });
    return { ...base, key, ...application, hash: null };
  }
  const curveName = /^(?:ecdsa-sha2-(nistp256|nistp384|nistp521)|sk-ecdsa-sha2-(nistp256)@openssh\.com)$/.exec(type);
  if (curveName !== null) {
    const curve = CURVES[wire.text()];
    if (curve === undefined || curve !== CURVES[curveName[1] ?? curveName[2] ?? '']) throw new Error('another curve');
    const point = wire.string();
    if (point.length !== 1 + 2 * curve.bytes || point[0] !== 4) throw new Error('no point');
    const application = type.startsWith('sk-') ? { application: wire.string() } : {};
    wire.end();
    const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)].map((it) => it.toString('base64url'));
    const key = createPublicKey({ key: { kty: 'EC', crv: curve.crv, x: x ?? '', y: y ?? '' }, format: 'jwk' });
    return { ...base, key, ...application, hash: curve.hash };
  }
  if (type === 'ssh-rsa') {
    const e = unsigned(wire.string()).toString('base64url');
    const n = unsigned(wire.string());
    wire.end();
    if (n.length * 8 < RSA_BITS_MIN) throw new Error('too short');
    return { ...base, key: createPublicKey({ key: { kty: 'RSA', n: n.toString('base64url'), e }, format: 'jwk' }), hash: null };
  }
  throw new Error('another kind');
}

/** `SHA256:…`, as `ssh-keygen -lf` prints it. */
export function fingerprintOf({ blob }: Pick<PublicKey, 'blob'>): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What a key really signs. */
export function signedBytes(namespace: string, message: Buffer, algorithm = 'sha512'): Buffer {
  return Buffer.concat([headOf(namespace, algorithm), wireString(digestOf(algorithm, message, 'buffer'))]);
}

/** The same for each text that is signed under a namespace: there are few, and thousands of texts. */
const heads = new Map<string, Buffer>();

function headOf(namespace: string, algorithm: string): Buffer {
  const name = `${algorithm} ${namespace}`;
  const known = heads.get(name);
  if (known !== undefined) return known;
  const head = Buffer.concat([MAGIC, ...[namespace, '', algorithm].map(wireString)]);
  heads.set(name, head);
  return head;
}

/** As documents hold it: the SSHSIG in base64, without its armour. `made`: what the key made of `signedBytes`, in SSH's form. */
export function sshSigOf(blob: Buffer, namespace: string, made: Buffer): string {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(1);
  return Buffer.concat([MAGIC, head, wireString(blob), ...[namespace, '', 'sha512'].map(wireString), wireString(made)]).toString(
    'base64',
  );
}

const ARMOUR = ['-----BEGIN SSH SIGNATURE-----', '-----END SSH SIGNATURE-----'] as const;

/** As `ssh-keygen -Y verify` reads it. */
export function armoured(signature: string): string {
  return `${[ARMOUR[0], ...(signature.match(/.{1,70}/g) ?? []), ARMOUR[1]].join('\n')}\n`;
}

/** As `ssh-keygen -Y sign` wrote it; null = it is none. */
export function unarmoured(text: string): string | null {
  const lines = text.trim().split(/\r?\n/);
  return lines[0] === ARMOUR[0] && lines.at(-1) === ARMOUR[1] ? lines.slice(1, -1).join('') : null;
}

export interface SshSignature {
  /** In base64, without its armour. */
  readonly signature: string;
  readonly key: PublicKey;
  readonly namespace: string;
  readonly message: Buffer;
}

/** False for whatever goes wrong. A hardware key's owner must have touched it; its counter is not looked at. */
export function verifySshSig({ signature, key, namespace, message }: SshSignature): boolean {
  if (signature.length > SIGNATURE_LENGTH_MAX || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  try {
    const wire = new WireReader(Buffer.from(signature, 'base64'));
    if (!wire.bytes(MAGIC.length).equals(MAGIC) || wire.uint32() !== 1) return false;
    if (!wire.string().equals(key.blob) || !wire.string().equals(Buffer.from(namespace))) return false;
    wire.string();
    const hash = wire.text();
    if (hash !== 'sha512' && hash !== 'sha256') return false;
    const made = new WireReader(wire.string());
    wire.end();
    return isMadeBy(key, made, signedBytes(namespace, message, hash));
  } catch {
    return false;
  }
}

function isMadeBy({ type, key, application, hash }: PublicKey, made: WireReader, signed: Buffer): boolean {
  const kind = made.text();
  if (type === 'ssh-rsa') {
    const rsa = { 'rsa-sha2-512': 'sha512', 'rsa-sha2-256': 'sha256' }[kind];
    const bytes = made.string();
    made.end();
    return rsa !== undefined && verify(rsa, signed, key, bytes);
  }
  if (kind !== type) return false;
  const bytes = made.string();
  const data = application === undefined ? signed : touched(application, made, signed);
  made.end();
  if (data === null) return false;
  if (hash === null) return bytes.length === 64 && verify(null, data, key, bytes);
  return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, fixed(bytes, type));
}

/** What a hardware key signs; null = nobody touched it. */
function touched(application: Buffer, made: WireReader, signed: Buffer): Buffer | null {
  const flags = made.byte();
  const counter = made.bytes(4);
  if ((flags & USER_PRESENT) === 0) return null;
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return Buffer.concat([sha256(application), Buffer.from([flags]), counter, sha256(signed)]);
}

/** Both numbers of an ECDSA signature in their full length. */
function fixed(bytes: Buffer, type: string): Buffer {
  const wire = new WireReader(bytes);
  const length = CURVES[/nistp\d+/.exec(type)?.[0] ?? '']?.bytes ?? 0;
  const [r, s] = [unsigned(wire.string()), unsigned(wire.string())];
  wire.end();
  if (r.length > length || s.length > length) throw new Error('too long');
  const out = Buffer.alloc(2 * length);
  r.copy(out, length - r.length);
  s.copy(out, 2 * length - s.length);
  return out;
}
