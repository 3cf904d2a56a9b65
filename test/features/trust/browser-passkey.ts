// Passkeys in a real browser whose authenticator is made up by its debugger: it makes keys and signs as a phone does.
import type { CDPSession, Frame, Page } from 'playwright-core';

/** As a phone with a fingerprint has it. */
export async function authenticator(page: Page): Promise<{ readonly cdp: CDPSession; readonly authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2' as const,
    ctap2Version: 'ctap2_1' as const,
    transport: 'internal' as const,
    ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  };
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return { cdp, authenticatorId };
}

export interface TappedAnswer {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** The line by which the trust of a fleet names it. */
export async function madePasskey(page: Page, host: string): Promise<string> {
  const { key, id } = (await page.evaluate(`(async () => {
    const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const made = await navigator.credentials.create({ publicKey: {
      rp: { id: ${JSON.stringify(host)}, name: 'test' },
      user: { id: new Uint8Array(16), name: 'anna', displayName: 'anna' },
      challenge: new Uint8Array(32),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    } });
    return { key: text(made.response.getPublicKey()), id: text(made.rawId) };
  })()`)) as { key: string; id: string };
  return `webauthn ${host} ${key} ${id}`;
}

/** What a passkey of that host answers where that script runs. Throws what the browser throws. */
export function tappedAt(place: Page | Frame, host: string, challenge: string): Promise<TappedAnswer> {
  return place.evaluate(`(async () => {
    const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const bytes = Uint8Array.from(atob(${JSON.stringify(challenge)}.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));
    const { response } = await navigator.credentials.get({ publicKey: {
      rpId: ${JSON.stringify(host)}, challenge: bytes, userVerification: 'required',
    } });
    const { authenticatorData, clientDataJSON, signature } = response;
    return { authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature) };
  })()`) as Promise<TappedAnswer>;
}
