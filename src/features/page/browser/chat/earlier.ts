// Asks for what was said in a conversation before the messages that are here, a page at a time.
import { useRef, useState } from 'preact/hooks';
import { PEOPLE } from '../../../../core/model/messages/message.ts';
import type { Line, Partner } from '../../rules/conversations.ts';
import { type ChatPage, linesBefore, type ToldMessage } from '../../rules/earlier.ts';
import type { Snapshot } from '../../rules/snapshot.ts';
import { get } from '../session.ts';

const ANY_TIME = '9999-12-31T23:59:59.999Z';

export interface Earlier {
  /** Oldest first. */
  readonly lines: readonly Line[];
  readonly isBusy: boolean;
  readonly trouble: unknown;
  /** Null = nobody has asked. */
  readonly last: Pick<ChatPage, 'more' | 'isCut'> | null;
  ask(): Promise<void>;
}

/** `known`: the messages that are here, oldest first. */
export function useEarlier(partner: Partner, known: readonly Line[], { machines, self }: Snapshot): Earlier {
  const [told, setTold] = useState<readonly ToldMessage[]>([]);
  const [last, setLast] = useState<Earlier['last']>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  /** Where the first question began: at the oldest message that was here then. */
  const since = useRef<string | null>(null);
  const ask = async () => {
    // What others say to people is not among them at all.
    since.current ??= (partner === PEOPLE ? null : known.find(({ at }) => at !== null)?.at) ?? ANY_TIME;
    const until = told[0]?.at ?? since.current;
    const skip = told.filter(({ at }) => at === until).length;
    setBusy(true);
    const query = new URLSearchParams({ until, skip: String(skip) });
    try {
      const { messages, more, isCut } = await get<ChatPage>(`page/chat/${encodeURIComponent(partner)}?${query}`);
      setTold([...messages, ...told]);
      setLast({ more, isCut });
      setTrouble(null);
    } catch (error) {
      setTrouble(error);
    }
    setBusy(false);
  };
  return { lines: linesBefore(told, known, { machines, self: self.machine }), isBusy, trouble, last, ask };
}
