// Judges orders, and looks at what this machine has believed of those that somebody changed since (T6.3), so that it can say what was changed. It asks
// the clone for versions of ORDERS.json whose ids it has noted, a few at a time, and the history for nothing. A digest of each field beside each
// signature would tell it to machines too that never saw the entry; it would take 200 bytes an order, two fifths of what that document may have.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { Ledger } from '../../../ports.ts';
import { believedOrders, type Evidence, type JudgedOrders } from '../documents/belief.ts';
import { entriesOf } from '../documents/signed-order.ts';

type Entry = Readonly<Record<string, Json>>;

/** Versions that one look reads. */
const READ_MAX = 4;
const KNOWN_MAX = 1_000;

/** By the version and the id: entries that were looked for; null = it is not there. */
const known = new Map<string, Entry | null>();

export async function judgedOrders(
  view: Parameters<typeof believedOrders>[0],
  evidence: Evidence,
  ledger: Pick<Ledger, 'read'>,
): Promise<JudgedOrders> {
  const judged = believedOrders(view, evidence);
  if (judged.changed.length === 0) return judged;
  const before = await entriesBefore(judged.changed, evidence, ledger);
  return before.size === 0 ? judged : believedOrders(view, { ...evidence, before });
}

async function entriesBefore(
  ids: readonly string[],
  { newest }: Evidence,
  ledger: Pick<Ledger, 'read'>,
): Promise<ReadonlyMap<string, Entry>> {
  const noted = ids.flatMap((id) => {
    const version = Object.hasOwn(newest, id) ? newest[id]?.in : undefined;
    return version === undefined ? [] : [{ id, version, name: `${version} ${id}` }];
  });
  const unread = noted.filter(({ name }) => !known.has(name));
  const versions = new Set([...new Set(unread.map(({ version }) => version))].slice(0, READ_MAX));
  for (const [version, blob] of versions.size === 0 ? [] : await ledger.read(versions)) {
    const entries = blob.kind === 'text' ? entriesOf(blob.text) : new Map<string, Entry>();
    if (known.size > KNOWN_MAX) known.clear();
    for (const it of unread) if (it.version === version) known.set(it.name, entries.get(it.id) ?? null);
  }
  return new Map(
    noted
      .flatMap(({ id, name }) => [[id, known.get(name) ?? null] as const])
      .filter((it): it is [string, Entry] => it[1] !== null),
  );
}
