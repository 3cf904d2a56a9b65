// Messages: with each machine, with people, and with everybody.
import { type Conversation, conversations } from '../../rules/conversations.ts';
import { HANDED_OFF } from '../../rules/palette.ts';
import { PartnerName, Talk } from '../chat/talk.tsx';
import { lazy } from '../parts/lazy.tsx';
import { addressOf } from '../route.ts';
import { snapshot } from '../store.ts';

const HandOffs = lazy(() => import('../chat/hand-offs.tsx').then((it) => it.HandOffs));

/** `2/2.17`: the message 17 of machine 2 in the conversation with it. `handoffs/2.<time>`: what machine 2 handed off then. */
export function Chat({ thing }: { readonly thing: string }) {
  const shown = snapshot.value;
  if (shown === null) return null;
  const [named = '', aim = ''] = thing.split('/');
  const all = conversations(shown);
  const isHandedOff = named === HANDED_OFF;
  const open = isHandedOff ? undefined : (all.find(({ partner }) => partner === named) ?? all[0]);
  return (
    <>
      <h1>Chat</h1>
      <div class="chat">
        <nav aria-label="Conversations">
          {all.map((one) => (
            <Entry key={one.partner} conversation={one} isOpen={one.partner === open?.partner} />
          ))}
          <a href={addressOf('chat', HANDED_OFF)} aria-current={isHandedOff ? 'true' : undefined}>
            Hand-offs
          </a>
        </nav>
        {isHandedOff && <HandOffs aim={aim} shown={shown} />}
        {open !== undefined && <Talk key={`${open.partner} ${aim}`} conversation={open} aim={aim} shown={shown} />}
      </div>
    </>
  );
}

function Entry({
  conversation: { partner, name, unread, questions, isUrgent },
  isOpen,
}: {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
}) {
  return (
    <a href={addressOf('chat', partner)} aria-current={isOpen ? 'true' : undefined}>
      <PartnerName partner={partner} name={name} />
      {isUrgent && <span class="urgent-word">urgent</span>}
      {questions > 0 && <span class="asks-word">{questions === 1 ? 'asks' : `${questions} questions`}</span>}
      {unread > 0 && (
        <span class="count">
          {unread}
          <span class="sr"> unread</span>
        </span>
      )}
    </a>
  );
}
