// What a person can do, as buttons: each does what the command beside it does, and says what became of it.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Act, callOf } from '../../rules/acts.ts';
import { type Done, doneWords } from '../../rules/done-words.ts';
import { takenBack } from '../../rules/several.ts';
import { entryOf } from '../../rules/snapshot.ts';
import { Command, Fault, Notice, Said } from '../parts/parts.tsx';
import { isReadOnly, act as post } from '../session.ts';
import { load, snapshot } from '../store.ts';
import { Answer, Approve, Resolve, Sign } from './act-forms.tsx';
import { useWanted } from './wanted.ts';

export const LABELS: Readonly<Record<Act['kind'] | 'remove', string>> = {
  approve: 'Look and approve',
  sign: 'Look and sign',
  answer: 'Answer',
  retry: 'Retry',
  resolve: 'Say how it ended',
  cancel: 'Cancel',
  remove: 'Remove',
  resume: 'Resume',
  pause: 'Pause',
  emergencyOver: 'It is over',
  start: 'Start',
  typed: '',
};

/** These ask for more first. */
const FORMS: readonly Act['kind'][] = ['sign', 'approve', 'answer', 'resolve'];

export interface Doing {
  readonly isBusy: boolean;
  readonly said: ComponentChildren;
  /** True = it was done. `undo`: what takes it back, which is offered for a while. */
  run(path: string, body?: object | string, undo?: Undo): Promise<boolean>;
}

export interface Undo {
  readonly path: string;
  readonly body: object;
}

/** Long enough to see what one has done. */
const UNDO_MS = 10_000;

export function useAct(): Doing {
  const [isBusy, setBusy] = useState(false);
  const [said, say] = useState<ComponentChildren>(null);
  const offered = useRef(0);
  const run = async (path: string, body: object | string = {}, undo?: Undo) => {
    setBusy(true);
    say(null);
    clearTimeout(offered.current);
    try {
      const { tone, text } = doneWords(await post<Done>(path, body));
      const done = (back?: Undo) => (
        <Notice tone={tone}>
          <Said text={text} />{' '}
          {back !== undefined && (
            <button type="button" class="undo" onClick={() => run(back.path, back.body)}>
              Undo
            </button>
          )}
        </Notice>
      );
      say(done(undo));
      // A warning stays there.
      if (undo !== undefined) offered.current = setTimeout(() => say(tone === 'warn' ? done() : null), UNDO_MS);
      load();
      return true;
    } catch (error) {
      say(<Fault error={error} />);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, said, run };
}

/** The buttons, the command of each, and what the last one did. */
export function Acts({ acts }: { readonly acts: readonly Act[] }) {
  const [opened, setOpened] = useState<Act['kind'] | null>(null);
  const doing = useAct();
  const form = acts.find(({ kind }) => kind === opened);
  const press = (act: Act) => {
    if (FORMS.includes(act.kind)) setOpened(opened === act.kind ? null : act.kind);
    else doing.run(...callOf(act), undoOf(act));
  };
  const place = useWanted(
    acts.map(({ command }) => command),
    (command) => {
      for (const act of acts) if (act.command === command) press(act);
    },
  );
  const done = async (path: string, body: object) => {
    if (await doing.run(path, body)) setOpened(null);
  };
  return (
    <div class="acts" ref={place}>
      <ul>
        {acts.map((act, at) => (
          <li key={act.kind}>
            {act.kind !== 'typed' && !isReadOnly.value && (
              <button
                type="button"
                class={at === 0 && act.kind !== 'cancel' ? 'main' : ''}
                data-act={act.command}
                disabled={doing.isBusy}
                aria-expanded={FORMS.includes(act.kind) ? opened === act.kind : undefined}
                onClick={() => press(act)}
              >
                {LABELS[act.kind]}
              </button>
            )}
            <Command text={act.command} />
          </li>
        ))}
      </ul>
      {form?.kind === 'sign' && <Sign order={form.order} scope="order" isBusy={doing.isBusy} done={done} />}
      {form?.kind === 'approve' && <Approve order={form.order} isBusy={doing.isBusy} done={done} />}
      {form?.kind === 'answer' && <Answer order={form.order} question={form.question} isBusy={doing.isBusy} done={done} />}
      {form?.kind === 'resolve' && <Resolve order={form.order} isBusy={doing.isBusy} done={done} />}
      {doing.said}
    </div>
  );
}

/** What can be taken back as if it had never been. */
function undoOf(act: Act): Undo | undefined {
  if (act.kind !== 'cancel') return undefined;
  const order = entryOf(snapshot.value?.orders ?? {}, act.order);
  const orders = order === undefined ? [] : takenBack([[act.order, order]]);
  return orders.length === 0 ? undefined : { path: 'page/orders', body: { act: 'uncancel', orders } };
}
