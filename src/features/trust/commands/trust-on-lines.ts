// What a person sees before they say yes to a trust: their own, or one that stands on the board.
import { fingerprintWords } from '../documents/fingerprint-words.ts';
import type { Proposal } from '../operations/trust-on.ts';
import { createChecks } from '../system/checks.ts';

const checks = createChecks();

export function foundLines({
  name,
  key: { fingerprint, from },
  entries,
}: Extract<Proposal, { kind: 'found' }>): readonly string[] {
  const what =
    entries.length === 0
      ? 'no orders are listed'
      : `signs what ORDERS.json lists now: ${entries.slice(0, 20).join(', ')}${entries.length > 20 ? ` and ${entries.length - 20} more` : ''}`;
  return [
    `founds the trust of this fleet with ${name} as its root`,
    `  key   ${fingerprint} (${from})`,
    `  words ${fingerprintWords(fingerprint)}`,
    `  ${what}`,
  ];
}

export function rootLines({ trust: { people, version }, signers }: Extract<Proposal, { kind: 'accept' }>): readonly string[] {
  const unsaid = (key: string) => (signers.has(key) ? '' : '  has signed nothing of it');
  const roots = Object.entries(people).filter(([, { roles }]) => roles.includes('root'));
  const keys = roots.flatMap(([name, it]) => it.keys.map((key) => [name, checks.fingerprint(key) ?? ''] as const));
  return [
    `the trust of this fleet, version ${version}, is rooted in`,
    ...keys.flatMap(([name, key]) => [`  ${name}  ${key}${unsaid(key)}`, `    words ${fingerprintWords(key)}`]),
  ];
}
