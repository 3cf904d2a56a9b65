// Which fields of an entry were changed after somebody signed it: found in main's history, where the entry stands that this signature covers. What
// only the document of signatures said would be anybody's word.
import type { Json } from '../../../core/model/ledger/intention.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import type { Ledger } from '../../../ports.ts';
import { isSignedBy } from '../documents/belief.ts';
import { inOneForm } from '../documents/canonical.ts';
import { ordererOf } from '../documents/orderer.ts';
import { changedNames, entriesOf } from '../documents/signed-order.ts';
import type { Signing } from './signing-place.ts';

/** Versions of ORDERS.json that are looked at, the newest first. */
const VERSIONS_MAX = 100;

export interface ChangedField {
  readonly name: string;
  /** As it was signed; undefined = it was not there. */
  readonly was: Json | undefined;
  /** Whose signature it is. */
  readonly by: string;
}

/** By the id of the entry; of those that nobody signed, or whose signature covers none that is still known, there is nothing. */
export async function changedFields(
  { evidence: { entries, signatures, checks }, trust }: Signing,
  ids: readonly string[],
  ledger: Pick<Ledger, 'read' | 'versions'>,
): Promise<ReadonlyMap<string, readonly ChangedField[]>> {
  const found = new Map<string, readonly ChangedField[]>();
  const sought = new Set(ids.filter((id) => Object.hasOwn(signatures.orders, id)));
  if (sought.size === 0) return found;
  for (const version of await ledger.versions(ORDERS_PATH, VERSIONS_MAX)) {
    const blob = (await ledger.read([version])).get(version);
    const before = blob?.kind === 'text' ? entriesOf(blob.text) : new Map<string, Readonly<Record<string, Json>>>();
    for (const id of sought) {
      const [signed, entry, now] = [signatures.orders[id], before.get(id), entries.get(id)];
      const holder = signed === undefined ? null : ordererOf(trust, signed.by, checks);
      if (signed === undefined || entry === undefined || now === undefined || holder === null) continue;
      if (inOneForm(() => isSignedBy(holder, entry, signed, { trust, checks })) !== true) continue;
      const by = holder.name;
      found.set(
        id,
        changedNames(entry, now).map((name) => ({ name, was: entry[name], by })),
      );
      sought.delete(id);
    }
    if (sought.size === 0) break;
  }
  return found;
}
