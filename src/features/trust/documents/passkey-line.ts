// How the trust of a fleet names a passkey (T1): `webauthn host key credential`, beside the lines of OpenSSH. Pure.

/** It signs orders and words on the page, and never the trust itself. */
export function isPasskey(line: string): boolean {
  return line.startsWith('webauthn ');
}

/** Of the pages that it signs on. */
export function passkeyHost(line: string): string {
  return line.split(' ')[1] ?? '';
}
