// What became of an act, as the local API answers it: done, recorded and waiting, or done to no avail. Pure.

/** What answers to acts have in common; those of some have none of it. */
export interface Done {
  readonly landed?: boolean;
  readonly trouble?: string | null;
  /** What the command would warn of, word for word. */
  readonly warnings?: readonly string[];
}

export function doneWords({ landed, trouble, warnings = [] }: Done): { readonly tone: 'good' | 'warn'; readonly text: string } {
  const why = trouble != null && trouble !== '' ? `: ${trouble}` : '';
  const waits = landed === false ? [`Recorded here; it goes out with the next sync that can${why}`] : [];
  const told = [...waits, ...warnings];
  return told.length === 0 ? { tone: 'good', text: 'Done.' } : { tone: 'warn', text: told.join(' · ') };
}
