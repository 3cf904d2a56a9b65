// Keys of a terminal: node's readline tells them, here they are made ours. What is typed fast comes several characters at once and is so
// many keys; what is pasted is marked by the terminal, and is text for whoever asks for text, never a command.
import { emitKeypressEvents, type Key as Told } from 'node:readline';
import { Readable } from 'node:stream';
import type { Key } from './prompt.ts';

const NAMES: Readonly<Record<string, Key['name']>> = {
  up: 'up',
  down: 'down',
  pageup: 'page-up',
  pagedown: 'page-down',
  home: 'home',
  end: 'end',
  left: 'back-tab',
  right: 'tab',
  return: 'enter',
  enter: 'enter',
  escape: 'esc',
  backspace: 'delete',
  delete: 'delete',
};

/** What the terminal cut in two comes at once, or nearly so. An esc that somebody pressed waits so long for nothing. */
const HELD_MS = 100;
/** A paste whose end was lost would make text of all that is typed from then on. */
const PASTE_SILENCE_MS = 1_000;
/** Sequences that are no key of any terminal, such as its answer to an earlier program: readline takes the half of one for typed text. */
const NO_KEY = /\u001b\[(?!(?:\d{0,3}(?:;\d{1,2})?[A-Za-z~^$])|\[)[0-?]*[ -/]*[@-~]/g;

export interface Keys {
  /** What was read of the terminal at once. */
  take(chunk: string): void;
  /** Nothing is put any more. */
  end(): void;
}

interface Meant {
  /** What came at once, at once. */
  put(keys: readonly Key[]): void;
  /** Ctrl-C and Ctrl-Z, which a terminal of single keys hands on as such. */
  quit(): void;
  suspend(): void;
}

export function createKeys({ put, quit, suspend }: Meant): Keys {
  const terminal = new Readable({ read: () => {} });
  let isPasting = false;
  /** An esc at the end: pressed, or the beginning of more. readline never sees one alone, and so waits for nothing by itself. */
  let held = '';
  let gathered: Key[] = [];
  let taken = 0;
  let timer: NodeJS.Timeout | undefined;

  function pasted(text: string): void {
    const last = gathered.at(-1);
    if (last?.name === 'pasted') gathered[gathered.length - 1] = { name: 'pasted', text: last.text + text };
    else gathered.push({ name: 'pasted', text });
  }

  emitKeypressEvents(terminal);
  terminal.on('keypress', (text: string | undefined, key: Told) => {
    if (key.name === 'paste-start' || key.name === 'paste-end') isPasting = key.name === 'paste-start';
    else if (isPasting) pasted(text ?? '');
    else if (key.ctrl === true && key.name === 'c') quit();
    else if (key.ctrl === true && key.name === 'z') suspend();
    else gathered.push(...keysOf(text, key));
  });

  function release(): void {
    const all = gathered;
    gathered = [];
    if (all.length > 0) put(all);
  }

  function silence(): void {
    if (!isPasting) gathered.push(...[...held].map((): Key => ({ name: 'esc', text: '' })));
    held = '';
    isPasting = false;
    release();
  }

  return {
    take(chunk) {
      taken += 1;
      const now = taken;
      const text = (held + chunk).replace(NO_KEY, '');
      const whole = text.replace(/\u001b+$/, '');
      held = text.slice(whole.length);
      terminal.emit('data', whole);
      release();
      clearTimeout(timer);
      if (held === '' && !isPasting) return;
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

/** With alt, or a sequence that nobody knows: nothing that was meant. */
function keysOf(text: string | undefined, { name = '', ctrl, meta, shift }: Told): readonly Key[] {
  if (name === 'tab') return [{ name: shift === true ? 'back-tab' : 'tab', text: '' }];
  const named = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (named !== undefined) return [{ name: named, text: '' }];
  if (ctrl === true) return name === 'u' ? [{ name: 'clear', text: '' }] : [];
  return text === undefined || text === '' || meta === true ? [] : [{ name: 'text', text }];
}
