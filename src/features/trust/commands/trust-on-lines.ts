// What a person sees before they say yes to a trust of their own.
import { firstFew } from '../../../core/base/counted.ts';
import { fingerprintWords } from '../documents/fingerprint-words.ts';
import type { Proposal } from '../operations/trust-on.ts';

export function foundLines({
  name,
  key: { fingerprint, from },
  entries,
}: Extract<Proposal, { kind: 'found' }>): readonly string[] {
  const what = entries.length === 0 ? 'no orders are listed' : `signs what ORDERS.json lists now: ${firstFew(entries, 20)}`;
  return [
    `founds the trust of this fleet with ${name} as its root`,
    `  key   ${fingerprint} (${from})`,
    `  words ${fingerprintWords(fingerprint)}`,
    `  ${what}`,
  ];
}
