// Passkeys of this browser's person (T6.7): makes one, and has one answer a challenge. Their device asks them; the page sees no secret.
import { act, get } from '../../session.ts';

/** `GET page/trust`. */
export interface Trust {
  /** Null = this machine has accepted no trust: nothing is signed here. */
  readonly version: number | null;
  readonly people: readonly string[];
  /** The name of this page. */
  readonly host: string;
  readonly passkeys: readonly { readonly name: string; readonly credential: string }[];
}

const NONE: Trust = { version: null, people: [], host: '', passkeys: [] };
const TAP_MS = 120_000;
const ES256 = -7;
const EDDSA = -8;

/** Without the room that signs, nothing is signed. */
export function askTrust(): Promise<Trust> {
  return get<Trust>('page/trust').catch(() => NONE);
}

/** `address`: browsers ask passkeys on pages with a name alone. `none`: this browser has none. */
export function passkeysHere(): 'yes' | 'address' | 'none' {
  if (/^[\d.]+$|^\[/.test(location.hostname)) return 'address';
  return 'PublicKeyCredential' in globalThis ? 'yes' : 'none';
}

/** The same page at `localhost`, which is a name, with a ticket: to be typed, for coord lets in no browser that comes from another site. */
export async function localAddress(): Promise<string> {
  const { ticket } = await act<{ readonly ticket: string }>('page/ticket');
  return `http://localhost:${location.port}${location.pathname}#ticket=${ticket}`;
}

/** The line by which the trust of a fleet names it. Throws where the person, or their device, did not want to. */
export async function makePasskey(name: string, { host, passkeys }: Trust): Promise<string> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: host, name: 'coord' },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [ES256, EDDSA].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: credentialsOf(passkeys),
      attestation: 'none',
      timeout: TAP_MS,
    },
  });
  const response = (made as PublicKeyCredential | null)?.response as AuthenticatorAttestationResponse | undefined;
  const key = response?.getPublicKey() ?? null;
  if (made === null || key === null) throw new Error('the device made a passkey of a kind that coord does not know');
  return `webauthn ${host} ${base64url(key)} ${base64url((made as PublicKeyCredential).rawId)}`;
}

/** What one of the passkeys that the fleet trusts answers. Throws where the person, or their device, did not want to. */
export async function tapped(challenge: string, { host, passkeys }: Trust): Promise<object> {
  const found = await navigator.credentials.get({
    publicKey: {
      rpId: host,
      challenge: bytesOf(challenge),
      allowCredentials: credentialsOf(passkeys),
      userVerification: 'required',
      timeout: TAP_MS,
    },
  });
  const { authenticatorData, clientDataJSON, signature } = (found as PublicKeyCredential)
    .response as AuthenticatorAssertionResponse;
  return {
    authenticatorData: base64url(authenticatorData),
    clientDataJSON: base64url(clientDataJSON),
    signature: base64url(signature),
  };
}

function credentialsOf(passkeys: Trust['passkeys']): PublicKeyCredentialDescriptor[] {
  return passkeys
    .filter(({ credential }) => credential !== '')
    .map(({ credential }) => ({ type: 'public-key', id: bytesOf(credential) }));
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
