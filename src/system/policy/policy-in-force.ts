// O10: what holds on this computer where its policy cannot be read, or has a slip: nothing is allowed. What only protects its owner goes on as far as it
// can be told: their secrets are hidden in what is reported, and signatures are demanded.
import { CoordError } from '../../errors.ts';
import { readPolicyParts, wordsUnsaid } from '../../features/system.ts';
import type { LocalPolicy } from './placement.ts';
import { policyEntry, readPolicy, secretFiles } from './policy-file.ts';

const NOTHING_ALLOWED: LocalPolicy = { allow: [], folders: [], env: [], slots: 1, timeoutMsMax: 0, secrets: [], wake: false };

/** `problem`: why nothing is allowed; null = it is as its owner wrote it. */
export function policyInForce(
  home: string,
  fleetRoot: string,
): { readonly policy: LocalPolicy; readonly problem: string | null } {
  try {
    return { policy: readPolicy(home, fleetRoot), problem: null };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return { policy: { ...NOTHING_ALLOWED, ...whatProtects(home, fleetRoot) }, problem: error.message };
  }
}

function whatProtects(home: string, fleetRoot: string): Partial<LocalPolicy> {
  const entry = { ...wordsUnsaid(home, fleetRoot), ...orElse(() => policyEntry(home, fleetRoot), null) };
  const secrets = orElse(() => secretFiles(home, entry), []);
  // A word that says nothing is not taken for "open".
  const trust = orElse(() => readPolicyParts({ trust: entry.trust }, wrongWord).trust, { signers: null });
  return { secrets, ...(trust === undefined ? {} : { trust }) };
}

const wrongWord = (key: string) => new CoordError('REFUSED', key);

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CoordError) return otherwise;
    throw error;
  }
}
