// Draws the fleet: machines, their orders, and dashed lines for `after`. All of it also stands in words on the page. Labels are reduced to
// letters, digits and plain punctuation, so no text can change the diagram.
import { hash } from '../../core/base/hash.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import { mermaidLabel } from '../text/escape-text.ts';
import { markedState } from '../text/state-mark.ts';
import type { ShownOrder } from './readme-orders.ts';

/** More boxes than this nobody can read on a phone. */
const NODES_MAX = 30;
/** Short: each box is named up to four times. */
const BOX_NAMES = 36 ** 4;

export function fleetGraph(status: StatusDocument, shown: readonly ShownOrder[]): string[] {
  const machines = Object.entries(status.machines).filter(([, machine]) => machine.state !== 'LEFT');
  if (machines.length === 0) return [];
  const boxes: string[] = [];
  const drawn = new Map<string, string>();
  for (const [number, machine] of machines.slice(0, NODES_MAX)) {
    drawn.set(number, `m${drawn.size + 1}`);
    boxes.push(`  ${drawn.get(number)}["${mermaidLabel(numberedName(number, machine.name))}<br>${markedState(machine.state)}"]`);
  }
  const arrows: string[] = [];
  let left = Math.max(0, machines.length - NODES_MAX);
  const linked = new Set(shown.flatMap(([id, { after = [] }]) => (after.length === 0 ? [] : [id, ...after])));
  const orders = new Map<string, string>();
  for (const [id, order] of shown) {
    const where = (order.machines === undefined ? [String(order.machine ?? '')] : Object.keys(order.machines)).filter((it) =>
      drawn.has(it),
    );
    if (where.length === 0 && !linked.has(id)) continue;
    if (boxes.length >= NODES_MAX) {
      left += 1;
      continue;
    }
    const box = boxOf(id, new Set(orders.values()));
    orders.set(id, box);
    boxes.push(`  ${box}(["${mermaidLabel(id)}<br>${markedState(order.state)}"])`);
    for (const machine of where) arrows.push(`  ${drawn.get(machine)} --> ${box}`);
  }
  for (const [id, { after = [] }] of shown) {
    for (const first of new Set(after))
      if (orders.has(first) && orders.has(id)) arrows.push(`  ${orders.get(first)} -.-> ${orders.get(id)}`);
  }
  const note = left === 0 ? '' : `\n\n${left} more ${left === 1 ? 'is' : 'are'} not drawn.`;
  return [`\`\`\`mermaid\ngraph LR\n${[...boxes, ...arrows].join('\n')}\n\`\`\`${note}`];
}

/** A name of an order's box that stays the same whatever is drawn beside it, so that the next board differs in the lines of one order alone. */
function boxOf(id: string, taken: ReadonlySet<string>): string {
  const name = `o${(hash(id) % BOX_NAMES).toString(36)}`;
  return taken.has(name) ? boxOf(`${id} `, taken) : name;
}
