// Of senders' message histories what this machine has not taken (M4), by the id of each part: a look parses only parts that are new (C4), however many
// there are and whatever is missing from them (D12). It forgets what the newest look did not ask for.
import type { Blob } from '../../core/model/ledger/trees.ts';
import type { MovedMessage } from '../../core/model/messages/mail.ts';
import type { Reader } from '../../core/model/messages/message.ts';
import { parseMessageHistory } from '../../documents/messages/message-history.ts';
import type { Ledger } from '../../ports.ts';

/** Characters: what is unread takes less, but a lane of somebody else's can hold a hundred thousand parts. What is above is parsed at each look. */
const KEPT_MAX = 64 * 1024 * 1024;
/** Of a message without its body. */
const MESSAGE_SIZE = 200;

/** How far was read, by reader. */
type Taken = ReadonlyMap<Reader, number>;

interface Part {
  readonly taken: Taken;
  /** To those readers, and not taken. */
  readonly messages: readonly MovedMessage[];
}

export class HistoryCache {
  #parts = new Map<string, Part>();

  /** Begins a look. `unread`: the messages of a part that were not taken; none where the repo lacks it, which is asked for again. */
  open(ledger: Pick<Ledger, 'read'>): {
    unread: (id: string, taken: Taken) => Promise<readonly MovedMessage[]>;
    settle: () => void;
  } {
    const asked = new Map<string, Part>();
    let left = KEPT_MAX;
    return {
      unread: async (id, taken) => {
        const known = [asked.get(id), this.#parts.get(id)].find((part) => part !== undefined && reachesBack(part, taken));
        const part = known ?? partOf((await ledger.read([id])).get(id), taken);
        if (part === null) return [];
        const size = part.messages.reduce((sum, { body }) => sum + MESSAGE_SIZE + body.length, 0);
        if (asked.get(id) !== part && size <= left) {
          left -= size;
          asked.set(id, part);
        }
        return part.messages;
      },
      settle: () => {
        this.#parts = asked;
      },
    };
  }
}

/** It holds all that was not taken by now. */
function reachesBack(part: Part, taken: Taken): boolean {
  return [...taken].every(([reader, number]) => (part.taken.get(reader) ?? Number.POSITIVE_INFINITY) <= number);
}

function partOf(blob: Blob | undefined, taken: Taken): Part | null {
  if (blob?.kind !== 'text') return null;
  const isUnread = ({ reader, number }: MovedMessage) => number > (taken.get(reader) ?? Number.POSITIVE_INFINITY);
  // A copy: words of a long text keep all of it in memory.
  return { taken, messages: structuredClone(parseMessageHistory(blob.text).filter(isUnread)) };
}
