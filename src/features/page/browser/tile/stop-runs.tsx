// What a pause leaves alone: the orders that run on a machine, and what stops them too.
import { actsForSeveral, ordersOfRuns } from '../../rules/several.ts';
import type { Snapshot } from '../../rules/snapshot.ts';
import { useAct } from '../acts/acts.tsx';
import { Command } from '../parts/parts.tsx';
import { isReadOnly } from '../session.ts';

/** Nothing where nothing runs that can be cancelled. */
export function StopRuns({ runs, shown }: { readonly runs: readonly string[]; readonly shown: Snapshot }) {
  const doing = useAct();
  const act = actsForSeveral(ordersOfRuns(runs, shown.orders)).find(({ kind }) => kind === 'cancel');
  if (act === undefined) return doing.said;
  const { orders, command } = act;
  return (
    <details class="stop">
      <summary>Stop what runs too</summary>
      <p class="quietly">
        An order is cancelled as a whole: wherever it runs, and of a schedule or a trigger also all that would come next.
      </p>
      <p class="row">
        {!isReadOnly.value && (
          <button type="button" disabled={doing.isBusy} onClick={() => doing.run('page/orders', { act: 'cancel', orders })}>
            Cancel {orders.length === 1 ? 'this order' : `these ${orders.length} orders`}
          </button>
        )}
        <Command text={command} />
      </p>
      {doing.said}
    </details>
  );
}
