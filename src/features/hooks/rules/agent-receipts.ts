// Says when a message that an agent's session was given counts as read (M9). Its program may drop an answer, and the session may end before
// its model was asked, so only an act of the model after it proves that it was read. Pure.

/** Of one message in one session. */
export interface Given {
  readonly event: string;
  readonly turn: string | null;
  /** Nothing of it was cut. */
  readonly whole: boolean;
  /** The model has worked with it. */
  readonly seen: boolean;
}

export interface Happening {
  readonly event: string;
  readonly turn: string | null;
  readonly goesOn: boolean;
}

/** True when the model must have had that message before it when this happened. */
export function isProof(given: Given, now: Happening): boolean {
  if (given.seen) return true;
  const isSameTurn = given.turn === null || given.turn === now.turn;
  // A turn that ended by itself had all of it but what was given at its end; a prompt that was dropped was no turn.
  if (now.event === 'Stop') return given.event === 'Stop' ? now.goesOn : isSameTurn;
  // Tools of one answer run side by side: what one of them brought, the model has not seen when the next one ends.
  if (now.event !== 'PostToolUse' || given.event === 'PostToolUse' || given.event === 'Stop') return false;
  return isSameTurn;
}

interface Numbered {
  readonly source: string;
  readonly number: number;
}

/** How far each log was seen: a cursor passes no message that was not (M1). */
export function seenUpTo(unread: readonly Numbered[], isSeen: (message: Numbered) => boolean): Readonly<Record<string, number>> {
  const upTo: Record<string, number> = {};
  const stopped = new Set<string>();
  for (const message of unread.toSorted((a, b) => a.number - b.number)) {
    const { source, number } = message;
    if (stopped.has(source)) continue;
    if (isSeen(message)) upTo[source] = number;
    else stopped.add(source);
  }
  return upTo;
}
