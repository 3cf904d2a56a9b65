// Messages: with each machine, with people, and with everybody.
import { useLayoutEffect } from 'preact/hooks';
import { type Conversation, conversations } from '../../rules/conversations.ts';
import { HANDED_OFF } from '../../rules/palette.ts';
import { PartnerName, Talk } from '../chat/talk.tsx';
import { lazy } from '../parts/lazy.tsx';
import { addressOf, replaceAddress } from '../route.ts';
import { snapshot } from '../store.ts';

const HandOffs = lazy(() => import('../chat/hand-offs.tsx').then((it) => it.HandOffs));

/** `2/2.17`: the message 17 of machine 2 in the conversation with it. `handoffs/2.<time>`: what machine 2 handed off then. */
export function Chat({ thing }: { readonly thing: string }) {
  const shown = snapshot.value;
  const [named = '', aim = ''] = thing.split('/');
  const all = shown === null ? [] : conversations(shown, named);
  const isHandedOff = named === HANDED_OFF;
  const open = all.find(({ partner }) => partner === named);
  const first = isHandedOff || open !== undefined ? undefined : all[0]?.partner;
  // Where none is chosen the first one is, at once: another one may be first in a moment, and what is typed would go there.
  useLayoutEffect(() => {
    if (first !== undefined) replaceAddress(addressOf('chat', first));
  }, [first]);
  if (shown === null) return null;
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
