// A row of a pane of `coord top`: what it says, and what it is about. Pure.
import { plainCell } from '../output/table.ts';
import { type Part, part, type Style } from './line.ts';

/** What a row is about: what a key does is done to that. */
export type Subject =
  | { readonly kind: 'machine'; readonly machine: number }
  | { readonly kind: 'order'; readonly order: string; readonly machine?: number | undefined; readonly hasRun: boolean }
  | { readonly kind: 'message'; readonly key: string; readonly from: number }
  | { readonly kind: 'nothing' };

export interface Row {
  /** The same as long as it is about the same. */
  readonly key: string;
  readonly cells: readonly Part[];
  readonly about: Subject;
}

const CELL_MAX = 300;

/** Other people's words, made harmless. */
export function cell(text: string, style?: Style): Part {
  return part(plainCell(text, CELL_MAX), style);
}
