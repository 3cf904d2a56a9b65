// What is known of an order, fact by fact.

import { numberedName } from '../../../../core/model/machines/machine-label.ts';
import { entryOf, type StatusOrder } from '../../rules/snapshot.ts';
import { Ago, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { snapshot } from '../store.ts';

export function Facts({ order }: { readonly order: StatusOrder }) {
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
    ['on', machine === undefined ? undefined : numberedName(machine, name)],
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
