// What an act asks for before it is done: a look at what will run, an answer, how a run ended.
import { useEffect, useState } from 'preact/hooks';
import { Fault, Said } from './parts.tsx';
import { get } from './session.ts';

interface FormProps {
  readonly order: string;
  readonly isBusy: boolean;
  done(path: string, body: object): Promise<void>;
}

/** What will run, word for word, and the mark of just that: an approval counts for nothing else. */
interface Work {
  readonly seen: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

export function Approve({ order, isBusy, done }: FormProps) {
  const [work, setWork] = useState<Work | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  useEffect(() => {
    get<Work>(`page/orders/${encodeURIComponent(order)}/work`).then(setWork, setTrouble);
  }, [order]);
  if (trouble !== null) return <Fault error={trouble} />;
  if (work === null) return <p>Asking what will run.</p>;
  return (
    <div class="form">
      <p>This will run, and nothing else:</p>
      <dl class="facts work">
        {work.lines.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <pre>
                <Said text={text} />
              </pre>
            </dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        class="main"
        disabled={isBusy}
        onClick={() => done(`orders/${encodeURIComponent(order)}/approve`, { seen: work.seen })}
      >
        Approve
      </button>
    </div>
  );
}

export function Answer({ order, question, isBusy, done }: FormProps & { readonly question: string }) {
  const [text, setText] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    done(`orders/${encodeURIComponent(order)}/answer`, { text });
  };
  return (
    <form class="form" onSubmit={send}>
      {question !== '' && (
        <blockquote>
          <Said text={question} />
        </blockquote>
      )}
      <label>
        Your answer
        <textarea rows={3} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      </label>
      <button type="submit" class="main" disabled={isBusy || text.trim() === ''}>
        Send the answer
      </button>
    </form>
  );
}

export function Resolve({ order, isBusy, done }: FormProps) {
  const [note, setNote] = useState('');
  const say = (as: 'completed' | 'failed') =>
    done(`orders/${encodeURIComponent(order)}/resolve`, { as, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  return (
    <div class="form">
      <label>
        How you know it (optional)
        <input value={note} maxLength={500} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
      </label>
      <p class="row">
        <button type="button" class="main" disabled={isBusy} onClick={() => say('completed')}>
          It was completed
        </button>
        <button type="button" disabled={isBusy} onClick={() => say('failed')}>
          It failed
        </button>
      </p>
    </div>
  );
}
