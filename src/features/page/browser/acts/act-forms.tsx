// What an act asks for before it is done: a look at what will run, an answer, how a run ended.
import { useEffect, useState } from 'preact/hooks';
import { lazy } from '../parts/lazy.tsx';
import { Fault, Said } from '../parts/parts.tsx';
import { SaidMarkdown } from '../parts/said-markdown.tsx';
import { askTrust } from '../rooms/passkeys/passkey.ts';
import { get } from '../session.ts';

export const Sign = lazy(() => import('../rooms/passkeys/sign.tsx').then((it) => it.Sign));

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

/** Where machines may demand signatures, a word counts there with one alone. Null = it is not known yet. */
function useSigned(): boolean | null {
  const [isSigned, setSigned] = useState<boolean | null>(null);
  useEffect(() => {
    askTrust().then(({ version }) => setSigned(version !== null));
  }, []);
  return isSigned;
}

export function Approve(props: FormProps) {
  const isSigned = useSigned();
  if (isSigned === null) return <p>Asking what will run.</p>;
  if (!isSigned) return <PlainApproval {...props} />;
  return (
    <>
      <Sign {...props} scope="approved" />
      <details>
        <summary>Approve it without a signature, for machines that demand none</summary>
        <PlainApproval {...props} />
      </details>
    </>
  );
}

function PlainApproval({ order, isBusy, done }: FormProps) {
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
          <SaidMarkdown text={question} />
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

interface Ending {
  readonly as: 'completed' | 'failed';
  readonly note?: string;
}

export function Resolve(props: FormProps) {
  const { order, isBusy, done } = props;
  const isSigned = useSigned();
  const [note, setNote] = useState('');
  const [ending, setEnding] = useState<Ending | null>(null);
  const plainly = (it: Ending) => done(`orders/${encodeURIComponent(order)}/resolve`, it);
  const say = (as: Ending['as']) => {
    const said = { as, ...(note.trim() === '' ? {} : { note: note.trim() }) };
    if (isSigned === true) setEnding(said);
    else plainly(said);
  };
  if (ending !== null)
    return (
      <>
        <Sign {...props} scope="resolved" ending={ending} />
        <details>
          <summary>Say it without a signature, for machines that demand none</summary>
          <button type="button" disabled={isBusy} onClick={() => plainly(ending)}>
            Say it
          </button>
        </details>
      </>
    );
  return (
    <div class="form">
      <label>
        How you know it (optional)
        <input value={note} maxLength={500} onInput={({ currentTarget }) => setNote(currentTarget.value)} />
      </label>
      <p class="row">
        <button type="button" class="main" disabled={isBusy || isSigned === null} onClick={() => say('completed')}>
          It was completed
        </button>
        <button type="button" disabled={isBusy || isSigned === null} onClick={() => say('failed')}>
          It failed
        </button>
      </p>
    </div>
  );
}
