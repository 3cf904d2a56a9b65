// A snapshot with another text of fleet.yaml: what an edit from here makes of it, before main shows it. A text that cannot be read changes nothing.
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { withFleetRules } from '../../core/orders/fleet-approval-rules.ts';
import { withMissingSpecs } from '../../core/orders/specs.ts';
import { parseFleet, withLastGood } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';

/** `id`: that of the text. */
export function withFleetText(snapshot: Snapshot, text: string, id: string): Snapshot {
  const { value, faults } = parseFleet(text);
  if (value === null) return snapshot;
  const files = new Map(snapshot.main.files).set(FLEET_PATH, id);
  const others = snapshot.faults.filter((fault) => fault.document !== FLEET_PATH);
  return {
    ...snapshot,
    main: { ...snapshot.main, files },
    fleet: withLastGood(value, [snapshot.fleet]),
    orders: withMissingSpecs(withFleetRules(snapshot.orders, value), snapshot.main.files),
    faults: [...others, ...faults],
  };
}
