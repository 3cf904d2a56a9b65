// Keys as the terminal library tells them, made ours. What is typed fast comes several characters at once and is so many keys; what is
// pasted is marked by the terminal, and is text for whoever asks for text, never a command.
import type { useInput } from './ink.ts';
import type { Key } from './prompt.ts';

export type Flags = Parameters<Parameters<typeof useInput>[0]>[1];

const PASTE_BEGINS = '[200~';
const PASTE_ENDS = '[201~';

const NAMES: readonly (readonly [keyof Flags, Key['name']])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['leftArrow', 'back-tab'],
  ['rightArrow', 'tab'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'delete'],
  ['delete', 'delete'],
];

const CONTROLS: Readonly<Record<string, Key['name']>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'delete',
  '\b': 'delete',
};

export function createKeys(): { of(input: string, flags: Flags): readonly Key[] } {
  let isPasting = false;
  return {
    of(input, flags) {
      if (input === PASTE_BEGINS || input === PASTE_ENDS) {
        isPasting = input === PASTE_BEGINS;
        return [];
      }
      if (isPasting) return [{ name: 'pasted', text: flags.return ? ' ' : input }];
      if (flags.tab) return [{ name: flags.shift ? 'back-tab' : 'tab', text: '' }];
      const named = NAMES.find(([flag]) => flags[flag]);
      if (named !== undefined) return [{ name: named[1], text: '' }];
      if (flags.ctrl) return input === 'u' ? [{ name: 'clear', text: '' }] : [];
      // With alt, or a sequence that nobody knows: nothing that was meant.
      if (flags.meta) return [];
      return [...input].map((text) => ({ name: CONTROLS[text] ?? 'text', text: CONTROLS[text] === undefined ? text : '' }));
    },
  };
}
