// Defines what a search finds, as it is told.

export interface SearchHit {
  readonly kind: 'order' | 'run' | 'message' | 'hand-off';
  /** Of an order or a run the order's id; of a message who wrote to whom, and its number. */
  readonly id: string;
  /** Whose word it is; null = people's. */
  readonly machine: number | null;
  /** ISO 8601 UTC; null = it says none. */
  readonly at: string | null;
  /** What it is in a word or a line: an order's title, a run's state. */
  readonly title: string;
  /** A line of it, around what was found. */
  readonly excerpt: string;
  /** T11.5: of the archive or the word of a person, which nobody signs, on a machine that demands signatures; absent = not so. */
  readonly signed?: false;
}
