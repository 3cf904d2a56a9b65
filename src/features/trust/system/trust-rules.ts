// Reads `trust` and `signers` of policy.yaml (T3): what the owner of this computer demands. What cannot be read throws, and nothing runs (O10).
import type { LocalPolicy, WrongKey } from '../../../system/policy/placement.ts';

/** Undefined = orders need no signatures here. */
export function readTrustRules(value: unknown, wrong: WrongKey): LocalPolicy['trust'] {
  if (value === undefined || value === 'open') return undefined;
  if (value === 'signed') return { signers: null };
  const isList = typeof value === 'object' && value !== null && Object.keys(value).join() === 'signers';
  const signers: unknown = isList ? (value as { readonly signers: unknown }).signers : null;
  if (Array.isArray(signers) && signers.every((it) => typeof it === 'string')) return { signers };
  throw wrong('trust', 'signed, open, or { signers: [names] }', value);
}
