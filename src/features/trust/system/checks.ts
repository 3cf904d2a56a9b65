// The checks of signatures (T11), with what was checked once remembered: an order that did not change is not verified again.
import { hash } from 'node:crypto';
import type { Checks } from '../documents/trust-document.ts';
import { noteChecked, readChecked } from './checked-file.ts';
import { verifyMachine as isByMachine } from './machine-key.ts';
import { OF_ANOTHER_TEXT, type Passkey, parsePasskey, passkeyFingerprint, whyNotByPasskey } from './passkey.ts';
import { fingerprintOf, type PublicKey, parsePublicKey, verifySshSig } from './sshsig.ts';

/** Checked signatures that are remembered: twice as many as a fleet lists orders. */
const CHECKED_MAX = 20_000;

/** Why not, by the digest of all that was asked; null = it is right. */
const checked = new Map<string, string | null>();
const keys = new Map<string, Key | null>();

/** By coord's home: what its file of right ones has, and what it lacks. */
const memories = new Map<string, { readonly noted: Set<string>; readonly unnoted: Set<string> }>();

type Key = ({ readonly ssh: PublicKey } | { readonly passkey: Passkey }) & { readonly fingerprint: string };

type Question = readonly [line: string, namespace: string, text: string, signature: string];

/**
 * `home`: coord's, where what people signed and was right is remembered beyond this process; absent = nowhere. Machines sign each beat anew, so that is
 * not.
 */
export function createChecks(home?: string): Checks {
  const memory = home === undefined ? null : memoryOf(home);
  const byPerson = (asked: Question) => {
    const name = nameOf('person', asked);
    const why = once(name, asked, whyNotByPerson);
    if (why === null && memory !== null && !memory.noted.has(name)) memory.unnoted.add(name);
    return why;
  };
  return {
    verify: (...asked) => byPerson(asked) === null,
    passkeyFault(...asked) {
      const why = byPerson(asked);
      return why === OF_ANOTHER_TEXT ? null : why;
    },
    verifyMachine: (...asked) => once(nameOf('machine', asked), asked, whyNotByMachine) === null,
    fingerprint,
    digest,
  };
}

function nameOf(kind: string, asked: Question): string {
  return digest([kind, ...asked].join('\u0000'));
}

/** What an earlier process of this computer has found right counts as checked. */
function memoryOf(home: string) {
  const known = memories.get(home);
  if (known !== undefined) return known;
  const noted = new Set(readChecked(home));
  for (const name of noted) checked.set(name, null);
  const memory = { noted, unnoted: new Set<string>() };
  memories.set(home, memory);
  return memory;
}

/** For the next process: what checks with this home have found right. */
export function keepChecked(home: string): void {
  const { noted, unnoted } = memoryOf(home);
  noteChecked(home, [...unnoted]);
  for (const name of unnoted) noted.add(name);
  unnoted.clear();
}

function once(name: string, asked: Question, whyNot: (...asked: Question) => string | null): string | null {
  const known = checked.get(name);
  if (known !== undefined) return known;
  const why = whyNot(...asked);
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(name, why);
  return why;
}

function whyNotByPerson(...[line, namespace, text, signature]: Question): string | null {
  const key = keyOf(line);
  const signed = { signature, namespace, message: Buffer.from(text) };
  if (key !== null && 'passkey' in key) return whyNotByPasskey({ ...signed, key: key.passkey });
  return key !== null && verifySshSig({ ...signed, key: key.ssh }) ? null : OF_ANOTHER_TEXT;
}

function whyNotByMachine(...[line, namespace, text, signature]: Question): string | null {
  const key = keyOf(line);
  return key !== null && 'ssh' in key && isByMachine(key.ssh, namespace, text, signature) ? null : OF_ANOTHER_TEXT;
}

function fingerprint(line: string): string | null {
  return keyOf(line)?.fingerprint ?? null;
}

function keyOf(line: string): Key | null {
  const known = keys.get(line);
  if (known !== undefined) return known;
  if (keys.size > 10_000) keys.clear();
  const ssh = parsePublicKey(line);
  const passkey = ssh === null ? parsePasskey(line) : null;
  const key =
    ssh !== null
      ? { ssh, fingerprint: fingerprintOf(ssh) }
      : passkey !== null
        ? { passkey, fingerprint: passkeyFingerprint(passkey) }
        : null;
  keys.set(line, key);
  return key;
}

function digest(text: string): string {
  return hash('sha256', text);
}
