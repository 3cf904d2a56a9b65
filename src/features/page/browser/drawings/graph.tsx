// What waits for what: as a picture, and as a table with the same.

import { cutText } from '../../../../core/base/cut-text.ts';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { GRAPHED_MAX, type GraphNode, graphOf, NODE, type Waiting, waitingOf } from '../../rules/order-graph.ts';
import type { StatusOrder } from '../../rules/snapshot.ts';
import { Empty, Said, Table } from '../parts/parts.tsx';
import { lookOf, StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';

export function Graph({ orders }: { readonly orders: readonly (readonly [id: string, order: StatusOrder])[] }) {
  const waiting = waitingOf(orders);
  if (waiting.length === 0) return <Empty>None of these orders waits for another one.</Empty>;
  const isDrawn = waiting.length <= GRAPHED_MAX;
  return (
    <div class="cards waits">
      {isDrawn ? (
        <Drawing waiting={waiting} />
      ) : (
        <p class="quietly">{waiting.length} orders are too many for a picture: narrow them by the filter.</p>
      )}
      <details open={!isDrawn}>
        <summary>The same as a table</summary>
        <List waiting={waiting.slice(0, GRAPHED_MAX)} />
      </details>
    </div>
  );
}

function Drawing({ waiting }: { readonly waiting: readonly Waiting[] }) {
  const { width, height, nodes, edges } = graphOf(waiting);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it.
    <section class="panel wide" aria-label="What waits for what" tabIndex={0}>
      <svg class="picture kept" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        {edges.map(({ key, from, to }) => {
          const middle = (from.x + to.x) / 2;
          return <path key={key} class="wire" d={`M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`} />;
        })}
        {nodes.map((node) => (
          <Node key={node.id} node={node} />
        ))}
      </svg>
    </section>
  );
}

function Node({ node: { id, state, x, y } }: { readonly node: GraphNode }) {
  const { word, path, tone } = lookOf(state);
  const [left, top] = [x - NODE.width / 2, y - NODE.height / 2];
  return (
    <g class="box">
      <rect x={left} y={top} width={NODE.width} height={NODE.height} rx="8" />
      <text x={left + 12} y={y - 3}>
        {cutText(visibleText(id), 22)}
      </text>
      <g class={`state ${tone}`}>
        <path transform={`translate(${left + 10} ${y + 2})`} d={path} />
        <text x={left + 32} y={y + 14}>
          {word}
        </text>
      </g>
    </g>
  );
}

function List({ waiting }: { readonly waiting: readonly Waiting[] }) {
  const states = new Map(waiting.map(({ id, state }) => [id, state]));
  const link = (id: string) => (
    <a href={addressOf('orders', id)}>
      <Said text={id} />
    </a>
  );
  return (
    <Table heads={['State', 'Order', 'Waits for']}>
      {waiting.map(({ id, state, after }) => (
        <tr key={id}>
          <td>
            <StateMark state={state} />
          </td>
          <td>{link(id)}</td>
          <td class="long others" data-head="waits for">
            {after.length === 0 && <span class="quietly">nothing</span>}
            {after.map((one) => (
              <span key={one}>
                {link(one)} <StateMark state={states.get(one) ?? 'QUEUED'} />
              </span>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}
