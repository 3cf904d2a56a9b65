// Places an order: by the fields that most orders need, or as ORDERS.json lists it. What is wrong is said in the words of the command line.
import { useState } from 'preact/hooks';
import { shellWord } from '../../../../core/base/shell-word.ts';
import type { FieldHelp } from '../../rules/field-help.ts';
import { useAct } from '../acts/acts.tsx';
import { Command, Fault, MachineOptions } from '../parts/parts.tsx';
import { get } from '../session.ts';

interface Entry {
  readonly id: string;
  readonly assign: string;
  readonly run: string;
  readonly title: string;
  readonly approval: boolean;
}

const EMPTY: Entry = { id: '', assign: 'any', run: '', title: '', approval: false };

export function OrderForm() {
  const [isRaw, setRaw] = useState(false);
  const [entry, setEntry] = useState(EMPTY);
  const [raw, setRawText] = useState('');
  const doing = useAct();
  const place = async (event: Event) => {
    event.preventDefault();
    if (await doing.run('orders', isRaw ? raw : bodyOf(entry))) {
      setEntry(EMPTY);
      setRawText('');
    }
  };
  /** What is typed in the fields goes along. */
  const toRaw = () => {
    if (!isRaw && raw === '') setRawText(`${JSON.stringify(bodyOf(entry), null, 2)}\n`);
    setRaw(!isRaw);
  };
  return (
    <form class="form panel place" onSubmit={place}>
      {isRaw ? <Raw text={raw} change={setRawText} /> : <Fields entry={entry} change={setEntry} />}
      <p class="row">
        <button type="submit" class="main" disabled={doing.isBusy}>
          Place it
        </button>
        <button type="button" onClick={toRaw}>
          {isRaw ? 'As fields' : 'As JSON'}
        </button>
        {!isRaw && <Command text={commandOf(entry)} />}
      </p>
      {doing.said}
    </form>
  );
}

function bodyOf({ id, assign, run, title, approval }: Entry): object {
  const to = /^\d+$/.test(assign) ? Number(assign) : assign;
  return { id, assign: to, ...(title === '' ? {} : { title }), ...(approval ? { approval } : {}), run };
}

/** One word behind `--` is a line of a shell, as `run` is. */
function commandOf({ id, assign, run, title, approval }: Entry): string {
  const options = [
    ...(title === '' ? [] : ['--title', shellWord(title)]),
    ...(assign === 'any' ? [] : ['--for', shellWord(assign)]),
    ...(approval ? ['--approval'] : []),
  ];
  return [
    'coord order add',
    id === '' ? '<id>' : shellWord(id),
    ...options,
    '--',
    run === '' ? '<command>' : shellWord(run),
  ].join(' ');
}

function Fields({ entry, change }: { readonly entry: Entry; change(entry: Entry): void }) {
  return (
    <>
      <div class="pair">
        <label>
          Id
          <input
            required
            autocomplete="off"
            placeholder="small letters, digits, . _ -"
            value={entry.id}
            onInput={({ currentTarget }) => change({ ...entry, id: currentTarget.value })}
          />
        </label>
        <label>
          For
          <select value={entry.assign} onChange={({ currentTarget }) => change({ ...entry, assign: currentTarget.value })}>
            <option value="any">any machine</option>
            <option value="all">all machines</option>
            <MachineOptions />
          </select>
        </label>
      </div>
      <label>
        Title (optional)
        <input value={entry.title} onInput={({ currentTarget }) => change({ ...entry, title: currentTarget.value })} />
      </label>
      <label>
        Command, a line of a shell
        <textarea
          required
          rows={2}
          class="code"
          spellcheck={false}
          value={entry.run}
          onInput={({ currentTarget }) => change({ ...entry, run: currentTarget.value })}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={entry.approval}
          onChange={({ currentTarget }) => change({ ...entry, approval: currentTarget.checked })}
        />{' '}
        It waits for approval
      </label>
    </>
  );
}

function Raw({ text, change }: { readonly text: string; change(text: string): void }) {
  return (
    <>
      <label>
        The order, as ORDERS.json lists it
        <textarea
          rows={10}
          class="code"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      </label>
      <FieldList />
    </>
  );
}

/** In the words of the schema; asked for as it opens. */
function FieldList() {
  const [fields, setFields] = useState<readonly FieldHelp[] | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const ask = () => {
    if (fields === null) get<readonly FieldHelp[]>('page/order-fields').then(setFields, setTrouble);
  };
  return (
    <details onToggle={ask}>
      <summary>What an order can say</summary>
      {trouble !== null && <Fault error={trouble} />}
      <dl class="facts fields">
        {fields?.map(({ name, words, expected }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {words} <span class="quietly">{expected}</span>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
