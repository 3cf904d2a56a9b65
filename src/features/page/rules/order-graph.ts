// The picture of what waits for what: layers from left to right, each order right of all that come before it. Pure, and the same for the same orders.
import type { Point } from './network.ts';
import type { StatusOrder } from './snapshot.ts';

type Named = readonly [id: string, order: StatusOrder];

export interface Waiting {
  readonly id: string;
  readonly state: StatusOrder['state'];
  /** Those of the list that come before it. */
  readonly after: readonly string[];
}

export interface GraphNode extends Waiting, Point {}

export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly key: string; readonly from: Point; readonly to: Point }[];
}

export const NODE = { width: 190, height: 44 } as const;
/** Of more, the list alone is shown. */
export const GRAPHED_MAX = 150;
const [STEP_X, STEP_Y] = [NODE.width + 70, NODE.height + 14];

/** Those of the orders that wait for another of them, or that another one waits for. */
export function waitingOf(orders: readonly Named[]): readonly Waiting[] {
  const listed = new Map(orders);
  const all = orders.map(([id, { state, after = [] }]): Waiting => {
    return { id, state, after: [...new Set(after)].filter((one) => one !== id && listed.has(one)) };
  });
  const awaited = new Set(all.flatMap(({ after }) => after));
  return all.filter(({ id, after }) => after.length > 0 || awaited.has(id));
}

export function graphOf(waiting: readonly Waiting[]): Graph {
  const layers = layersOf(waiting);
  const heights = layers.map(({ length }) => length);
  const places = new Map<string, GraphNode>();
  for (const [at, layer] of layers.entries()) {
    const rowOf = (id: string) => places.get(id)?.y ?? 0;
    // Beside what it waits for: fewer lines cross.
    const middle = ({ after }: Waiting) => after.reduce((sum, id) => sum + rowOf(id), 0) / Math.max(1, after.length);
    const sorted = layer.toSorted((a, b) => middle(a) - middle(b) || (a.id < b.id ? -1 : 1));
    for (const [row, one] of sorted.entries())
      places.set(one.id, { ...one, x: at * STEP_X + NODE.width / 2 + 1, y: row * STEP_Y + NODE.height / 2 + 1 });
  }
  const edges = [...places.values()].flatMap(({ id, after, x, y }) =>
    after.flatMap((before) => {
      const from = places.get(before);
      if (from === undefined) return [];
      return [{ key: `${before} ${id}`, from: { x: from.x + NODE.width / 2, y: from.y }, to: { x: x - NODE.width / 2, y } }];
    }),
  );
  return {
    width: Math.max(0, layers.length * STEP_X - 68),
    height: Math.max(0, ...heights) * STEP_Y - 12,
    nodes: [...places.values()],
    edges,
  };
}

/** Of orders that wait for each other in a circle, which is a fault, one stands as if it did not. */
function layersOf(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const byId = new Map(waiting.map((one) => [one.id, one]));
  const depths = new Map<string, number>();
  // With a list of its own: a chain may be longer than calls can be deep.
  for (const { id } of waiting) {
    const path = [id];
    const open = new Set(path);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const before: readonly string[] = byId.get(at)?.after ?? [];
      const next = before.find((one) => !depths.has(one) && !open.has(one));
      if (next !== undefined) {
        path.push(next);
        open.add(next);
        continue;
      }
      depths.set(at, Math.max(-1, ...before.map((one) => depths.get(one) ?? -1)) + 1);
      open.delete(at);
      path.pop();
    }
  }
  const layers: Waiting[][] = [];
  for (const one of waiting) {
    const depth = depths.get(one.id) ?? 0;
    while (layers.length <= depth) layers.push([]);
    layers[depth]?.push(one);
  }
  return layers;
}
