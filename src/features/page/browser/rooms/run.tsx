// One order: how it is, what can be done about it, what it writes, and what has happened to it.
import { actsForOrder, isEditable } from '../../rules/acts.ts';
import { causeIn } from '../../rules/needs.ts';
import { entryOf, type StatusOrder } from '../../rules/snapshot.ts';
import { Acts } from '../acts/acts.tsx';
import { useAsked } from '../acts/asked.ts';
import { Archived } from '../orders/archived.tsx';
import { EditOrder } from '../orders/edit-order.tsx';
import { Facts } from '../orders/facts.tsx';
import { LeftFiles } from '../orders/left-files.tsx';
import { Story } from '../orders/story.tsx';
import { Output } from '../output/output.tsx';
import { Ago, Part, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { snapshot } from '../store.ts';

const MINUTE_MS = 60_000;
const WHEN = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;

export function Run({ id }: { readonly id: string }) {
  const shown = snapshot.value;
  if (shown === null) return null;
  const order = entryOf(shown.orders, id);
  return (
    <>
      <p class="path">
        <a href={addressOf('orders')}>Orders</a>
      </p>
      <div class="title">
        <h1>
          <Said text={id} />
        </h1>
        {order !== undefined && <StateMark state={order.state} />}
      </div>
      {order === undefined ? <Archived id={id} /> : <Shown id={id} order={order} />}
    </>
  );
}

function Shown({ id, order }: { readonly id: string; readonly order: StatusOrder }) {
  const { state, generation = 1, attempt = 0, tail = '' } = order;
  const runMark = `${generation} ${attempt} ${state === 'IN_PROGRESS'} ${tail}`;
  const mark = `${runMark} ${state}`;
  return (
    <>
      {order.title !== undefined && (
        <p class="sum">
          <Said text={order.title} />
        </p>
      )}
      <section class="panel">
        {order.reason !== undefined && (
          <p>
            <Said text={causeIn({ told: order.told, why: order.reason })} />
          </p>
        )}
        <Facts order={order} />
        <Acts acts={actsForOrder(id, order)} />
        {!isReadOnly.value && isEditable(order) && <EditOrder id={id} />}
      </section>
      {order.schedule !== undefined && <Coming id={id} />}
      <LeftFiles id={id} mark={runMark} />
      <Output
        key={`${id} ${generation} ${attempt}`}
        id={id}
        mark={runMark}
        isRunning={order.state === 'IN_PROGRESS'}
        hasRun={hasRun(order)}
      />
      <Story id={id} mark={mark} />
    </>
  );
}

function hasRun({ startedAt, attempt, machines, lastRuns, steps }: StatusOrder): boolean {
  return [startedAt, attempt, machines, lastRuns, steps].some((it) => it !== undefined);
}

/** By the clock of this computer, in the time of whoever looks. */
function Coming({ id }: { readonly id: string }) {
  const { answer } = useAsked<{ readonly times: readonly string[] }>(`page/orders/${encodeURIComponent(id)}/times`, MINUTE_MS);
  if (answer === null || answer.times.length === 0) return null;
  return (
    <Part title="Comes next">
      <ol class="story">
        {answer.times.map((at) => (
          <li key={at}>
            <Ago at={at} /> {new Date(at).toLocaleString('en-GB', WHEN)}
          </li>
        ))}
      </ol>
    </Part>
  );
}
