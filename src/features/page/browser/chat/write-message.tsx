// Writes a message to a conversation, and marks those of others as read.
import { useState } from 'preact/hooks';
import { shellWord } from '../../../../core/base/shell-word.ts';
import type { Partner } from '../../rules/conversations.ts';
import { useAct } from '../acts/acts.tsx';
import { Command } from '../parts/parts.tsx';
import { isReadOnly } from '../session.ts';

export function MarkRead({ cursor }: { readonly cursor: Readonly<Record<string, number>> }) {
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

export function Write({ partner }: { readonly partner: Partner }) {
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
