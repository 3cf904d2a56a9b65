// What needs a person, each with what can be done about it.
import { actsForNeed } from '../../rules/acts.ts';
import { entryOf, type NeedsYou, type Snapshot } from '../../rules/snapshot.ts';
import { Acts } from '../acts.tsx';
import { Empty, Said } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { StateMark } from '../states.tsx';
import { snapshot } from '../store.ts';

const TITLES: Readonly<Record<NeedsYou['code'], string>> = {
  emergency: 'Emergency',
  program: 'Local service',
  document: 'Document',
  order: 'Order',
  offline: 'Waits for a machine',
  message: 'Messages',
  pause: 'Pause',
};

export function Needs() {
  const shown = snapshot.value;
  if (shown === null) return null;
  const { needsYou } = shown;
  return (
    <>
      <h1>Needs you</h1>
      {needsYou.length === 0 && (
        <Empty>
          <strong>Nothing needs you.</strong> {calmWords(shown)}
        </Empty>
      )}
      <ul class="cards">
        {needsYou.map((need) => (
          <Need key={keyOf(need)} need={need} shown={shown} />
        ))}
      </ul>
    </>
  );
}

function calmWords({ machines, orders }: Snapshot): string {
  const here = Object.values(machines).filter(({ state }) => state !== 'LEFT' && state !== 'OFFLINE').length;
  const running = Object.values(orders).filter(({ state }) => state === 'IN_PROGRESS').length;
  return `${here} ${here === 1 ? 'machine is' : 'machines are'} there, ${running} ${running === 1 ? 'order runs' : 'orders run'}.`;
}

/** As long as it is the same thing, an open form stays open. */
function keyOf({ code, order, machine, program, document }: NeedsYou): string {
  return JSON.stringify([code, order, machine, program, document]);
}

function Need({ need, shown }: { readonly need: NeedsYou; readonly shown: Snapshot }) {
  const { code, order: id, why, told } = need;
  const order = id === undefined ? undefined : entryOf(shown.orders, id);
  const cause = told === undefined ? why : told.filter((part) => typeof part === 'string').join('');
  const acts = actsForNeed(need, { orders: shown.orders, self: shown.self.machine });
  return (
    <li class={`card ${code === 'emergency' ? 'urgent' : ''}`}>
      <p class="cap">
        {TITLES[code] ?? 'Something'}
        {order !== undefined && <StateMark state={order.state} />}
      </p>
      <h2>
        <Subject need={need} shown={shown} />
      </h2>
      <p class="why">
        <Said text={cause} />
      </p>
      {code === 'message' && <a href={addressOf('chat', '0')}>Read and answer</a>}
      <Acts acts={acts} />
    </li>
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
      <a href={addressOf('fleet')}>
        {machine} <Said text={name} />
      </a>
    );
  }
  return <Said text={document ?? (code === 'pause' ? 'The whole fleet' : '')} />;
}
