// Every order, narrowed by words.
import { useState } from 'preact/hooks';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { filterOrders } from '../../rules/filter-words.ts';
import { causeIn } from '../../rules/needs.ts';
import { entryOf, type Snapshot, type StatusOrder } from '../../rules/snapshot.ts';
import { OrderForm } from '../orders/order-form.tsx';
import { lazy } from '../parts/lazy.tsx';
import { usePages } from '../parts/pages.tsx';
import { Ago, Empty, Said, Table } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { unlessSame } from '../parts/unless-same.tsx';
import { addressOf, replaceAddress, route } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { snapshot } from '../store.ts';
import { choose, chosen, Several } from './several.tsx';

const Graph = lazy(() => import('../drawings/graph.tsx').then((it) => it.Graph));

const PAGE = 100;

/** What goes on stands above what is over. */
const RANKS: Readonly<Record<StatusOrder['state'], number>> = {
  ...{ BLOCKED: 0, IN_PROGRESS: 1, ASSIGNED: 2, QUEUED: 3 },
  ...{ FAILED: 4, COMPLETED: 5, CANCELLED: 6 },
};

export function Orders() {
  const shown = snapshot.value;
  return shown === null ? null : <AllOrders shown={shown} />;
}

function AllOrders({ shown }: { readonly shown: Snapshot }) {
  const [isGraph, setGraph] = useState(false);
  const [isPlacing, place] = useState(false);
  const { words } = route.value;
  const all = Object.entries(shown.orders);
  const found = filterOrders(all, words, shown.machines).toSorted(compare);
  const { drawn, pager } = usePages(found, PAGE, words);
  return (
    <>
      <h1>Orders</h1>
      <p class="row tools">
        {!isReadOnly.value && (
          <button type="button" class="main" aria-expanded={isPlacing} onClick={() => place(!isPlacing)}>
            Place an order
          </button>
        )}
        {!isReadOnly.value && (
          <button
            type="button"
            aria-expanded={chosen.value !== null}
            onClick={() => (chosen.value = chosen.value === null ? new Set() : null)}
          >
            Choose several
          </button>
        )}
        <button type="button" aria-expanded={isGraph} onClick={() => setGraph(!isGraph)}>
          What waits for what
        </button>
      </p>
      {isPlacing && <OrderForm />}
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
      <Several shown={drawn.map(([id]) => id)} />
      {isGraph && <Graph orders={found} />}
      <p class="sum" role="status">
        {found.length === all.length ? `${all.length} orders` : `${found.length} of ${all.length} orders`}
      </p>
      {found.length === 0 ? (
        <Empty>
          {all.length === 0 ? 'No order is listed.' : 'No order of the list is like that. Ctrl-K finds those that have left it.'}
        </Empty>
      ) : (
        <List orders={drawn} shown={shown} />
      )}
      {pager}
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
        <Row key={id} id={id} order={order} name={nameOf(order, shown)} isChosen={chosen.value?.has(id) ?? null} />
      ))}
    </Table>
  );
}

function nameOf({ machine }: StatusOrder, { machines }: Snapshot): string {
  return machine === undefined ? '' : (entryOf(machines, String(machine))?.name ?? String(machine));
}

interface RowProps {
  readonly id: string;
  readonly order: StatusOrder;
  /** Of the machine that has it. */
  readonly name: string;
  /** Null = none is being chosen. */
  readonly isChosen: boolean | null;
}

/** What is the same is not drawn anew. */
const Row = unlessSame(({ id, order, name, isChosen }: RowProps) => {
  const { state, title, reason, told, assign, startedAt, finishedAt, schedule, chain } = order;
  const at = finishedAt ?? startedAt;
  return (
    <tr>
      <td>
        {isChosen !== null && (
          <input
            type="checkbox"
            aria-label={`Choose ${visibleText(id)}`}
            checked={isChosen}
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
            <Said text={causeIn({ told, why: reason })} />
          </span>
        )}
      </td>
      <td>
        <Said text={assign} />
      </td>
      <td>{name !== '' && <Said text={name} />}</td>
      <td class="when">{at !== undefined && <Ago at={at} />}</td>
    </tr>
  );
});
