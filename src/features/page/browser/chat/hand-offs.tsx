// What those who stopped left for the next one, of all machines: newest first.
import { useEffect } from 'preact/hooks';
import type { HandOff } from '../../../../core/model/messages/hand-off.ts';
import { entryOf, type Snapshot } from '../../rules/snapshot.ts';
import { useAsked } from '../acts/asked.ts';
import { Ago, Command, Empty, Fault, Said } from '../parts/parts.tsx';
import { blocks, SaidMarkdown } from '../parts/said-markdown.tsx';
import { addressOf } from '../route.ts';

const ASK_MS = 15_000;

interface Left extends HandOff {
  readonly machine: number;
}

/** `aim`: the machine and the time of the one that is looked for; empty = none. */
export function HandOffs({ aim, shown }: { readonly aim: string; readonly shown: Snapshot }) {
  const { answer, trouble } = useAsked<{ readonly handOffs: readonly Left[]; readonly count: number }>('page/handoffs', ASK_MS);
  const isHere = answer !== null;
  useEffect(() => {
    if (isHere && aim !== '') document.getElementById(`left-${aim}`)?.scrollIntoView({ block: 'center' });
  }, [isHere, aim, blocks.value]);
  return (
    <section class="talk panel" aria-labelledby="talk">
      <h2 id="talk">Hand-offs</h2>
      <p class="row">
        <span class="quietly">What whoever stopped left for the next one.</span>
        <Command text={'coord handoff "…"'} />
      </p>
      {trouble !== null && <Fault error={trouble} />}
      {answer?.count === 0 && <Empty>Nothing was handed off yet.</Empty>}
      {answer !== null && answer.count > 0 && (
        <ol class="lines">
          {answer.handOffs.map((one) => (
            <Left key={`${one.machine}.${one.at}`} one={one} isMeant={`${one.machine}.${one.at}` === aim} shown={shown} />
          ))}
        </ol>
      )}
      {answer !== null && answer.count > answer.handOffs.length && (
        <p class="row">
          <span class="quietly">{answer.count - answer.handOffs.length} older ones are not shown here.</span>
          <Command text="coord handoffs" />
        </p>
      )}
    </section>
  );
}

interface LeftProps {
  readonly one: Left;
  readonly isMeant: boolean;
  readonly shown: Snapshot;
}

function Left({ one: { machine, at, project, order, done, open, where, next }, isMeant, shown }: LeftProps) {
  const parts = [
    ['Open', open],
    ['Where', where],
    ['Next', next],
  ] as const;
  return (
    <li id={`left-${machine}.${at}`} class={`said left ${isMeant ? 'meant' : ''}`}>
      <p class="quietly">
        {machine} <Said text={entryOf(shown.machines, String(machine))?.name ?? ''} /> · <Said text={project} /> · <Ago at={at} />
        {order !== null && (
          <>
            {' · '}
            <a href={addressOf('orders', order)}>
              <Said text={order} />
            </a>
          </>
        )}
      </p>
      <SaidMarkdown text={done} />
      {parts.map(
        ([name, text]) =>
          text !== null && (
            <section key={name} aria-label={name}>
              <h3>{name}</h3>
              <SaidMarkdown text={text} />
            </section>
          ),
      )}
    </li>
  );
}
