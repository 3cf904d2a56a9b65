// What is listed for a person before they sign (T6.5).
import type { Ledger } from '../../../ports.ts';
import { type ChangedField, changedFields } from './changed-fields.ts';
import type { CheckedOrder } from './check-signatures.ts';
import { shownText } from './shown-text.ts';
import { unsignable } from './signature-edits.ts';
import type { Signing } from './signing-place.ts';

export interface ToBeSigned extends Pick<CheckedOrder, 'id' | 'why' | 'unsignedWords'> {
  readonly changed: readonly ChangedField[];
  readonly text: string;
  /** Why nobody can sign it; null = it can be signed. */
  readonly fault: string | null;
}

export async function toBeSigned(
  signing: Signing,
  ledger: Ledger,
  orders: readonly CheckedOrder[],
): Promise<readonly ToBeSigned[]> {
  const waiting = orders.flatMap(({ id, why }) => (why === null ? [] : [id]));
  const changed = await changedFields(signing, waiting, ledger);
  return orders.map(({ id, why, unsignedWords }) => {
    const fault = unsignable(id, signing);
    return { id, why, unsignedWords, changed: changed.get(id) ?? [], text: shownText(signing, id), fault };
  });
}

/** By their ids. */
export function textsOf(shown: readonly ToBeSigned[]): ReadonlyMap<string, string> {
  return new Map(shown.map(({ id, text }) => [id, text]));
}
