// What a person sees before they say yes to a trust of their own.
import { firstFew } from '../../../core/base/counted.ts';
import { fingerprintWords } from '../documents/fingerprint-words.ts';
import type { Proposal } from '../operations/found-trust.ts';

export function foundLines({ name, key: { fingerprint, from }, shown }: Extract<Proposal, { kind: 'found' }>): readonly string[] {
  const ids = shown.flatMap(({ id, fault }) => (fault === null ? [id] : []));
  const what = ids.length === 0 ? 'no orders are listed' : `signs what ORDERS.json lists now, as shown: ${firstFew(ids, 20)}`;
  return [
    `founds the trust of this fleet with ${name} as its root`,
    `  key   ${fingerprint} (${from})`,
    `  words ${fingerprintWords(fingerprint)}`,
    `  ${what}`,
  ];
}
