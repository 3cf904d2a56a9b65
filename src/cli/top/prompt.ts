// Keys while something is asked or typed at the bottom of the screen. Pure.
import type { Mode, State, Wish } from './state.ts';

export interface Key {
  readonly name:
    | 'up'
    | 'down'
    | 'page-up'
    | 'page-down'
    | 'home'
    | 'end'
    | 'tab'
    | 'back-tab'
    | 'enter'
    | 'esc'
    | 'delete'
    | 'clear'
    /** One character. */
    | 'text'
    /** Any number of them, line breaks included. */
    | 'pasted';
  readonly text: string;
}

export interface Pressed {
  readonly state: State;
  readonly wish?: Wish;
  readonly quit?: true;
}

const PANES: Mode = { kind: 'panes' };

/** Only a key that was offered does anything, any other one is a no; what is pasted by mistake is neither. */
export function answer(state: State, mode: Extract<Mode, { kind: 'ask' }>, { name, text }: Key): Pressed {
  if (name === 'pasted') return { state };
  const chosen = name === 'text' ? mode.choices.find(({ key }) => key === text) : undefined;
  const next = { ...state, mode: mode.back };
  return chosen === undefined
    ? { state: { ...next, notice: { lines: ['nothing was done'], isTrouble: false } } }
    : { state: next, wish: chosen.wish };
}

export function typed(state: State, mode: Extract<Mode, { kind: 'type' }>, key: Key): Pressed {
  const put = (text: string): Pressed => ({ state: { ...state, mode: { ...mode, text } } });
  if (key.name === 'esc') return { state: { ...state, mode: mode.back } };
  if (key.name !== 'enter') return put(edited(mode.text, key));
  const text = mode.text.trim();
  if (text === '') return { state: { ...state, mode: mode.back, notice: { lines: ['nothing was sent'], isTrouble: false } } };
  if (mode.asks === 'to') return { state: { ...state, mode: { ...mode, asks: 'message', to: text, text: '' } } };
  return { state: { ...state, mode: mode.back }, wish: { kind: 'send', to: mode.to, body: text } };
}

export function filtered(state: State, key: Key): Pressed {
  if (key.name === 'esc') return { state: { ...state, mode: PANES, filter: '' } };
  if (key.name === 'enter') return { state: { ...state, mode: PANES } };
  return { state: { ...state, filter: edited(state.filter, key) } };
}

/** A line has no line breaks; what was pasted with some gets blanks. */
function edited(text: string, key: Key): string {
  if (key.name === 'delete') return [...text].slice(0, -1).join('');
  if (key.name === 'clear') return '';
  if (key.name !== 'text' && key.name !== 'pasted') return text;
  return text + key.text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/\p{Cc}/gu, '');
}
