// What needs a person, each with what can be done about it.
import { useLayoutEffect } from 'preact/hooks';
import { shellWord } from '../../../../core/base/shell-word.ts';
import { NEED_TITLES } from '../../../../core/model/status/status.ts';
import { actsForNeed } from '../../rules/acts.ts';
import { bannersOf, causeIn, lastLines, needKey } from '../../rules/needs.ts';
import { entryOf, type NeedsYou, type Snapshot, type StatusOrder } from '../../rules/snapshot.ts';
import { Acts, useAct } from '../acts/acts.tsx';
import { wantedAct } from '../acts/wanted.ts';
import { usePages } from '../parts/pages.tsx';
import { Ago, Command, Empty, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { snapshot } from '../store.ts';

const PAGE = 100;

export function Needs() {
  const shown = snapshot.value;
  return shown === null ? null : <AllNeeds shown={shown} />;
}

function AllNeeds({ shown }: { readonly shown: Snapshot }) {
  const { needsYou } = shown;
  const { drawn, pager, turnTo } = usePages(needsYou, PAGE);
  const wanted = wantedAct.value;
  // What was chosen in the palette may stand on another page.
  useLayoutEffect(() => {
    if (wanted === null || wantedAct.peek() !== wanted) return;
    const known = { orders: shown.orders, self: shown.self.machine };
    const at = needsYou.findIndex((need) => actsForNeed(need, known).some(({ command }) => command === wanted));
    if (at !== -1) turnTo(at);
  }, [wanted]);
  return (
    <>
      <h1>Needs you</h1>
      {needsYou.length === 0 && (
        <Empty>
          <strong>{bannersOf(shown).length === 0 ? 'Nothing needs you.' : 'Nothing else needs you.'}</strong> {calmWords(shown)}
        </Empty>
      )}
      <RetryAll shown={shown} />
      <ul class="cards">
        {drawn.map((need) => (
          <Need key={needKey(need)} need={need} shown={shown} />
        ))}
      </ul>
      {pager}
    </>
  );
}

function calmWords({ machines, orders }: Snapshot): string {
  const here = Object.values(machines).filter(({ state }) => state !== 'LEFT' && state !== 'OFFLINE').length;
  const running = Object.values(orders).filter(({ state }) => state === 'IN_PROGRESS').length;
  return `${here} ${here === 1 ? 'machine is' : 'machines are'} there, ${running} ${running === 1 ? 'order runs' : 'orders run'}.`;
}

/** Where several have failed: in one push. */
function RetryAll({ shown: { needsYou, orders, self } }: { readonly shown: Snapshot }) {
  const doing = useAct();
  const ids = needsYou.flatMap((need) => {
    const [first] = actsForNeed(need, { orders, self: self.machine });
    return first?.kind === 'retry' ? [first.order] : [];
  });
  if (ids.length < 2 || isReadOnly.value) return null;
  const retry = () => doing.run('page/orders', { act: 'retry', orders: ids });
  return (
    <div class="row all">
      <button type="button" disabled={doing.isBusy} onClick={retry}>
        Retry all {ids.length}
      </button>
      <Command text={['coord retry', ...ids.map(shellWord)].join(' ')} />
      {doing.said}
    </div>
  );
}

function Need({ need, shown }: { readonly need: NeedsYou; readonly shown: Snapshot }) {
  const { code, order: id } = need;
  const order = id === undefined ? undefined : entryOf(shown.orders, id);
  const tail = order?.state === 'FAILED' ? lastLines(order.tail ?? '') : [];
  const acts = actsForNeed(need, { orders: shown.orders, self: shown.self.machine });
  return (
    <li class={`card ${code === 'emergency' ? 'urgent' : ''}`}>
      <p class="cap">
        {NEED_TITLES[code] ?? 'Something'}
        {order !== undefined && <StateMark state={order.state} />}
      </p>
      <h2>
        <Subject need={need} shown={shown} />
      </h2>
      {order?.title !== undefined && (
        <p>
          <Said text={order.title} />
        </p>
      )}
      <p class="why">
        <Said text={causeIn(need)} />
        {order?.state === 'FAILED' && <Where order={order} shown={shown} />}
      </p>
      {tail.length > 0 && (
        <pre class="tail">
          <Said text={tail.join('\n')} />
        </pre>
      )}
      {code === 'message' && <a href={addressOf('chat', '0')}>Read and answer</a>}
      <Acts acts={acts} />
    </li>
  );
}

/** Where it last ran, and when that ended. */
function Where({ order: { machine, finishedAt }, shown }: { readonly order: StatusOrder; readonly shown: Snapshot }) {
  const name = machine === undefined ? undefined : entryOf(shown.machines, String(machine))?.name;
  return (
    <>
      {machine !== undefined && (
        <>
          {' '}
          on {machine} <Said text={name ?? ''} />
        </>
      )}
      {finishedAt !== undefined && (
        <>
          {' · '}
          <Ago at={finishedAt} />
        </>
      )}
    </>
  );
}

function Subject({
  need: { order, machine, program, document, code },
  shown,
}: {
  readonly need: NeedsYou;
  readonly shown: Snapshot;
}) {
  if (order !== undefined)
    return (
      <a href={addressOf('orders', order)}>
        <Said text={order} />
      </a>
    );
  if (program !== undefined) return <Said text={program} />;
  if (machine !== undefined) {
    const name = entryOf(shown.machines, String(machine))?.name ?? '';
    return (
      <a href={addressOf('fleet', String(machine))}>
        {machine} <Said text={name} />
      </a>
    );
  }
  return <Said text={document ?? (code === 'pause' ? 'The whole fleet' : '')} />;
}
