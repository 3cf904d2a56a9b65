// `coord top` on its terminal: looks once a second, draws what changed, hands on keys.
import type { Context } from '../context.ts';
import type { Commands } from './acts.ts';
import { createKeys } from './keys.ts';
import { painted } from './line.ts';
import { createSession, type Session } from './session.ts';
import { openTerminal } from './terminal.ts';

const LOOK_MS = 1_000;
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Resolves when one quits, or a signal says so. */
export async function showScreen(context: Context, commands: Commands): Promise<Session> {
  let end = (): void => {};
  let fail = (_error: unknown): void => {};
  let isOver = false;
  const ended = new Promise<void>((resolve, reject) => {
    end = () => {
      isOver = true;
      resolve();
    };
    fail = reject;
  });
  let isDue = false;
  let looking: NodeJS.Timeout | undefined;
  const session = createSession(context, commands, redraw);
  /** A mistake of ours ends the screen, and is told as any other. */
  const guarded = (work: () => void) => {
    try {
      if (!isOver) work();
    } catch (error) {
      fail(error);
    }
  };
  const keys = createKeys({
    put: (some) => guarded(() => !session.keys(some, terminal.size()) && end()),
    quit: () => end(),
    suspend: () => terminal.suspend(),
  });
  const terminal = openTerminal(process.stdin, process.stdout, { typed: keys.take, isBlank: redraw, gone: () => end() });

  /** Once, however often it is asked for meanwhile. */
  function redraw(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      guarded(() => terminal.draw(session.frame(terminal.size()).lines.map((line) => painted(line, context.paint))));
    });
  }

  /** The next look begins when this one has ended. */
  async function look(): Promise<void> {
    await session.look();
    if (!isOver) looking = setTimeout(look, LOOK_MS);
  }

  for (const signal of SIGNALS) process.on(signal, end);
  try {
    void look();
    await ended;
  } finally {
    isOver = true;
    clearTimeout(looking);
    keys.end();
    for (const signal of SIGNALS) process.off(signal, end);
    terminal.close();
  }
  return session;
}
