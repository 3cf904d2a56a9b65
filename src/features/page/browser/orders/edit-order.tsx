// Edits an order as ORDERS.json has it. What is wrong is said in the words of the command line.
import { useState } from 'preact/hooks';
import type { EntryText } from '../../documents/order-answers.ts';
import { dedented } from '../../rules/dedented.ts';
import { useAct } from '../acts/acts.tsx';
import { Command, Fault } from '../parts/parts.tsx';
import { get } from '../session.ts';

const ROWS_MAX = 24;

export function EditOrder({ id }: { readonly id: string }) {
  const [entry, setEntry] = useState<EntryText | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const doing = useAct();
  const path = `page/orders/${encodeURIComponent(id)}/entry`;
  const toggle = async () => {
    setTrouble(null);
    if (entry === null) await get<EntryText>(path).then((it) => setEntry({ ...it, text: dedented(it.text) }), setTrouble);
    else setEntry(null);
  };
  const save = async (event: Event) => {
    event.preventDefault();
    if (entry !== null && (await doing.run(path, entry))) setEntry(null);
  };
  return (
    <div class="acts">
      <ul>
        <li>
          <button type="button" aria-expanded={entry !== null} onClick={toggle}>
            Edit
          </button>
          <Command text="coord edit" />
        </li>
      </ul>
      {trouble !== null && <Fault error={trouble} />}
      {entry !== null && (
        <form class="form" onSubmit={save}>
          <label>
            The order, as ORDERS.json lists it
            <textarea
              rows={Math.min(ROWS_MAX, entry.text.split('\n').length + 1)}
              class="code"
              spellcheck={false}
              value={entry.text}
              onInput={({ currentTarget }) => setEntry({ ...entry, text: currentTarget.value })}
            />
          </label>
          <button type="submit" class="main" disabled={doing.isBusy}>
            Save
          </button>
        </form>
      )}
      {doing.said}
    </div>
  );
}
