// Applies cuts and insertions at offsets of one text. Everything else stays byte for byte.

export interface Splice {
  readonly offset: number;
  /** Characters taken out; 0 = an insertion. */
  readonly length: number;
  readonly text: string;
}

/** Applies splices that do not overlap; of several at one offset, in the order given. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let from = 0;
  for (const splice of splices.toSorted((a, b) => a.offset - b.offset)) {
    if (splice.offset < from) throw new Error('splices overlap');
    result += text.slice(from, splice.offset) + splice.text;
    from = splice.offset + splice.length;
  }
  return result + text.slice(from);
}
