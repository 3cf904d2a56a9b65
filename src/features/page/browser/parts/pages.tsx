// A long list a page at a time: what is drawn never grows with the list, and neither does the time of an update.
import { useState } from 'preact/hooks';

export interface Pages<T> {
  readonly drawn: readonly T[];
  /** The buttons to the others; null = there is one page. */
  readonly pager: ReturnType<typeof Pager> | null;
  /** Draws the page that has the thing at this place of the list. */
  turnTo(place: number): void;
}

/** `mark`: of what the list is of; another one begins at its first page. */
export function usePages<T>(all: readonly T[], size: number, mark = ''): Pages<T> {
  const [at, setAt] = useState({ from: 0, mark });
  // A list that became shorter has its last page.
  const last = Math.max(0, Math.ceil(all.length / size) - 1) * size;
  const from = at.mark === mark ? Math.min(at.from, last) : 0;
  const to = Math.min(all.length, from + size);
  const go = (next: number) => {
    setAt({ from: next, mark });
    document.getElementById('main')?.scrollIntoView();
  };
  const pager = all.length <= size ? null : <Pager place={{ from, to, size }} count={all.length} go={go} />;
  return { drawn: all.slice(from, to), pager, turnTo: (place) => setAt({ from: Math.floor(place / size) * size, mark }) };
}

interface PagerProps {
  readonly place: { readonly from: number; readonly to: number; readonly size: number };
  readonly count: number;
  go(from: number): void;
}

function Pager({ place: { from, to, size }, count, go }: PagerProps) {
  return (
    <nav class="row pager" aria-label="Pages of the list">
      <button type="button" disabled={from === 0} onClick={() => go(from - size)}>
        Before
      </button>
      <span role="status">
        {from + 1} to {to} of {count}
      </span>
      <button type="button" disabled={to === count} onClick={() => go(from + size)}>
        Next
      </button>
    </nav>
  );
}
