// O10: what holds on this computer where its policy cannot be read, or has a slip: nothing is allowed. What only protects its owner goes on as far as it
// can be told: their secrets are hidden in what is reported, and signatures are demanded.
import { CoordError } from '../../errors.ts';
import { readPolicyParts, wordsUnsaid } from '../../features/system.ts';
import type { LocalPolicy } from './placement.ts';
import { policyEntry, readPolicy, secretFiles } from './policy-file.ts';

const NOTHING_ALLOWED: LocalPolicy = { allow: [], folders: [], env: [], slots: 1, timeoutMsMax: 0, secrets: [], wake: false };

export interface PolicyInForce {
  readonly policy: LocalPolicy;
  /** Why nothing is allowed; null = it is as its owner wrote it. */
  readonly problem: string | null;
  /** Files whose values are hidden; null = that cannot be told: what the policy said is gone, or cannot be read. */
  readonly secretFiles: readonly string[] | null;
}

export function policyInForce(home: string, fleetRoot: string): PolicyInForce {
  try {
    const policy = readPolicy(home, fleetRoot);
    return { policy, problem: null, secretFiles: policy.fleets?.includes(fleetRoot) ? policy.secrets : null };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return { ...whatProtects(home, fleetRoot), problem: error.message };
  }
}

function whatProtects(home: string, fleetRoot: string): Omit<PolicyInForce, 'problem'> {
  const said = orElse(() => policyEntry(home, fleetRoot), null);
  const { trust: word } = { ...wordsUnsaid(home, fleetRoot), ...said };
  // A word that says nothing is not taken for "open".
  const trust = orElse(() => readPolicyParts({ trust: word }, wrongWord).trust, { signers: null });
  const policy = { ...NOTHING_ALLOWED, ...(trust === undefined ? {} : { trust }) };
  return { policy, secretFiles: orElse(() => (said?.secrets == null ? null : secretFiles(home, said)), null) };
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
