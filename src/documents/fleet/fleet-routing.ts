// Reads `routing` of fleet.yaml: who does orders of a type that name no `assign`, as in `{ bug: 1, interface: [1, 2], training: { tags:
// [gpu] } }`. A route that cannot be read is a fault at its place, and its orders wait, because a slip must not send work elsewhere.

import { cutText } from '../../core/base/cut-text.ts';
import type { Routing } from '../../core/model/ledger/fleet.ts';
import type { Assign } from '../../core/model/orders/order.ts';
import type { UnknownField } from '../../core/model/orders/unknown-field.ts';
import { type Fault, faultText } from '../../core/model/status/fault.ts';
import { typeKey } from '../../core/orders/routing.ts';
import { isRecord } from '../json/is-record.ts';
import { unknownField } from '../json/unknown-field.ts';
import { assign, assignOf } from '../orders/assign-field.ts';
import { values } from '../orders/order-values.ts';
import { tooLong, wantedBy } from '../orders/too-long.ts';
import { FLEET_PATH } from '../paths.ts';
import { visibleText } from '../text/escape-text.ts';
import type { Position } from '../text/text-position.ts';

const DESCRIBES: ReadonlySet<string> = new Set(Object.keys(assign.within ?? {}));

export interface ParsedRouting {
  readonly routing: Routing;
  readonly faults: readonly Fault[];
}

/** `positionOf`: where the route of a type stands; of null, all of them. */
export function parseRouting(value: unknown, positionOf: (type: string | null) => Position | null): ParsedRouting {
  if (value === null || value === undefined) return { routing: { byType: {}, otherwise: null }, faults: [] };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const fault = faultAt(positionOf(null), '"routing" to be a route for each type: { bug: 1, build: [2, any] }', value);
    return { routing: { byType: {}, otherwise: nowhere(fault) }, faults: [fault] };
  }
  const byType: Record<string, Assign> = Object.create(null);
  const faults: Fault[] = [];
  const schema = assign.schema(values, values.z.unknown());
  for (const [type, route] of Object.entries(value as Record<string, unknown>)) {
    if (typeKey(type) in byType) {
      const fault = faultAt(positionOf(type), 'each type once, whatever its case', type);
      faults.push(fault);
      byType[typeKey(type)] = nowhere(fault);
      continue;
    }
    const checked = schema.safeParse(route === null ? 0 : route);
    const slip = slipIn(route);
    const meant = checked.success && slip === null ? assignOf(checked.data) : null;
    if (meant !== null) byType[typeKey(type)] = meant;
    else {
      const [issue] = checked.error?.issues ?? [];
      const long = issue?.path.length === 0 ? tooLong(issue, route) : null;
      const expected = `the route of "${visibleText(type)}" to be ${long?.limit ?? wantedBy(issue) ?? assign.expected}`;
      const fault = {
        ...faultAt(positionOf(type), expected, long?.length ?? route),
        ...(slip === null ? {} : { unknown: slip }),
      };
      faults.push(fault);
      byType[typeKey(type)] = nowhere(fault);
    }
  }
  return { routing: { byType, otherwise: null }, faults };
}

/** A name that no order has there either: what it was to say would be left out. */
function slipIn(route: unknown): UnknownField | null {
  if (!isRecord(route)) return null;
  return Object.keys(route).flatMap((name) => unknownField(name, DESCRIBES) ?? [])[0] ?? null;
}

function nowhere(fault: Fault): Assign {
  return { kind: 'nowhere', reason: faultText(fault) };
}

/** A fault of fleet.yaml. */
export function faultAt(at: Position | null, expected: string, value: unknown): Fault {
  const found = cutText(visibleText(JSON.stringify(value) ?? 'nothing'), 60);
  return { document: FLEET_PATH, line: at?.line ?? null, column: at?.column ?? null, level: 'fault', expected, found };
}
