// Hears an agent's process: events go to its reader, readable lines to the log, and the time without progress is measured.
import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { withoutCutWord } from '../../../core/base/cut-word.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import type { AgentReader, Event, Step } from './adapter.ts';

const EVENT_CHARACTERS_MAX = 8 * 1024 * 1024;
const SHOWN_CHARACTERS_MAX = 500;
/** What follows a last word, and says nothing to people. */
const BACKTRACE = /^\s*(stack backtrace:?$|[0-9]+: <|at .+:[0-9]+\)?$)/i;

export interface Heard {
  /** Resolves after this long without progress, `done` where it has said its own word of the end; `lingerMs`: then already after this long. */
  silence(limitMs: number, lingerMs?: number): Promise<'silent' | 'done'>;
  readonly drained: Promise<unknown>;
  lastWords(): string;
  close(): void;
}

export interface Listeners {
  readonly out: Writable;
  readonly onSession: (session: string) => void;
  /** Each line as it stands in the log. */
  readonly onShown: (line: string) => void;
}

/** Writes what is heard as it comes. */
export function listen(child: ChildProcess, reader: AgentReader, { out, onSession, onShown }: Listeners): Heard {
  let quietMs = 0;
  let lookedMs = performance.now();
  const hear = () => {
    quietMs = 0;
    lookedMs = performance.now();
  };
  let lastWords = '';
  let timer: NodeJS.Timeout | undefined;
  const show = (text: string) => {
    if (text.trim() === '') return;
    const shown = line(text);
    out.write(`${shown}\n`);
    onShown(shown);
  };
  // What is no event may as well be a complaint that comes for ever: it gets nobody anywhere.
  const plain = (text: string) => {
    if (reader.takeLine(text)) hear();
    if (!BACKTRACE.test(text)) lastWords = line(text);
    show(text);
  };
  const take = (text: string) => {
    const event = eventIn(text);
    if (event === null) return plain(text);
    const before = reader.session;
    const step = stepOf(reader, event);
    if (step === null) return plain(text);
    const { shown, isProgress } = step;
    if (before === null && reader.session !== null) onSession(reader.session);
    if (isProgress) hear();
    else lastWords = line(shown.join(' ')).replace(/^! /, '');
    for (const it of shown) show(it);
  };
  const each = (stream: NodeJS.ReadableStream | null, use: (text: string) => void) =>
    new Promise<void>((resolve) => {
      const splitter = new LineSplitter(EVENT_CHARACTERS_MAX);
      stream?.on('data', (chunk: Buffer) => splitter.take(chunk).forEach(use));
      stream?.on('close', () => {
        splitter.end().forEach(use);
        resolve();
      });
    });
  const drained = Promise.all([each(child.stdout, take), each(child.stderr, plain)]);
  return {
    drained,
    lastWords: () => lastWords,
    close() {
      clearInterval(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    silence: (limitMs, lingerMs = Infinity) =>
      new Promise((resolve) => {
        const everyMs = Math.min(1000, limitMs / 4);
        const look = () => {
          const nowMs = performance.now();
          // On macOS the clock goes on while the computer sleeps, and the agent does not.
          quietMs += Math.min(nowMs - lookedMs, 2 * everyMs);
          lookedMs = nowMs;
          if (quietMs >= limitMs || (reader.isDone && quietMs >= lingerMs)) resolve(reader.isDone ? 'done' : 'silent');
        };
        timer = setInterval(look, everyMs);
      }),
  };
}

/** Null = of a shape that nobody foresaw: then it is words as any other. */
function stepOf(reader: AgentReader, event: Event): Step | null {
  try {
    return reader.take(event);
  } catch {
    return null;
  }
}

function eventIn(text: string): Event | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Event) : null;
  } catch {
    return null;
  }
}

/** What others wrote, as one line of the log. */
export function line(text: string): string {
  const read = text.slice(0, 20 * SHOWN_CHARACTERS_MAX);
  const flat = visibleText(read.replaceAll(/\s+/g, ' ').trim());
  const characters = [...flat.slice(0, 4 * SHOWN_CHARACTERS_MAX)];
  return read.length === text.length && characters.length <= SHOWN_CHARACTERS_MAX
    ? characters.join('')
    : `${withoutCutWord(characters.slice(0, SHOWN_CHARACTERS_MAX - 1).join(''))}…`;
}

/** Makes lines of the output of a process. One that is too long is dropped and reported, so that an agent cannot fill the memory. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #charactersMax: number;
  #rest = '';
  #dropped = 0;

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  take(chunk: Buffer): string[] {
    const pieces = this.#decoder.write(chunk).split('\n');
    const lines: string[] = [];
    for (const [at, piece] of pieces.entries()) {
      if (this.#dropped > 0 || this.#rest.length + piece.length > this.#charactersMax) {
        this.#dropped += this.#rest.length + piece.length;
        this.#rest = '';
      } else this.#rest += piece;
      if (at < pieces.length - 1) lines.push(...this.#line());
    }
    return lines;
  }

  /** What no line end follows. */
  end(): string[] {
    this.#rest += this.#decoder.end();
    return this.#line();
  }

  #line(): string[] {
    const line = this.#dropped > 0 ? `(a line of ${this.#dropped} characters left out)` : this.#rest.replace(/\r$/, '');
    this.#rest = '';
    this.#dropped = 0;
    return line.trim() === '' ? [] : [line];
  }
}
