// Whom a message is from, in words.
import { numberedName } from '../model/machines/machine-label.ts';
import { PEOPLE } from '../model/messages/message.ts';

/** T5.4: stands where a name would, of people on a machine that demands signatures. */
export const UNSIGNED = 'not signed';

/** `2 pc`; `people`, or `people, not signed`. */
export function senderLabel({ from, name }: { readonly from: number; readonly name: string }): string {
  if (from !== Number(PEOPLE)) return numberedName(from, name);
  return name === '' ? 'people' : `people, ${name}`;
}
