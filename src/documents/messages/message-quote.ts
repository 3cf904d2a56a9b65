// Shows a message to people and agents with its sender, quoted. A bar begins each line of a body and every character of it is visible, so
// no body can pass for words of coord's (M5).
import type { InboxMessage } from '../../core/messages/mailbox.ts';
import { senderLabel } from '../../core/messages/sender-label.ts';
import { EVERYBODY, PEOPLE } from '../../core/model/messages/message.ts';
import { visibleText } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';

/** `name`: of the sender; `program`: for whom it is there (M8). */
export type ShownMessage = InboxMessage & { readonly name: string; readonly program?: string };

/** `from 2 pc · #3 · 2026-11-20 22:00 UTC · urgent` */
export function messageHead({ from, name, to, number, at, priority, taken, program }: ShownMessage): string {
  const words = [
    `from ${visibleText(senderLabel({ from, name }))}${to === EVERYBODY ? ' to all' : ''}`,
    ...(from === Number(PEOPLE) ? [] : [`#${number}`]),
    ...(at === null ? [] : [readableTime(at)]),
    ...(priority === 'normal' ? [] : [priority]),
    ...(program === undefined ? [] : [forWords(program, taken)]),
    ...(taken ? ['read'] : []),
  ];
  return words.join(' · ');
}

export function quotedLines(text: string): string[] {
  return visibleText(text)
    .split('\n')
    .map((line) => `  | ${line}`.trimEnd());
}

/** M8. */
function forWords(program: string, taken: boolean): string {
  if (program === 'all') return `for all programs here${taken ? '' : '; not in the box of each'}`;
  return `for ${program}${taken ? '' : ', which is not known here or whose box was full'}`;
}
