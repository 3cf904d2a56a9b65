// The whole screen as lines, from what is seen and what one is at. Exactly as many as there is room for, none wider. Pure.
import { visibleText } from '../../documents/text/escape-text.ts';
import { plainCell } from '../output/table.ts';
import type { Sight } from './frame-state.ts';
import { emergencyLine, headLines, troubleBlock } from './head-lines.ts';
import { shareOut } from './layout.ts';
import { cutLine, type Line, part } from './line.ts';
import { type Looked, wrappedLook } from './look-lines.ts';
import { beside, paneLines, wantedLines } from './pane-lines.ts';
import { type Pane, type PaneName, panesOf } from './panes.ts';
import { chosenIndex, chosenPane, type Scene } from './reducer.ts';
import { KEYS, type State } from './state.ts';
import { wrapFirst, wrapText } from './wrap.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Frame {
  readonly lines: readonly Line[];
  readonly scene: Scene;
}

/** From here on there are two columns of panes. */
const WIDE = 120;
const LEFT: readonly PaneName[] = ['machines', 'messages'];
const NOTICE_LINES_MAX = 4;

export function frameOf(state: State, sight: Sight | null, looked: Looked | null, size: Size, nowMs: number): Frame {
  const view = sight === null || typeof sight.view === 'string' ? null : sight.view;
  const foot = footLines(state, size.columns, nowMs);
  const room = Math.max(0, size.rows - foot.length);
  const panes = sight === null ? [] : panesOf(sight, nowMs, state.filter);
  const body = bodyOf(state, sight, looked, panes, { columns: size.columns, rows: room }, nowMs);
  const lines = [...body.lines.slice(0, room), ...Array.from({ length: Math.max(0, room - body.lines.length) }, (): Line => [])];
  const all = [...lines, ...foot].slice(0, size.rows).map((line) => cutLine(line, size.columns));
  return { lines: all, scene: { view, panes, page: body.page, topMax: body.topMax } };
}

interface Body {
  readonly lines: readonly Line[];
  readonly page: number;
  readonly topMax: number;
}

function bodyOf(
  state: State,
  sight: Sight | null,
  looked: Looked | null,
  panes: readonly Pane[],
  size: Size,
  nowMs: number,
): Body {
  if (sight === null) return { lines: [[part('…')]], page: 1, topMax: 0 };
  const under = state.mode.kind === 'ask' || state.mode.kind === 'type' ? state.mode.back : state.mode;
  if (under.kind === 'keys') return keysBody();
  if (under.kind === 'look') return lookBody(sight, looked, under.top, size);
  const head = headLines(sight, nowMs);
  if (typeof sight.view === 'string') return { lines: [...head, [], ...nothingYet(sight.view)], page: 1, topMax: 0 };
  const trouble = troubleBlock(sight, nowMs, size.columns, Math.max(1, Math.floor(size.rows / 6)));
  const none: Line[] = panes.length === 0 ? [[], [part('no row matches')]] : [];
  const top = [...head, ...trouble, ...none];
  const body = panesBody(state, panes, { columns: size.columns, rows: size.rows - top.length });
  return { ...body, lines: [...top, ...body.lines] };
}

function nothingYet(view: 'none' | 'unreadable'): readonly Line[] {
  const why =
    view === 'none'
      ? 'This machine has never synced: there is nothing to show yet.'
      : 'Another version of coord synced here last.';
  return [[part(why)], [part('Press r to sync now.')]];
}

function keysBody(): Body {
  const width = Math.max(...KEYS.map(([keys]) => keys.length));
  const lines = KEYS.map(([keys, what]): Line => [part(`  ${keys.padEnd(width)}`, 'bold'), part(`   ${what}`)]);
  return { lines: [[part('▸ Keys', 'bold')], [], ...lines], page: 1, topMax: 0 };
}

function lookBody(sight: Sight, looked: Looked | null, top: number | null, size: Size): Body {
  const alarm = emergencyLine(sight);
  const head: Line[] = [...(alarm === null ? [] : [alarm]), [part(`▸ ${looked?.title ?? '…'}`, 'bold')]];
  const page = Math.max(1, size.rows - head.length);
  const lines = looked === null ? [] : wrappedLook(looked, size.columns);
  const topMax = Math.max(0, lines.length - page);
  const first = Math.min(top ?? topMax, topMax);
  const shown = lines.slice(first, first + page).map((text): Line => [part(text)]);
  return { lines: [...head, ...shown], page, topMax };
}

function panesBody(state: State, panes: readonly Pane[], size: Size): Body {
  const chosen = chosenPane(state, panes);
  const shown = (pane: Pane) => ({
    pane,
    isChosen: pane === chosen,
    index: chosenIndex(pane.rows, state.places[pane.name]),
  });
  const stack = (some: readonly Pane[], columns: number, rows: number) => {
    const given = sharesOf(some, chosen, rows);
    return some.flatMap((pane, at) => paneLines(shown(pane), columns, given[at] ?? 0));
  };
  const page = Math.max(1, Math.floor(size.rows / 2));
  if (size.columns < WIDE) return { lines: stack(panes, size.columns, size.rows), page, topMax: 0 };
  const needs = panes.filter(({ name }) => name === 'needs');
  const others = panes.filter(({ name }) => name !== 'needs');
  const top = stack(
    needs,
    size.columns,
    Math.min(needs.flatMap(({ rows }) => rows).length + needs.length, Math.floor(size.rows / 3)),
  );
  const rows = Math.max(0, size.rows - top.length);
  const leftWidth = Math.floor((size.columns - 3) * 0.46);
  const rightWidth = size.columns - 3 - leftWidth;
  const isLeft = ({ name }: Pane) => LEFT.includes(name);
  const left = stack(others.filter(isLeft), leftWidth, rows);
  const right = stack(
    others.filter((pane) => !isLeft(pane)),
    rightWidth,
    rows,
  );
  return { lines: [...top, ...beside(left, right, leftWidth, rows)], page, topMax: 0 };
}

function sharesOf(panes: readonly Pane[], chosen: Pane | undefined, rows: number): readonly number[] {
  const wants = panes.map((pane) => {
    const most = wantedLines(pane);
    return { most, least: Math.min(most, pane.name === 'needs' ? 4 : 3) };
  });
  return shareOut(rows, wants, chosen === undefined ? -1 : panes.indexOf(chosen));
}

function footLines({ mode, notice, busy, filter }: State, columns: number, nowMs: number): readonly Line[] {
  const said = wrapFirst(notice?.lines ?? [], columns, NOTICE_LINES_MAX).lines;
  const lines: Line[] = said.map((text) => [part(text, notice?.isTrouble ? 'yellow' : 'green')]);
  if (busy !== null) lines.push([part(`${busy.what} · ${Math.max(0, Math.round((nowMs - busy.sinceMs) / 1000))} s`, 'cyan')]);
  switch (mode.kind) {
    case 'ask':
      return [...lines, ...wrapText(mode.question, columns, NOTICE_LINES_MAX).map((text): Line => [part(text, 'bold')])];
    case 'type': {
      const label = mode.asks === 'to' ? 'To (a number, a name, all; 0: people)' : `Message to ${mode.to}`;
      return [...lines, typing(label, mode.text, columns), [part('enter: continue  esc: cancel', 'dim')]];
    }
    case 'filter':
      return [...lines, typing('Only rows with', filter, columns), [part('enter: keep it  esc: all rows', 'dim')]];
    case 'look':
      return [...lines, [part('esc back  ↑↓ scroll  G end, follow  c cancel  s send  q back', 'dim')]];
    case 'keys':
      return [[part('any key: back', 'dim')]];
    default: {
      const filtered = filter === '' ? [] : [part(`only “${plainCell(filter, 20)}”, esc: all  `, 'yellow')];
      const keys = 'tab ↑↓  enter look  c cancel  p pause  s send  r sync  / filter  ? keys  q quit';
      return [...lines, [...filtered, part(keys, 'dim')]];
    }
  }
}

/** What is typed last is always to be seen. */
function typing(label: string, text: string, columns: number): Line {
  const room = Math.max(4, columns - label.length - 4);
  const characters = [...visibleText(text).replaceAll(/\s/g, ' ')];
  const shown = characters.length > room ? ['…', ...characters.slice(1 - room)].join('') : characters.join('');
  return [part(`${label}: `, 'bold'), part(`${shown}▏`)];
}
