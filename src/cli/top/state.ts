// What a person at `coord top` is at: which pane, which row, what was asked; and what a key makes of that. Pure: what shall be done comes
// out as a wish.
import type { PaneName } from './panes.ts';
import type { Subject } from './rows.ts';

/** Something that a command does; done exactly as that command does it. */
export type Wish =
  | { readonly kind: 'cancel' | 'approve' | 'retry'; readonly order: string }
  /** Null = the fleet. */
  | { readonly kind: 'pause' | 'resume'; readonly machine: number | null }
  | { readonly kind: 'send'; readonly to: string; readonly body: string }
  | { readonly kind: 'sync' };

/** What fills the screen instead of the panes. */
export type LookAt = { readonly kind: 'log' | 'about'; readonly subject: Exclude<Subject, { readonly kind: 'nothing' }> };

interface Choice {
  readonly key: string;
  readonly wish: Wish;
}

export type Mode =
  | { readonly kind: 'panes' }
  /** `top`: the first line that is shown; null = the end, and what comes is followed. */
  | { readonly kind: 'look'; readonly at: LookAt; readonly top: number | null }
  | { readonly kind: 'ask'; readonly question: string; readonly choices: readonly Choice[]; readonly back: Mode }
  | { readonly kind: 'type'; readonly asks: 'to' | 'message'; readonly to: string; readonly text: string; readonly back: Mode }
  | { readonly kind: 'filter' }
  | { readonly kind: 'keys' };

/** The row that is chosen: it is found by its key wherever it moves, and by its place once it is gone. */
export interface Place {
  readonly key: string;
  readonly index: number;
}

export interface Notice {
  readonly lines: readonly string[];
  readonly isTrouble: boolean;
}

export interface State {
  readonly pane: PaneName;
  readonly places: Readonly<Partial<Record<PaneName, Place>>>;
  readonly mode: Mode;
  readonly filter: string;
  readonly notice: Notice | null;
  /** What is being done, and since when. */
  readonly busy: { readonly what: string; readonly sinceMs: number } | null;
}

export const START: State = {
  pane: 'machines',
  places: {},
  mode: { kind: 'panes' },
  filter: '',
  notice: null,
  busy: null,
};

export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['tab, shift-tab, ← →', 'the next pane, the one before'],
  ['↑ ↓, j k, page, g G', 'choose a row; in a log: scroll'],
  ['enter', 'open it: a run, an order, a machine, a message'],
  ['l', 'the log of an order, and what comes'],
  ['c', 'cancel the order (coord cancel)'],
  ['a', 'approve the order (coord approve)'],
  ['R', 'run the order again (coord retry)'],
  ['p', 'pause or resume a machine, or the fleet'],
  ['s', 'send a message (coord send)'],
  ['r', 'sync now (coord sync)'],
  ['/', 'only rows with these words; esc: all rows again'],
  ['?', 'these keys'],
  ['esc', 'back'],
  ['q, ctrl-c', 'quit'],
];

export function wishWords(wish: Wish): string {
  switch (wish.kind) {
    case 'cancel':
    case 'approve':
    case 'retry':
      return `${wish.kind} ${wish.order}`;
    case 'pause':
    case 'resume':
      return `${wish.kind} ${wish.machine ?? 'the fleet'}`;
    case 'send':
      return `send to ${wish.to}`;
    case 'sync':
      return 'sync';
  }
}
