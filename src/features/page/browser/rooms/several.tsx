// Several orders chosen in the list, and what can be done with all of them.
import { computed, signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { actsForSeveral, type SeveralAct, takenBack } from '../../rules/several.ts';
import { type Doing, LABELS, useAct } from '../acts/acts.tsx';
import { Command } from '../parts/parts.tsx';
import { snapshot } from '../store.ts';

/** Null = nothing is being chosen. */
export const chosen = signal<ReadonlySet<string> | null>(null);

const chosenOrders = computed(() =>
  Object.entries(snapshot.value?.orders ?? {}).filter(([id]) => chosen.value?.has(id) === true),
);

export function choose(id: string, is: boolean): void {
  const now = new Set(chosen.value);
  if (is) now.add(id);
  else now.delete(id);
  chosen.value = now;
}

/** All that are shown, or none. */
export function Several({ shown }: { readonly shown: readonly string[] }) {
  const doing = useAct();
  const [isAsking, ask] = useState(false);
  if (chosen.value === null) return doing.said === null ? null : <div class="several">{doing.said}</div>;
  const orders = chosenOrders.value;
  const run = async (act: SeveralAct) => {
    ask(false);
    if (await doSeveral(doing, act, orders)) chosen.value = null;
  };
  const acts = actsForSeveral(orders);
  // Of what is chosen by then.
  const asked = isAsking ? acts.find(({ kind }) => kind === 'remove') : undefined;
  return (
    <section class="several" aria-label="Chosen orders">
      <p class="row tools">
        <span role="status">{orders.length} chosen</span>
        <button type="button" onClick={() => (chosen.value = new Set(shown))}>
          All {shown.length} shown
        </button>
        <button type="button" onClick={() => (chosen.value = new Set())}>
          None
        </button>
      </p>
      <ul class="acts">
        {acts.map((act) => (
          <li key={act.kind}>
            <button
              type="button"
              disabled={doing.isBusy}
              aria-expanded={act.kind === 'remove' ? isAsking : undefined}
              onClick={() => (act.kind === 'remove' ? ask(!isAsking) : run(act))}
            >
              {LABELS[act.kind]} {act.orders.length}
            </button>
            <Command text={act.command} />
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <p class="row">
          They leave ORDERS.json, and what runs is stopped.
          <button type="button" class="main" disabled={doing.isBusy} onClick={() => run(asked)}>
            Yes, remove {asked.orders.length}
          </button>
        </p>
      )}
      {doing.said}
    </section>
  );
}

function doSeveral(doing: Doing, { kind, orders: ids }: SeveralAct, orders: typeof chosenOrders.value): Promise<boolean> {
  const back = kind === 'cancel' ? takenBack(orders.filter(([id]) => ids.includes(id))) : [];
  const undo = back.length === 0 ? undefined : { path: SEVERAL_PATH, body: { act: 'uncancel', orders: back } };
  return doing.run(SEVERAL_PATH, { act: kind, orders: ids }, undo);
}

const SEVERAL_PATH = 'page/orders';
