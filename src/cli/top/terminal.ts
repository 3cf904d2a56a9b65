// A terminal's own screen, for whole frames of lines. It is given back as it was however this ends: quit, a signal, a crash, Ctrl-Z.
import type { EventEmitter } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Size } from './frame.ts';

/** A screen of its own, pastes marked as such, no cursor, and no line that goes on in the next row. */
const OWN_SCREEN = '\u001b[?1049h\u001b[?2004h\u001b[?25l\u001b[?7l';
const BACK = '\u001b[?7h\u001b[?25h\u001b[?2004l\u001b[?1049l';
const CLEAR = '\u001b[2J';
/** A shell that has no way to stop what it started lets the signal pass. */
const STOPPED_MS = 100;

export interface Hearing {
  typed(chunk: string): void;
  /** Nothing is on the screen any more, or it is of another size. */
  isBlank(): void;
  /** There is no terminal any more. */
  gone(): void;
}

export interface Terminal {
  size(): Size;
  /** One line a row, none wider than the screen. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal to the shell, until somebody brings this process back. */
  suspend(): void;
  close(): void;
}

export function openTerminal(input: ReadStream, output: WriteStream, { typed, isBlank, gone }: Hearing): Terminal {
  let isOpen = false;
  /** What stands there, row by row; null = nobody knows. */
  let shown: readonly string[] | null = null;

  function open(): void {
    if (isOpen) return;
    isOpen = true;
    process.on('SIGTSTP', suspend);
    input.setRawMode(true);
    output.write(OWN_SCREEN);
    blank();
  }

  function giveBack(): void {
    if (!isOpen) return;
    isOpen = false;
    process.off('SIGTSTP', suspend);
    output.write(BACK);
    input.setRawMode(false);
  }

  function blank(): void {
    shown = null;
    isBlank();
  }

  function suspend(): void {
    if (process.platform === 'win32') return;
    giveBack();
    stopGroup();
    setTimeout(() => !isClosed && open(), STOPPED_MS);
  }

  function continued(): void {
    isOpen = false;
    process.off('SIGTSTP', suspend);
    open();
  }

  let isClosed = false;
  input.setEncoding('utf8');
  const endListening = listenTo([
    [input, 'data', typed],
    [input, 'end', gone],
    [input, 'error', gone],
    [output, 'resize', blank],
    [process, 'SIGCONT', continued],
    [process, 'exit', giveBack],
    // Before the words of a crash: on the other screen nobody would see them.
    [process, 'uncaughtExceptionMonitor', giveBack],
  ]);
  open();

  return {
    size: () => ({ columns: Math.max(1, output.columns ?? 80), rows: Math.max(1, output.rows ?? 24) }),
    draw(lines) {
      if (!isOpen) return;
      output.write(`${shown === null ? CLEAR : ''}${changedRows(shown ?? [], lines)}`);
      shown = lines;
    },
    suspend,
    close() {
      isClosed = true;
      giveBack();
      endListening();
      input.pause();
    },
  };
}

type Listener = Parameters<EventEmitter['on']>[1];

/** Returns what ends it. */
function listenTo(heard: readonly (readonly [EventEmitter, event: string, Listener])[]): () => void {
  for (const [emitter, event, listener] of heard) emitter.on(event, listener);
  return () => {
    for (const [emitter, event, listener] of heard) emitter.off(event, listener);
  };
}

/** The whole group, as the terminal does it: who started this waits for it to stop. */
function stopGroup(): void {
  process.kill(0, 'SIGTSTP');
}

/** Writes each row that is another one now, in its place. */
function changedRows(before: readonly string[], lines: readonly string[]): string {
  const rows = Array.from({ length: Math.max(lines.length, before.length) }, (_, at) => lines[at] ?? '');
  // Erased first: behind a full row, the cursor stands on its last character.
  return rows.map((row, at) => (row === before[at] ? '' : `\u001b[${at + 1};1H\u001b[2K${row}`)).join('');
}
