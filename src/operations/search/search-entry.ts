// What is searched: an order, a run, a message or a note, each as one entry.
import type { SearchHit } from '../../core/model/status/search-hit.ts';

export interface SearchEntry extends Omit<SearchHit, 'excerpt'> {
  readonly text: string;
  /** Of a run; absent where its document does not say which it was. */
  readonly run?: { readonly generation: number; readonly attempt: number; readonly tail: string };
}
