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

/** What the terminal cut in two comes at once, or nearly so. An esc that somebody pressed waits so long for nothing. */
const HELD_MS = 100;
/** A paste whose end was lost would make text of all that is typed from then on. */
const PASTE_SILENCE_MS = 1_000;
const MARKERS: readonly string[] = [PASTE_BEGINS, PASTE_ENDS];

interface Told {
  readonly input: string;
  readonly flags: Flags;
}

export interface Keys {
  take(input: string, flags: Flags): void;
  /** Nothing is put any more. */
  end(): void;
}

/** `put`: what came at once, at once. To be made once a terminal: what was begun goes on when the screen is drawn anew. */
export function createKeys(put: (keys: readonly Key[]) => void): Keys {
  let isPasting = false;
  /** The beginning of a marker, perhaps. */
  let held: readonly Told[] = [];
  let gathered: Key[] = [];
  let taken = 0;
  let timer: NodeJS.Timeout | undefined;

  function keysOf(told: Told): readonly Key[] {
    const isEsc = told.flags.escape && told.input === '';
    const joined = `${held.map(({ input }) => input).join('')}${told.input}`;
    const marker = told.input === '' ? undefined : MARKERS.find((one) => joined.startsWith(one));
    if (marker !== undefined) {
      held = [];
      isPasting = marker === PASTE_BEGINS;
      const rest = joined.slice(marker.length);
      return rest === '' ? [] : plain({ input: rest, flags: {} as Flags });
    }
    const isBeginning = told.input !== '' && !told.flags.ctrl && MARKERS.some((one) => one.startsWith(joined));
    if (isBeginning || (isEsc && held.length === 0)) {
      held = [...held, told];
      return [];
    }
    return held.length === 0 ? plain(told) : [...release(), ...keysOf(told)];
  }

  function release(): readonly Key[] {
    const all = held;
    held = [];
    return all.flatMap(plain);
  }

  function plain(told: Told): readonly Key[] {
    if (!isPasting) return plainKeys(told);
    const text = told.flags.return ? ' ' : told.input;
    return text === '' ? [] : [{ name: 'pasted', text }];
  }

  function silence(): void {
    gather(release());
    isPasting = false;
  }

  /** A microtask: all that one read of the terminal gave was told before it. */
  function gather(keys: readonly Key[]): void {
    if (keys.length === 0) return;
    if (gathered.length === 0)
      queueMicrotask(() => {
        const all = gathered;
        gathered = [];
        put(all);
      });
    gathered.push(...keys);
  }

  return {
    take(input, flags) {
      taken += 1;
      const now = taken;
      gather(keysOf({ input, flags }));
      clearTimeout(timer);
      if (held.length === 0 && !isPasting) return;
      // Not at once: of a process that was busy meanwhile, the terminal is read after its timers.
      timer = setTimeout(() => setImmediate(() => now === taken && silence()), isPasting ? PASTE_SILENCE_MS : HELD_MS);
      timer.unref();
    },
    end() {
      taken += 1;
      clearTimeout(timer);
    },
  };
}

function plainKeys({ input, flags }: Told): readonly Key[] {
  if (flags.tab) return [{ name: flags.shift ? 'back-tab' : 'tab', text: '' }];
  const named = NAMES.find(([flag]) => flags[flag]);
  if (named !== undefined) return [{ name: named[1], text: '' }];
  if (flags.ctrl) return input === 'u' ? [{ name: 'clear', text: '' }] : [];
  // With alt, or a sequence that nobody knows: nothing that was meant.
  if (flags.meta) return [];
  return [...input].map((text) => ({ name: CONTROLS[text] ?? 'text', text: CONTROLS[text] === undefined ? text : '' }));
}
