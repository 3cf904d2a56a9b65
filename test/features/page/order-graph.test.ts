// The picture of what waits for what: who stands in it, and where.
import { expect, test } from 'vitest';
import { graphOf, NODE, waitingOf } from '../../../src/features/page/rules/order-graph.ts';
import type { StatusOrder } from '../../../src/features/page/rules/snapshot.ts';

const named = (all: Record<string, readonly string[]>) =>
  Object.entries(all).map(([id, after]) => [id, { state: 'QUEUED', assign: 'any', after } as StatusOrder] as const);

/** From the left, by their layers; those of a layer from the top. */
function layers(all: Record<string, readonly string[]>): readonly (readonly string[])[] {
  const { nodes } = graphOf(waitingOf(named(all)));
  const columns = [...new Set(nodes.map(({ x }) => x))].toSorted((a, b) => a - b);
  return columns.map((column) =>
    nodes
      .filter(({ x }) => x === column)
      .toSorted((a, b) => a.y - b.y)
      .map(({ id }) => id),
  );
}

test('each order stands right of all that come before it; who waits for nobody is left out', () => {
  expect(layers({ out: ['b', 'a'], alone: [], a: ['build'], b: ['build'], build: [], late: ['build', 'out'] })).toEqual([
    ['build'],
    ['a', 'b'],
    ['out'],
    ['late'],
  ]);
  expect(layers({ x2: ['x'], y2: ['y'], x: [], y: [], z: ['y'] })).toEqual([
    ['x', 'y'],
    ['x2', 'y2', 'z'],
  ]);
  // What is not in the list, such as an order that the filter leaves out, has no place.
  expect(waitingOf(named({ a: ['gone', 'a'], b: [] }))).toEqual([]);
});

test('a circle is drawn, and a long chain costs no depth of calls', () => {
  expect(
    layers({ a: ['c'], b: ['a'], c: ['b'] })
      .flat()
      .toSorted(),
  ).toEqual(['a', 'b', 'c']);
  const chain = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [`o${20_000 - at}`, at === 19_999 ? [] : [`o${19_999 - at}`]]),
  );
  expect(graphOf(waitingOf(named(chain))).width).toBeGreaterThan(20_000 * NODE.width);
});

test('no two boxes touch, and all lines lead from the left to the right', () => {
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`o${at}`, at < 8 ? [] : [`o${at % 8}`, `o${at - 8}`]]));
  const { nodes, edges, width, height } = graphOf(waitingOf(named(wide)));
  expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(40);
  for (const { x, y } of nodes) {
    expect(x + NODE.width / 2).toBeLessThanOrEqual(width);
    expect(y + NODE.height / 2).toBeLessThanOrEqual(height);
  }
  expect(edges.length).toBeGreaterThan(40);
  expect(edges.every(({ from, to }) => from.x < to.x)).toBe(true);
});
