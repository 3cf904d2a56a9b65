// A key as it is given to `coord trust`: a public key file, or the line of a passkey as the page shows it.
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { expandHome } from '../../../system/files/home-path.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { isPasskey } from '../documents/passkey-line.ts';
import { createChecks } from '../system/checks.ts';

/** Throws USAGE where it is no key that may be used. */
export function keyGiven(given: string): string {
  const text = isPasskey(given) ? given : readText(expandHome(given));
  const line = (text.trim().split(/\r?\n/)[0] ?? '').trimEnd();
  if (createChecks().fingerprint(line) !== null) return line;
  if (isPasskey(line))
    throw new CoordError('USAGE', 'expected a passkey in one line, as the page shows it, found another line', 'coord dash');
  const expected = 'a public key in one line: ed25519, ecdsa, sk-, or rsa of 3072 bits or more';
  throw new CoordError('USAGE', `${given}: expected ${expected}`, `ssh-keygen -y -f ${shellWord(given)}`);
}

/** Throws USAGE for a passkey: it signs orders and words alone. `where`: what it was given for. */
export function mustBeNoPasskey(line: string, where: string): void {
  if (!isPasskey(line)) return;
  const expected = `expected an SSH key for ${where}, found a passkey: it signs orders and words, and never the trust`;
  throw new CoordError('USAGE', expected, 'coord trust add <name> <passkey> --role order,approve');
}
