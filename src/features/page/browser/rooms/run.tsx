// One order: how it is, what can be done about it, what it writes, and what has happened to it.
import { useEffect, useState } from 'preact/hooks';
import type { TimelineEvent } from '../../../../core/model/status/timeline.ts';
import { actsForOrder, isEditable } from '../../rules/acts.ts';
import { causeIn } from '../../rules/needs.ts';
import { entryOf, type StatusOrder } from '../../rules/snapshot.ts';
import { type StoryLine, storyOf } from '../../rules/story.ts';
import { Acts } from '../acts/acts.tsx';
import { useAsked } from '../acts/asked.ts';
import { EditOrder } from '../orders/edit-order.tsx';
import { LeftFiles } from '../orders/left-files.tsx';
import { Output } from '../output/output.tsx';
import { Ago, Empty, Part, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { get, isReadOnly } from '../session.ts';
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
      {order === undefined ? <Empty>No order has this id now.</Empty> : <Shown id={id} order={order} />}
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
      <Output id={id} mark={runMark} isRunning={order.state === 'IN_PROGRESS'} hasRun={hasRun(order)} />
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

/** Is asked anew as the order moves on. */
function Story({ id, mark }: { readonly id: string; readonly mark: string }) {
  const [lines, setLines] = useState<readonly StoryLine[]>([]);
  // It is longer when the order has moved on.
  useEffect(() => {
    get<{ events: TimelineEvent[]; machines: Record<string, string> }>(`timeline?order=${encodeURIComponent(id)}&limit=50`).then(
      ({ events, machines }) => setLines(storyOf(events, machines)),
      () => setLines([]),
    );
  }, [id, mark]);
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby="story">
      <h2 class="over" id="story">
        Story
      </h2>
      <ol class="story">
        {lines.map(({ at, words }) => (
          <li key={`${at} ${words}`}>
            <Ago at={at} /> <Said text={words} />
          </li>
        ))}
      </ol>
    </section>
  );
}
