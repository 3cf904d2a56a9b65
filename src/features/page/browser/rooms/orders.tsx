// Every order, narrowed by words.
import { useState } from 'preact/hooks';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { filterOrders } from '../../rules/filter-words.ts';
import type { Snapshot, StatusOrder } from '../../rules/snapshot.ts';
import { lazy } from '../lazy.tsx';
import { OrderForm } from '../order-form.tsx';
import { Ago, Empty, Said, Table } from '../parts.tsx';
import { addressOf, replaceAddress, route } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { StateMark } from '../states.tsx';
import { snapshot } from '../store.ts';
import { choose, chosen, Several } from './several.tsx';

const Graph = lazy(() => import('../graph.tsx').then((it) => it.Graph));

/** Of a longer list a page is shown, and then the next. */
const PAGE = 100;

/** What goes on stands above what is over. */
const RANKS: Readonly<Record<StatusOrder['state'], number>> = {
  ...{ BLOCKED: 0, IN_PROGRESS: 1, ASSIGNED: 2, QUEUED: 3 },
  ...{ FAILED: 4, COMPLETED: 5, CANCELLED: 6 },
};

export function Orders() {
  const shown = snapshot.value;
  const [count, setCount] = useState(PAGE);
  const [isGraph, setGraph] = useState(false);
  if (shown === null) return null;
  const { words } = route.value;
  const all = Object.entries(shown.orders);
  const found = filterOrders(all, words, shown.machines).toSorted(compare);
  return (
    <>
      <h1>Orders</h1>
      {!isReadOnly.value && <OrderForm />}
      <label class="filter">
        <span>
          Filter <span class="quietly">state:failed on:pc is:schedule, or words; -word leaves out</span>
        </span>
        <input
          type="search"
          value={words}
          onInput={({ currentTarget }) => replaceAddress(addressOf('orders', '', currentTarget.value))}
        />
      </label>
      <p class="row tools">
        <button type="button" aria-expanded={isGraph} onClick={() => setGraph(!isGraph)}>
          What waits for what
        </button>
        {!isReadOnly.value && (
          <button
            type="button"
            aria-expanded={chosen.value !== null}
            onClick={() => (chosen.value = chosen.value === null ? new Set() : null)}
          >
            Choose several
          </button>
        )}
      </p>
      <Several shown={found.slice(0, count).map(([id]) => id)} />
      {isGraph && <Graph orders={found} />}
      <p class="sum" role="status">
        {found.length === all.length ? `${all.length} orders` : `${found.length} of ${all.length} orders`}
      </p>
      {found.length === 0 ? (
        <Empty>{all.length === 0 ? 'No order is listed.' : 'No order is like that.'}</Empty>
      ) : (
        <List orders={found.slice(0, count)} shown={shown} />
      )}
      {found.length > count && (
        <button type="button" onClick={() => setCount(count + PAGE)}>
          Show {Math.min(PAGE, found.length - count)} more
        </button>
      )}
    </>
  );
}

type Named = readonly [id: string, order: StatusOrder];

/** The newest first, within what goes on and what is over. */
function compare([one, a]: Named, [other, b]: Named): number {
  const [since, until] = [a.finishedAt ?? a.startedAt ?? '', b.finishedAt ?? b.startedAt ?? ''];
  return RANKS[a.state] - RANKS[b.state] || (since < until ? 1 : since > until ? -1 : one < other ? -1 : 1);
}

function List({ orders, shown }: { readonly orders: readonly Named[]; readonly shown: Snapshot }) {
  return (
    <Table heads={['State', 'Order', 'For', 'On', 'When']} kind="orders">
      {orders.map(([id, order]) => (
        <Row key={id} id={id} order={order} shown={shown} />
      ))}
    </Table>
  );
}

function Row({ id, order, shown }: { readonly id: string; readonly order: StatusOrder; readonly shown: Snapshot }) {
  const { state, title, reason, assign, machine, startedAt, finishedAt, schedule, chain } = order;
  const at = finishedAt ?? startedAt;
  return (
    <tr>
      <td>
        {chosen.value !== null && (
          <input
            type="checkbox"
            aria-label={`Choose ${visibleText(id)}`}
            checked={chosen.value.has(id)}
            onChange={({ currentTarget }) => choose(id, currentTarget.checked)}
          />
        )}
        <StateMark state={state} />
      </td>
      <td>
        <a href={addressOf('orders', id)}>
          <Said text={id} />
        </a>
        {chain !== undefined && <span class="quietly"> step</span>}
        {schedule !== undefined && (
          <span class="quietly">
            {' '}
            <Said text={schedule} />
          </span>
        )}
        {title !== undefined && (
          <span class="sub">
            <Said text={title} />
          </span>
        )}
        {reason !== undefined && state !== 'COMPLETED' && (
          <span class="sub">
            <Said text={reason} />
          </span>
        )}
      </td>
      <td>
        <Said text={assign} />
      </td>
      <td>{machine !== undefined && <Said text={shown.machines[machine]?.name ?? String(machine)} />}</td>
      <td class="when">{at !== undefined && <Ago at={at} />}</td>
    </tr>
  );
}
