// Reads from main what a machine judges orders by (T6): the entries, their signatures, and the texts of the specs they name.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import type { Ledger } from '../../../ports.ts';
import type { Evidence } from '../documents/belief.ts';
import { NO_SIGNATURES, parseSignatures, SIGNATURES_PATH, type Signatures } from '../documents/signatures-document.ts';
import { entriesOf, specsOf } from '../documents/signed-order.ts';
import type { TrustBody } from '../documents/trust-document.ts';

type Read = Pick<Ledger, 'read'>;

interface Sources {
  readonly snapshot: Pick<Snapshot, 'main' | 'orders'>;
  readonly ledger: Read;
  readonly signers: readonly string[] | null;
  readonly machine?: number;
  readonly newest: Evidence['newest'];
  readonly nowMs: number;
  readonly checks: Evidence['checks'];
  /** Of the fetch before: what is the same by its id is not read again. */
  readonly last: Evidence | null;
}

export async function evidenceOf(
  trust: TrustBody,
  { snapshot, ledger, signers, machine, newest, nowMs, checks, last }: Sources,
): Promise<Evidence> {
  const { main, orders } = snapshot;
  const [ordersId, signaturesId] = [ORDERS_PATH, SIGNATURES_PATH].map((path) => main.files.get(path));
  const hasEntries = last !== null && last.ordersId === ordersId;
  const entries = hasEntries ? last.entries : entriesOf((await documentText(ledger, main.files, ORDERS_PATH)) ?? '');
  const hasSignatures = last !== null && last.signaturesId === signaturesId;
  const signatures = hasSignatures ? last.signatures : await signaturesOn(main, ledger);
  const specs = await textsOf(specsOf(orders.orders), main, ledger);
  const ids = { ...(ordersId === undefined ? {} : { ordersId }), ...(signaturesId === undefined ? {} : { signaturesId }) };
  const here = machine === undefined ? {} : { machine };
  return { trust, signers, ...here, entries, ...ids, signatures, specs, newest, nowMs, checks };
}

async function signaturesOn(main: Snapshot['main'], ledger: Read): Promise<Signatures> {
  const text = await documentText(ledger, main.files, SIGNATURES_PATH);
  return text === null ? NO_SIGNATURES : parseSignatures(text).value;
}

async function textsOf(paths: readonly string[], main: Snapshot['main'], ledger: Read): Promise<ReadonlyMap<string, string>> {
  const wanted = paths.flatMap((path) => {
    const id = main.files.get(path);
    return id === undefined ? [] : [[path, id] as const];
  });
  if (wanted.length === 0) return new Map();
  const read = await ledger.read(wanted.map(([, id]) => id));
  return new Map(
    wanted.flatMap(([path, id]) => {
      const blob = read.get(id);
      return blob?.kind === 'text' ? [[path, blob.text] as const] : [];
    }),
  );
}
