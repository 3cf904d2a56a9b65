// What a key makes of the state (state.ts). Pure.
import { shellWord } from '../../core/base/shell-word.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { isOver, isRepeated, mayBeRetried } from '../../core/orders/order-end.ts';
import type { View } from '../../operations/sync/view.ts';
import { plainCell } from '../output/table.ts';
import type { Pane, PaneName } from './panes.ts';
import { answer, filtered, type Key, type Pressed, typed } from './prompt.ts';
import type { Row, Subject } from './rows.ts';
import type { LookAt, Mode, Place, State } from './state.ts';

/** What is on the screen while the key is pressed. */
export interface Scene {
  readonly view: View | null;
  readonly panes: readonly Pane[];
  /** Rows that fit: so far goes a page. */
  readonly page: number;
  /** Where a look can begin at the latest. */
  readonly topMax: number;
  /** Absent = nothing was drawn yet. */
  readonly drawn?: Drawn | undefined;
}

/** Which row stood there as the chosen one when the screen was drawn last, and what it was found by. */
export interface Drawn {
  readonly row: string;
  readonly pane: PaneName;
  readonly places: State['places'];
}

const REPLACED = 'nothing was done: the rows have just moved; try again';

export function press(before: State, key: Key, scene: Scene): Pressed {
  const state = { ...before, notice: null };
  switch (state.mode.kind) {
    case 'ask':
      return answer(state, state.mode, key);
    case 'type':
      return typed(state, state.mode, key);
    case 'filter':
      return filtered(state, key);
    case 'keys':
      return isQuit(key) ? { state, quit: true } : { state: { ...state, mode: { kind: 'panes' } } };
    default:
      return command(state, key, scene);
  }
}

/** The pane that keys go to, though the one that was chosen may be gone. */
export function chosenPane({ pane }: Pick<State, 'pane'>, panes: readonly Pane[]): Pane | undefined {
  return panes.find(({ name }) => name === pane) ?? panes[0];
}

export function chosenIndex(rows: readonly Row[], place: Place | undefined): number {
  if (place === undefined) return 0;
  const found = rows.findIndex(({ key }) => key === place.key);
  return found >= 0 ? found : Math.max(0, Math.min(place.index, rows.length - 1));
}

function chosenSubject(state: State, { panes }: Scene): Subject {
  if (state.mode.kind === 'look') return state.mode.at.subject;
  const pane = chosenPane(state, panes);
  return pane?.rows[chosenIndex(pane.rows, state.places[pane.name])]?.about ?? { kind: 'nothing' };
}

export function drawnOf({ pane, places }: Pick<State, 'pane' | 'places'>, panes: readonly Pane[]): Drawn {
  const shown = chosenPane({ pane }, panes);
  const row = shown === undefined ? undefined : shown.rows[chosenIndex(shown.rows, places[shown.name])];
  return { row: `${shown?.name} ${row?.key}`, pane, places };
}

/** Not by a key: what one saw there is gone, or something has come before it. */
function isReplaced(state: State, { drawn, panes }: Scene): boolean {
  if (drawn === undefined || state.mode.kind !== 'panes') return false;
  const now = drawnOf(state, panes);
  return now.pane === drawn.pane && now.places === drawn.places && now.row !== drawn.row;
}

const ROW_KEYS: readonly string[] = ['l', 'c', 'a', 'R', 'p', 's'];

function isOfRow({ name, text }: Key): boolean {
  return name === 'enter' || (name === 'text' && ROW_KEYS.includes(text));
}

function isQuit({ name, text }: Key): boolean {
  return name === 'text' && (text === 'q' || text === 'Q');
}

function command(state: State, key: Key, scene: Scene): Pressed {
  const { mode } = state;
  if (isQuit(key)) return mode.kind === 'look' ? { state: back(state) } : { state, quit: true };
  const steps = stepsOf(key, scene.page);
  if (steps !== null) return { state: mode.kind === 'look' ? scrolled(state, mode, steps, scene) : moved(state, steps, scene) };
  if (key.name === 'esc') return { state: mode.kind === 'look' ? back(state) : { ...state, filter: '' } };
  if (mode.kind === 'panes' && key.name === 'tab') return { state: otherPane(state, 1, scene) };
  if (mode.kind === 'panes' && key.name === 'back-tab') return { state: otherPane(state, -1, scene) };
  if (isOfRow(key) && isReplaced(state, scene)) return { state: { ...state, notice: said(REPLACED) } };
  const subject = chosenSubject(state, scene);
  if (key.name === 'enter') return mode.kind === 'look' ? { state: back(state) } : { state: looking(state, subject, 'enter') };
  if (key.name !== 'text') return { state };
  switch (key.text) {
    case 'l':
      return { state: looking(state, subject, 'log') };
    case 'c':
      return { state: askCancel(state, subject, scene) };
    case 'a':
      return { state: askApprove(state, subject, scene) };
    case 'R':
      return { state: askRetry(state, subject, scene) };
    case 'p':
      return { state: askPause(state, subject, scene) };
    case 's':
      return { state: { ...state, mode: { kind: 'type', asks: 'to', to: '', text: recipient(subject, scene), back: mode } } };
    case 'r':
      return { state, wish: { kind: 'sync' } };
    case '/':
      return { state: { ...back(state), mode: { kind: 'filter' } } };
    case '?':
      return { state: { ...state, mode: { kind: 'keys' } } };
    default:
      return { state };
  }
}

function back(state: State): State {
  return { ...state, mode: { kind: 'panes' } };
}

function stepsOf({ name, text }: Key, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    'page-up': -page,
    'page-down': page,
    home: Number.NEGATIVE_INFINITY,
    end: Number.POSITIVE_INFINITY,
  };
  const typedSteps: Readonly<Record<string, number>> = { k: -1, j: 1, g: Number.NEGATIVE_INFINITY, G: Number.POSITIVE_INFINITY };
  return (name === 'text' ? typedSteps[text] : steps[name]) ?? null;
}

function moved(state: State, steps: number, { panes }: Scene): State {
  const pane = chosenPane(state, panes);
  if (pane === undefined || pane.rows.length === 0) return state;
  const from = chosenIndex(pane.rows, state.places[pane.name]);
  const index = Math.max(0, Math.min(pane.rows.length - 1, from + steps));
  const place = { key: pane.rows[index]?.key ?? '', index };
  return { ...state, pane: pane.name, places: { ...state.places, [pane.name]: place } };
}

function scrolled(state: State, mode: Extract<Mode, { kind: 'look' }>, steps: number, { topMax }: Scene): State {
  const top = Math.max(0, (mode.top ?? topMax) + steps);
  // At the end of a log one stays there: what comes is followed.
  return { ...state, mode: { ...mode, top: top >= topMax ? (mode.at.kind === 'log' ? null : topMax) : top } };
}

function otherPane(state: State, step: number, { panes }: Scene): State {
  const names = panes.map(({ name }) => name);
  const at = names.indexOf(chosenPane(state, panes)?.name ?? 'machines');
  const name: PaneName = names[(at + step + names.length) % names.length] ?? state.pane;
  return { ...state, pane: name };
}

function looking(state: State, subject: Subject, how: 'enter' | 'log'): State {
  if (subject.kind === 'nothing') return state;
  if (how === 'log' && subject.kind !== 'order') return { ...state, notice: said('only orders have a log') };
  const isLog = subject.kind === 'order' && (how === 'log' || (state.pane === 'runs' && state.mode.kind === 'panes'));
  const at: LookAt = { kind: isLog ? 'log' : 'about', subject };
  return { ...state, mode: { kind: 'look', at, top: isLog ? null : 0 } };
}

function said(line: string): State['notice'] {
  return { lines: [line], isTrouble: true };
}

function askCancel(state: State, subject: Subject, { view }: Scene): State {
  if (subject.kind !== 'order' || view === null) return { ...state, notice: said('choose an order or a run to cancel') };
  const order = view.orders[subject.order];
  if (order === undefined) return { ...state, notice: said(`${subject.order} is not in ORDERS.json any more`) };
  if (isOver(order) && !isRepeated(order))
    return {
      ...state,
      notice: said(`${subject.order} has ended: it is ${order.state}; coord retry ${shellWord(subject.order)} runs it again`),
    };
  const where =
    order.machine === undefined ? `for ${plainCell(order.assign, 40)}` : `on ${listedName(order.machine, view.machines)}`;
  const question = `Cancel ${subject.order}, which is ${order.state.replace('_', ' ')} ${plainCell(where, 60)}?  y: yes  n: no`;
  return {
    ...state,
    mode: { kind: 'ask', question, choices: [{ key: 'y', wish: { kind: 'cancel', order: subject.order } }], back: state.mode },
  };
}

function askApprove(state: State, subject: Subject, { view }: Scene): State {
  const order = subject.kind === 'order' ? view?.orders[subject.order] : undefined;
  if (subject.kind !== 'order' || order?.approval !== 'awaited')
    return { ...state, notice: said('this order does not wait for approval') };
  const question = `Approve ${subject.order}, so that it may run?  y: yes  n: no`;
  return {
    ...state,
    mode: { kind: 'ask', question, choices: [{ key: 'y', wish: { kind: 'approve', order: subject.order } }], back: state.mode },
  };
}

function askRetry(state: State, subject: Subject, { view }: Scene): State {
  if (subject.kind !== 'order' || view === null) return { ...state, notice: said('choose an order or a run to run again') };
  const order = view.orders[subject.order];
  if (order === undefined) return { ...state, notice: said(`${subject.order} is not in ORDERS.json any more`) };
  if (!mayBeRetried(order))
    return { ...state, notice: said(`${subject.order} has not ended: it is ${order.state.replace('_', ' ')}`) };
  const question = `Run ${subject.order} again, which is ${order.state.replace('_', ' ')}?  y: yes  n: no`;
  return {
    ...state,
    mode: { kind: 'ask', question, choices: [{ key: 'y', wish: { kind: 'retry', order: subject.order } }], back: state.mode },
  };
}

/** Whoever's row it is; elsewhere this machine. */
function askPause(state: State, subject: Subject, { view }: Scene): State {
  if (view === null) return state;
  const machine = subject.kind === 'machine' ? subject.machine : view.self.machine;
  if (view.machines[String(machine)]?.state === 'LEFT')
    return { ...state, notice: said(`machine ${machine} has left the fleet`) };
  const label = plainCell(listedName(machine, view.machines), 40);
  const question = `${label}:  p: pause it  r: resume it     the whole fleet:  P: pause  R: resume     n: neither`;
  const choices = [
    { key: 'p', wish: { kind: 'pause', machine } },
    { key: 'r', wish: { kind: 'resume', machine } },
    { key: 'P', wish: { kind: 'pause', machine: null } },
    { key: 'R', wish: { kind: 'resume', machine: null } },
  ] as const;
  return { ...state, mode: { kind: 'ask', question, choices, back: state.mode } };
}

/** Nobody writes to himself. */
function recipient(subject: Subject, { view }: Scene): string {
  const machine = subject.kind === 'message' ? subject.from : subject.kind === 'nothing' ? undefined : subject.machine;
  return machine === undefined || machine === view?.self.machine ? '' : String(machine);
}
