// One order: how it is, what can be done about it, and what it wrote.
import { useEffect, useState } from 'preact/hooks';
import { actsForOrder } from '../../rules/acts.ts';
import { entryOf, type StatusOrder } from '../../rules/snapshot.ts';
import { Acts } from '../acts.tsx';
import { Ago, Empty, Said } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { get } from '../session.ts';
import { StateMark } from '../states.tsx';
import { snapshot } from '../store.ts';

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
      {order === undefined ? <Empty>No order has this id now.</Empty> : <Shown id={id} order={order} />}
    </>
  );
}

function Shown({ id, order }: { readonly id: string; readonly order: StatusOrder }) {
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
            <Said text={order.reason} />
          </p>
        )}
        <Facts order={order} />
        <Acts acts={actsForOrder(id, order)} />
      </section>
      <Output id={id} order={order} />
    </>
  );
}

function Facts({ order }: { readonly order: StatusOrder }) {
  const {
    assign,
    machine,
    generation,
    attempt,
    exitCode,
    startedAt,
    finishedAt,
    schedule,
    on,
    after = [],
    steps = [],
    chain,
    outputs = {},
  } = order;
  const name = machine === undefined ? undefined : snapshot.value?.machines[machine]?.name;
  const facts: (readonly [string, string | undefined])[] = [
    ['for', assign],
    ['on', machine === undefined ? undefined : `${machine} ${name ?? ''}`],
    ['generation', generation === undefined || generation === 1 ? undefined : String(generation)],
    ['attempt', attempt === undefined ? undefined : String(attempt)],
    ['exit code', exitCode == null ? undefined : String(exitCode)],
    ['schedule', schedule],
    ['event', on],
    ...Object.entries(outputs),
  ];
  return (
    <dl class="facts">
      {facts.map(
        ([fact, text]) =>
          text !== undefined && (
            <div key={fact}>
              <dt>
                <Said text={fact} />
              </dt>
              <dd>
                <Said text={text} />
              </dd>
            </div>
          ),
      )}
      {startedAt !== undefined && <When name="started" at={startedAt} />}
      {finishedAt !== undefined && <When name="ended" at={finishedAt} />}
      <Others name="after" ids={after} />
      <Others name="steps" ids={steps} />
      <Others name="step of" ids={chain === undefined ? [] : [chain]} />
    </dl>
  );
}

function When({ name, at }: { readonly name: string; readonly at: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Ago at={at} />
      </dd>
    </div>
  );
}

function Others({ name, ids }: { readonly name: string; readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd class="others">
        {ids.map((id) => {
          const order = snapshot.value === null ? undefined : entryOf(snapshot.value.orders, id);
          return (
            <span key={id}>
              <a href={addressOf('orders', id)}>
                <Said text={id} />
              </a>{' '}
              {order !== undefined && <StateMark state={order.state} />}
            </span>
          );
        })}
      </dd>
    </div>
  );
}

interface Log {
  readonly text: string;
  readonly whole: boolean;
}

function Output({ id, order }: { readonly id: string; readonly order: StatusOrder }) {
  const [log, setLog] = useState<Log | null>(null);
  const { state, attempt, generation, tail } = order;
  // Anew when the run is another one, or has moved on.
  useEffect(() => {
    get<Log>(`orders/${encodeURIComponent(id)}/log`).then(setLog, () => setLog(null));
  }, [id, state, attempt, generation, tail]);
  return (
    <section>
      <h2 class="over">Output</h2>
      {log === null || log.text === '' ? (
        <Empty>Nothing was written that is known here.</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it.
        <pre class="log" tabIndex={0}>
          {!log.whole && '…\n'}
          <Said text={log.text} />
        </pre>
      )}
    </section>
  );
}
