// One conversation: what is asked in it, its messages back to the first, and what is written.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { senderLabel } from '../../../../core/messages/sender-label.ts';
import { actsForOrder } from '../../rules/acts.ts';
import {
  type Asking,
  type Conversation,
  cursorOf,
  type Line,
  linesWith,
  type Partner,
  questionsIn,
} from '../../rules/conversations.ts';
import { hasEarlier } from '../../rules/earlier.ts';
import { entryOf, type Snapshot } from '../../rules/snapshot.ts';
import { Acts } from '../acts/acts.tsx';
import { Ago, Empty, Fault, Said } from '../parts/parts.tsx';
import { blocks, SaidMarkdown } from '../parts/said-markdown.tsx';
import { addressOf } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { useEarlier } from './earlier.ts';
import { MarkRead, Write } from './write-message.tsx';

/** Of a longer conversation the end is shown first. */
const PAGE = 50;

export function PartnerName({ partner, name }: { readonly partner: Partner; readonly name: string }) {
  return (
    <span>
      {partner !== 'all' && partner !== '0' && <span class="number">{partner} </span>}
      <Said text={name} />
    </span>
  );
}

interface TalkProps {
  readonly conversation: Conversation;
  /** Of the message that is looked for: the number of who said it, and its own. Empty = the end. */
  readonly aim: string;
  readonly shown: Snapshot;
}

export function Talk({ conversation: { partner, name }, aim, shown }: TalkProps) {
  const cursor = cursorOf(partner, shown.inbox);
  const asked = questionsIn(partner, shown);
  return (
    <section class="talk panel" aria-labelledby="talk">
      <h2 id="talk">
        <PartnerName partner={partner} name={name} />
      </h2>
      {asked.map((one) => (
        <Question key={one.order} asking={one} shown={shown} />
      ))}
      {partner === '0' && <ToPeople shown={shown} />}
      <Messages partner={partner} aim={aim} shown={shown} />
      {cursor !== null && <MarkRead cursor={cursor} />}
      {!isReadOnly.value && <Write partner={partner} />}
    </section>
  );
}

/** Of an agent that goes on once it is answered. */
function Question({ asking: { order, machine, text }, shown }: { readonly asking: Asking; readonly shown: Snapshot }) {
  const it = entryOf(shown.orders, order);
  // What is asked stands above.
  const acts =
    it === undefined ? [] : actsForOrder(order, it).flatMap((act) => (act.kind === 'answer' ? [{ ...act, question: '' }] : []));
  return (
    <section class="asks" aria-label={`A question of ${order}`}>
      <p class="quietly">
        {machine} <Said text={entryOf(shown.machines, String(machine))?.name ?? ''} /> asks in{' '}
        <a href={addressOf('orders', order)}>
          <Said text={order} />
        </a>
        , and waits
      </p>
      <SaidMarkdown text={text} />
      <Acts acts={acts} />
    </section>
  );
}

interface MessagesProps {
  readonly partner: Partner;
  readonly aim: string;
  readonly shown: Snapshot;
}

/** The end, then what was before as it is wanted: first of what is here, then of what has left this machine's mailboxes. */
function Messages({ partner, aim, shown }: MessagesProps) {
  const [count, setCount] = useState(PAGE);
  const here = linesWith(partner, shown);
  const earlier = useEarlier(partner, here, shown);
  const lines = [...earlier.lines, ...here].toSorted(byTime);
  const place = aim === '' ? -1 : lines.findIndex((line) => anchorOf(line, shown) === aim);
  const drawn = lines.slice(-Math.max(count + earlier.lines.length, place === -1 ? 0 : lines.length - place + 5));
  const box = useScroll(drawn, place === -1 ? null : `said-${aim}`);
  const isAllHere = drawn.length === lines.length;
  const mayBeMore = (hasEarlier(here) || (aim !== '' && place === -1)) && earlier.last?.more !== false;
  const more = () => (isAllHere ? earlier.ask() : setCount(count + PAGE));
  // One that is looked for may be on any page.
  useEffect(() => {
    if (aim !== '' && place === -1 && mayBeMore && !earlier.isBusy && earlier.trouble === null) earlier.ask();
  }, [aim, place, earlier.lines.length, earlier.isBusy]);
  if (lines.length === 0 && !mayBeMore) return <Empty>Nothing was said yet.</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it.
    <section class="scroll" aria-label="Messages" tabIndex={0} ref={box}>
      {(!isAllHere || mayBeMore) && (
        <button type="button" disabled={earlier.isBusy} onClick={more}>
          {isAllHere ? 'Show what was before' : `Show ${Math.min(PAGE, lines.length - drawn.length)} earlier`}
        </button>
      )}
      {earlier.trouble !== null && <Fault error={earlier.trouble} />}
      {earlier.last?.isCut === true && !mayBeMore && (
        <p class="quietly">What is older was not looked at: coord timeline --since</p>
      )}
      {aim !== '' && place === -1 && !mayBeMore && <p class="quietly">The message that you look for is not here any more.</p>}
      <ol class="lines">
        {drawn.map((line) => (
          <Message key={line.key} line={line} anchor={anchorOf(line, shown)} aim={aim} shown={shown} />
        ))}
      </ol>
    </section>
  );
}

function byTime(one: Line, other: Line): number {
  const [a, b] = [one.at ?? '', other.at ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}

function anchorOf({ from, number }: Line, { self }: Snapshot): string {
  return `${from?.number ?? self.machine}.${number}`;
}

/** At the end as it comes, at the message that is looked for, and where one was while what is older comes above it. */
function useScroll(lines: readonly Line[], aim: string | null) {
  const box = useRef<HTMLElement>(null);
  const before = useRef({ first: lines[0]?.key, height: 0 });
  const first = lines[0]?.key;
  const last = lines.at(-1)?.key;
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    if (aim !== null) document.getElementById(aim)?.scrollIntoView({ block: 'center' });
    else current.scrollTop = current.scrollHeight;
    before.current = { first, height: current.scrollHeight };
    // And again when what is written is drawn as it is meant.
  }, [last, aim, blocks.value]);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    if (before.current.first !== first) current.scrollTop += current.scrollHeight - before.current.height;
    before.current = { first, height: current.scrollHeight };
  }, [first]);
  return box;
}

/** What other machines have said to people, and nobody has answered. */
function ToPeople({ shown }: { readonly shown: Snapshot }) {
  const asked = (shown.messages?.toPeople ?? []).filter(({ from }) => from !== shown.self.machine);
  if (asked.length === 0) return null;
  return (
    <ol class="lines">
      {asked.toReversed().map(({ from, number, at, priority, text }) => (
        <li key={`${from} ${number}`} class="said">
          <p class="quietly">
            <a href={addressOf('chat', String(from))}>
              {from} <Said text={shown.machines[from]?.name ?? ''} />
            </a>{' '}
            to people · <Ago at={at} />
            {priority === 'normal' ? '' : ` · ${priority}`}
          </p>
          <SaidMarkdown text={text} />
        </li>
      ))}
    </ol>
  );
}

function Message({
  line: { from, at, priority, body, state, readers, isUnread },
  anchor,
  aim,
  shown,
}: {
  readonly line: Line;
  readonly anchor: string;
  readonly aim: string;
  readonly shown: Snapshot;
}) {
  const had = Object.values(readers);
  const readBy = had.length === 0 ? '' : `, by ${had.filter((one) => one === 'read').length} of ${had.length}`;
  return (
    <li
      id={`said-${anchor}`}
      class={[
        ...['said', from === null ? 'own' : '', priority === 'urgent' ? 'urgent' : ''],
        ...[isUnread ? 'unread' : '', anchor === aim ? 'meant' : ''],
      ].join(' ')}
    >
      <p class="quietly">
        <Said text={from === null ? shown.self.name : nameOf(from)} />
        {at !== null && (
          <>
            {' · '}
            <Ago at={at} />
          </>
        )}
        {priority === 'normal' ? '' : ` · ${priority}`}
        {from === null && state !== '' ? ` · ${state}${state === 'read' || had.length > 0 ? readBy : ''}` : ''}
        {isUnread ? ' · unread' : ''}
      </p>
      <SaidMarkdown text={body} />
    </li>
  );
}

function nameOf({ number, name }: { readonly number: number; readonly name: string }): string {
  return number === 0 ? senderLabel({ from: number, name }) : name || `machine ${number}`;
}
