// A passkey made of software, for tests: what a device and a browser answer to a challenge, true or forged.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { assertionText } from '../../../src/features/trust/system/passkey.ts';

export interface SoftPasskey {
  readonly host: string;
  readonly privateKey: KeyObject;
  /** As the trust names it. */
  readonly line: string;
}

export function softPasskey(host = 'localhost', kind: 'p256' | 'ed25519' = 'p256'): SoftPasskey {
  const { publicKey, privateKey } =
    kind === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  return { host, privateKey, line: `webauthn ${host} ${spki} ${Buffer.from('credential').toString('base64url')}` };
}

export interface Answer {
  readonly challenge: string;
  /** What is not as a browser and a device say it. */
  readonly flags?: number;
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly more?: object;
  /** Instead of what a browser writes. */
  readonly client?: string;
  /** Behind the counter. */
  readonly tail?: Buffer;
  /** Of what was signed. */
  readonly spoil?: (parts: { authenticator: Buffer; client: Buffer; made: Buffer }) => void;
}

/** Touched, with its owner recognized. */
const PRESENT_AND_VERIFIED = 0x05;

/** As SIGNATURES.json has it. */
export function answered(passkey: SoftPasskey, answer: Answer): string {
  return assertionText(assertionOf(passkey, answer));
}

/** As a browser hands it to a page. */
export function assertionOf({ host, privateKey }: SoftPasskey, answer: Answer) {
  const { challenge, flags = PRESENT_AND_VERIFIED, rpId = host, tail = Buffer.alloc(0) } = answer;
  const origin = answer.origin ?? (host === 'localhost' ? 'http://localhost:8900' : `https://${host}`);
  const said = { type: answer.type ?? 'webauthn.get', challenge, origin, crossOrigin: false, ...answer.more };
  const client = Buffer.from(answer.client ?? JSON.stringify(said));
  const authenticator = Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags, 0, 0, 0, 7]), tail]);
  const kind = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const made = sign(kind, Buffer.concat([authenticator, sha256(client)]), privateKey);
  answer.spoil?.({ authenticator, client, made });
  const text = (bytes: Buffer) => bytes.toString('base64url');
  return { authenticatorData: text(authenticator), clientDataJSON: text(client), signature: text(made) };
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
