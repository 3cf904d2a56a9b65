// Reads an entry that takes a template (O20): by its name in `use`, or by its type where it says no work. Which template that is, and so which orders it is,
// fleet.yaml says: expand.ts.
import type { OrdersDocument } from '../../core/model/orders/order.ts';
import type { UnknownField } from '../../core/model/orders/unknown-field.ts';
import type { Fault, FaultyOrder } from '../../core/model/status/fault.ts';
import { type JsonNode, type JsonObject, memberOf, toValue } from '../json/json-node.ts';
import { foundValue, issueFaults, misplaced, ordersFault, type PositionAt, unknownFieldFaults } from '../orders/order-faults.ts';
import { WORK_FIELDS } from '../orders/order-fields.ts';
import { NOT_BESIDE_USE, NOT_WITHIN_SAID, type UseEntry, useSchema } from '../orders/order-schema.ts';
import { idOf, idValue, saidNodes } from '../orders/step-nodes.ts';
import type { Position } from '../text/text-position.ts';

export interface WrittenUse {
  readonly id: string;
  /** So many orders are listed before it. */
  readonly at: number;
  readonly entry: UseEntry;
  readonly unknown: readonly UnknownField[];
  readonly order: FaultyOrder;
  readonly places: {
    readonly whole: Position;
    readonly use: Position;
    readonly said: readonly Position[];
    readonly with: Readonly<Record<string, Position>>;
  };
}

/** ORDERS.json as it is written: what takes a template is no order yet. */
export interface WrittenOrders extends OrdersDocument {
  /** Absent = none. */
  readonly uses?: readonly WrittenUse[];
}

export function takesTemplate(entry: JsonNode): boolean {
  if (memberOf(entry, 'use') !== undefined) return true;
  const saysWork = [...WORK_FIELDS, 'steps'].some((name) => memberOf(entry, name) !== undefined);
  const type = memberOf(entry, 'type')?.value;
  return !saysWork && type?.kind === 'scalar' && typeof type.value === 'string';
}

export type ReadUse = Pick<WrittenUse, 'entry' | 'places' | 'unknown'>;

/** Null = it cannot be obeyed, because of the faults. */
export function readUse(
  entry: JsonNode,
  positionAt: PositionAt,
): { readonly use: ReadUse | null; readonly faults: readonly Fault[] } {
  const beside = memberOf(entry, 'use') === undefined ? 'without a command' : 'beside "use"';
  const faults = misplaced(entry, [...NOT_BESIDE_USE, 'steps'], beside, positionAt);
  const said = saidNodes(entry);
  for (const node of said) faults.push(...misplaced(node, NOT_WITHIN_SAID, 'in what is said of a step', positionAt));
  const checked = useSchema.safeParse(toValue(entry));
  if (!checked.success) faults.push(...issueFaults(entry, checked.error.issues, positionAt));
  const twice = said.filter((node, at) => said.findIndex((it) => idValue(it) === idValue(node)) !== at);
  for (const node of twice) faults.push(ordersFault(positionAt(node.offset), 'each step once in "said"', foundValue(node)));
  if (!checked.success || faults.length > 0) return { use: null, faults };
  const unknown = said.flatMap((node) => unknownFieldFaults(node, 'order', positionAt));
  const values = memberOf(entry, 'with')?.value;
  const members = values?.kind === 'object' ? values.members : [];
  const places = {
    whole: positionAt(entry.offset),
    use: positionAt((memberOf(entry, 'use') ?? memberOf(entry, 'type'))?.value.offset ?? entry.offset),
    said: said.map((node) => positionAt(node.offset)),
    with: Object.fromEntries(members.map(({ key, keyOffset }) => [key, positionAt(keyOffset)])),
  };
  const fields = unknown.flatMap((fault) => fault.unknown ?? []);
  return { use: { entry: checked.data, places, unknown: fields }, faults: unknown };
}

export interface Used {
  readonly entry: JsonObject;
  readonly step: string;
}

/** The entry that takes a template which makes a step of this id; that of the longest id, as ids may have dots. */
export function usedBy(items: readonly JsonNode[], id: string): Used | null {
  const found = items.flatMap((item) => {
    const of = idOf(item);
    const isMeant = item.kind === 'object' && typeof of === 'string' && id.startsWith(`${of}.`) && takesTemplate(item);
    return isMeant ? [{ entry: item, step: id.slice(of.length + 1) }] : [];
  });
  const [first] = found.sort((a, b) => a.step.length - b.step.length);
  return first ?? null;
}
