// What a search finds: an order, a run, a message or a note, each as one entry.

export interface SearchEntry {
  readonly kind: 'order' | 'run' | 'message' | 'hand-off';
  /** Of an order or a run the order's id; of a message who wrote to whom, and its number. */
  readonly id: string;
  /** Whose word it is; null = people's. */
  readonly machine: number | null;
  /** ISO 8601 UTC; null = it says none. */
  readonly at: string | null;
  /** What it is in a word or a line: an order's title, a run's state. */
  readonly title: string;
  readonly text: string;
  /** Of a run; absent where its document does not say which it was. */
  readonly run?: { readonly generation: number; readonly attempt: number; readonly tail: string };
  /** T11.5: of the archive or the word of a person, which nobody signs, on a machine that demands signatures; absent = not so. */
  readonly signed?: false;
}

export interface SearchHit extends Omit<SearchEntry, 'text' | 'run'> {
  /** A line of it, around what was found. */
  readonly excerpt: string;
}
