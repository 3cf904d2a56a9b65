// An order that is not in the list: as the archive has it, where it has left for that, with what is still known of its runs.
import { useEffect, useState } from 'preact/hooks';
import { UNSIGNED } from '../../../../core/messages/sender-label.ts';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import type { ArchivedEntry } from '../../documents/order-answers.ts';
import { Ago, Empty, Fault, Part, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { get, Refused } from '../session.ts';
import { Facts } from './facts.tsx';
import { LeftFiles } from './left-files.tsx';
import { Story } from './story.tsx';

export function Archived({ id }: { readonly id: string }) {
  const [found, setFound] = useState<ArchivedEntry | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  useEffect(() => {
    let isOld = false;
    setFound(null);
    setTrouble(null);
    get<ArchivedEntry>(`page/orders/${encodeURIComponent(id)}/archived`).then(
      (answer) => !isOld && setFound(answer),
      (error: unknown) => !isOld && setTrouble(error),
    );
    return () => {
      isOld = true;
    };
  }, [id]);
  if (found !== null) return <Shown id={id} found={found} />;
  if (trouble === null) return null;
  const isNone = trouble instanceof Refused && trouble.status === 404;
  return isNone ? <Empty>No order has this id now.</Empty> : <Fault error={trouble} />;
}

function Shown({ id, found }: { readonly id: string; readonly found: ArchivedEntry }) {
  const { order, path, entry, runs, signed } = found;
  return (
    <>
      <p class="sum">
        <StateMark state={order.state} /> {order.title !== undefined && <Said text={order.title} />}
      </p>
      <p class="left">
        {found.id === id ? 'It has left the list for the archive' : <StepOf chain={found.id} />}, <code>{visibleText(path)}</code>
        {signed === false ? ` (${UNSIGNED})` : ''}.
      </p>
      <section class="panel">
        {order.reason !== undefined && (
          <p>
            <Said text={order.reason} />
          </p>
        )}
        <Facts order={order} />
      </section>
      <LeftFiles id={id} mark="" />
      {runs.length > 0 && (
        <Part title="Runs">
          {runs.map((run) => (
            <OneRun key={`${run.machine} ${run.at} ${run.run}`} run={run} />
          ))}
        </Part>
      )}
      <Story id={id} mark="" />
      <Part title="Its entry">
        <pre class="tail">{visibleText(entry)}</pre>
      </Part>
    </>
  );
}

function OneRun({ run: { machine, at, said, tail } }: { readonly run: ArchivedEntry['runs'][number] }) {
  return (
    <>
      <p>
        {at !== null && <Ago at={at} />} on {machine}: <Said text={said} />
      </p>
      {tail !== '' && <pre class="tail">{visibleText(tail)}</pre>}
    </>
  );
}

function StepOf({ chain }: { readonly chain: string }) {
  return (
    <>
      It was a step of{' '}
      <a href={addressOf('orders', chain)}>
        <Said text={chain} />
      </a>
      , which has left the list for the archive
    </>
  );
}
