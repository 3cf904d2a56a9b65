// The trust of a fleet as its board shows it, to a machine that has accepted none (T2.3): what a person may accept, and whose word it is. That
// somebody stands in it proves nothing, because whoever makes a false one can put anybody's key there: their signature does.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import { CoordError } from '../../../errors.ts';
import type { Ledger } from '../../../ports.ts';
import { fingerprintWords } from '../documents/fingerprint-words.ts';
import { parseTrust, signersOf, type TrustBody, trustPath, whoHas, whyNotNext } from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';

export interface BoardTrust {
  readonly trust: TrustBody;
  /** Fingerprints of the root keys that have signed a version of it: all that came before that one, and the people who could go on from it. */
  readonly signers: ReadonlySet<string>;
}

const checks = createChecks();

/** The newest version on the board that leads on from the first one there; null = there is none. Throws FAILED where the first is no good. */
export async function trustOn({ main }: Pick<Snapshot, 'main'>, ledger: Pick<Ledger, 'read'>): Promise<BoardTrust | null> {
  let trust: TrustBody | null = null;
  const signers = new Set<string>();
  for (;;) {
    const path = trustPath((trust?.version ?? 0) + 1);
    const text = await documentText(ledger, main.files, path);
    const next = text === null ? null : parseTrust(text);
    const why = next === null ? 'it cannot be read' : whyNotNext(trust, next, checks);
    if (next === null || why !== null) {
      if (text !== null && trust === null)
        throw new CoordError('FAILED', `coordination/${path} is not to be trusted: ${why}`, 'git log -- coordination/trust');
      return trust === null ? null : { trust, signers };
    }
    for (const { fingerprint } of signersOf(trust ?? next.body, next, checks)) signers.add(fingerprint);
    trust = next.body;
  }
}

/** Throws REFUSED unless this is a root key now, and has signed some of it. */
export function mustBeOf({ trust, signers }: BoardTrust, fingerprint: string): void {
  if (whoHas(trust, fingerprint, 'root', checks) !== null && signers.has(fingerprint)) return;
  throw new CoordError(
    'REFUSED',
    `${fingerprint} is no root key that signed the trust of this fleet: nothing was accepted`,
    'coord trust on',
  );
}

/** What a person compares. */
export function rootLines({ trust: { people, version }, signers }: BoardTrust): readonly string[] {
  const roots = Object.entries(people).filter(([, { roles }]) => roles.includes('root'));
  const keys = roots.flatMap(([name, it]) => it.keys.map((key) => [name, checks.fingerprint(key) ?? ''] as const));
  return [
    `the trust of this fleet, version ${version}, is rooted in`,
    ...keys.flatMap(([name, key]) => [
      `  ${name}  ${key}${signers.has(key) ? '' : ' · has signed none of it'}`,
      `    words ${fingerprintWords(key)}`,
    ]),
  ];
}
