// Messages: with each machine, with people, and with everybody.
import { useEffect, useRef, useState } from 'preact/hooks';
import { shellWord } from '../../../../core/base/shell-word.ts';
import { type Conversation, conversations, cursorOf, type Line, linesWith, type Partner } from '../../rules/conversations.ts';
import type { Snapshot } from '../../rules/snapshot.ts';
import { useAct } from '../acts.tsx';
import { Ago, Command, Empty, Said, SaidWithLinks } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { isReadOnly } from '../session.ts';
import { snapshot } from '../store.ts';

/** Of a longer conversation the end is shown first. */
const PAGE = 50;

export function Chat({ thing }: { readonly thing: string }) {
  const shown = snapshot.value;
  if (shown === null) return null;
  const all = conversations(shown, shown.machines, shown.self.machine);
  const open = all.find(({ partner }) => partner === thing) ?? all[0];
  return (
    <>
      <h1>Chat</h1>
      <div class="chat">
        <nav aria-label="Conversations">
          {all.map((one) => (
            <Entry key={one.partner} conversation={one} isOpen={one.partner === open?.partner} />
          ))}
        </nav>
        {open !== undefined && <Talk key={open.partner} conversation={open} shown={shown} />}
      </div>
    </>
  );
}

function Entry({
  conversation: { partner, name, unread, isUrgent },
  isOpen,
}: {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
}) {
  return (
    <a href={addressOf('chat', partner)} aria-current={isOpen ? 'true' : undefined}>
      <Name partner={partner} name={name} />
      {isUrgent && <span class="urgent-word">urgent</span>}
      {unread > 0 && (
        <span class="count">
          {unread}
          <span class="sr"> unread</span>
        </span>
      )}
    </a>
  );
}

function Name({ partner, name }: { readonly partner: Partner; readonly name: string }) {
  return (
    <span>
      {partner !== 'all' && partner !== '0' && <span class="number">{partner} </span>}
      <Said text={name} />
    </span>
  );
}

function Talk({ conversation: { partner, name }, shown }: { readonly conversation: Conversation; readonly shown: Snapshot }) {
  const [count, setCount] = useState(PAGE);
  const lines = linesWith(partner, shown);
  const cursor = cursorOf(partner, shown.inbox);
  const box = useRef<HTMLElement>(null);
  const last = lines.at(-1)?.key;
  // After each new message.
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);
  return (
    <section class="talk panel" aria-labelledby="talk">
      <h2 id="talk">
        <Name partner={partner} name={name} />
      </h2>
      {partner === '0' && <ToPeople shown={shown} />}
      {lines.length > count && (
        <button type="button" onClick={() => setCount(count + PAGE)}>
          Show {Math.min(PAGE, lines.length - count)} earlier
        </button>
      )}
      {lines.length === 0 ? (
        <Empty>Nothing was said yet.</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it.
        <section class="scroll" aria-label="Messages" tabIndex={0} ref={box}>
          <ol class="lines">
            {lines.slice(-count).map((line) => (
              <Message key={line.key} line={line} shown={shown} />
            ))}
          </ol>
        </section>
      )}
      {cursor !== null && <MarkRead cursor={cursor} />}
      {!isReadOnly.value && <Write partner={partner} />}
    </section>
  );
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
          <p class="body">
            <SaidWithLinks text={text} />
          </p>
        </li>
      ))}
    </ol>
  );
}

function Message({
  line: { from, at, priority, body, state, readers, isUnread },
  shown,
}: {
  readonly line: Line;
  readonly shown: Snapshot;
}) {
  const had = Object.values(readers);
  const readBy = had.length === 0 ? '' : `, by ${had.filter((one) => one === 'read').length} of ${had.length}`;
  return (
    <li class={`${from === null ? 'said own' : 'said'}${priority === 'urgent' ? ' urgent' : ''}${isUnread ? ' unread' : ''}`}>
      <p class="quietly">
        <Said text={from === null ? shown.self.name : from.number === 0 ? 'people' : from.name || `machine ${from.number}`} />
        {at !== null && (
          <>
            {' · '}
            <Ago at={at} />
          </>
        )}
        {priority === 'normal' ? '' : ` · ${priority}`}
        {from === null ? ` · ${state}${state === 'read' || had.length > 0 ? readBy : ''}` : isUnread ? ' · unread' : ''}
      </p>
      <p class="body">
        <SaidWithLinks text={body} />
      </p>
    </li>
  );
}

function MarkRead({ cursor }: { readonly cursor: Readonly<Record<string, number>> }) {
  const doing = useAct();
  if (isReadOnly.value) return null;
  return (
    <div class="row">
      <button type="button" disabled={doing.isBusy} onClick={() => doing.run('inbox/take', { confirm: cursor })}>
        Mark as read
      </button>
      <span class="quietly">the sender sees it</span>
      {doing.said}
    </div>
  );
}

function Write({ partner }: { readonly partner: Partner }) {
  const [body, setBody] = useState('');
  const [priority, setPriority] = useState('normal');
  const doing = useAct();
  const send = async (event: Event) => {
    event.preventDefault();
    const to = partner === 'all' ? 'all' : Number(partner);
    if (await doing.run('messages', { to, body, priority })) setBody('');
  };
  const option = priority === 'normal' ? '' : ` --priority ${priority}`;
  return (
    <form class="write" onSubmit={send}>
      <label>
        <span class="sr">Message</span>
        <textarea rows={2} placeholder="Message" value={body} onInput={({ currentTarget }) => setBody(currentTarget.value)} />
      </label>
      <div class="row">
        <button type="submit" class="main" disabled={doing.isBusy || body.trim() === ''}>
          Send
        </button>
        <select aria-label="Priority" value={priority} onChange={({ currentTarget }) => setPriority(currentTarget.value)}>
          <option value="low">low</option>
          <option value="normal">normal</option>
          <option value="high">high</option>
          <option value="urgent">urgent: an emergency</option>
        </select>
        <Command
          text={`${['coord send', shellWord(String(partner)), body.trim() === '' ? '"…"' : shellWord(body.trim())].join(' ')}${option}`}
        />
      </div>
      {doing.said}
    </form>
  );
}
