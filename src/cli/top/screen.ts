// The terminal of `coord top`: a screen of its own, which is given back as it was, however this ends.
import type { Context } from '../context.ts';
import type { Paint } from '../output/paint.ts';
import type { Commands } from './acts.ts';
import type { Size } from './frame.ts';
import { Box, createElement, render, Text, useEffect, useInput, useState } from './ink.ts';
import { createKeys, type Keys } from './keys.ts';
import { painted } from './line.ts';
import { createSession, type Session } from './session.ts';

const LOOK_MS = 1_000;
/** With what is pasted marked as such (keys.ts). */
const OWN_SCREEN = '\u001b[?1049h\u001b[?2004h';
const BACK = '\u001b[?2004l\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
const OPTIONS = { patchConsole: false, isScreenReaderEnabled: false } as const;
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Resolves when one quits, or a signal says so. */
export async function showScreen(context: Context, commands: Commands): Promise<Session> {
  let redraw = (): void => {};
  const session = createSession(context, commands, () => redraw());
  const { paint } = context;
  const { stdout } = process;
  const giveBack = () => void stdout.write(BACK);
  let isResized = false;
  let isOver = false;
  let app: ReturnType<typeof render> | null = null;
  const end = () => {
    isOver = true;
    app?.unmount();
  };
  const resized = () => {
    isResized = true;
    app?.unmount();
  };
  const keys = createKeys((some) => {
    if (!isOver && !session.keys(some, sizeNow())) end();
  });
  stdout.write(OWN_SCREEN);
  stdout.on('resize', resized);
  process.once('exit', giveBack);
  // Not `once`: who listens no more when the library is told leaves it alone with the signal, and it ends the process.
  for (const signal of SIGNALS) process.on(signal, end);
  const onReady = (draw: () => void) => {
    redraw = draw;
  };
  try {
    // Of another size it is drawn from nothing: what the terminal made of the old lines, nobody knows.
    do {
      isResized = false;
      stdout.write(CLEAR);
      app = render(createElement(Screen, { session, keys, paint, onReady }), OPTIONS);
      await app.waitUntilExit();
    } while (isResized && !isOver);
  } finally {
    keys.end();
    for (const signal of SIGNALS) process.off(signal, end);
    stdout.off('resize', resized);
    process.off('exit', giveBack);
    giveBack();
  }
  return session;
}

interface Props {
  readonly session: Session;
  readonly keys: Keys;
  readonly paint: Paint;
  onReady(redraw: () => void): void;
}

function Screen({ session, keys, paint, onReady }: Props) {
  const [, setDrawn] = useState(0);
  useEffect(() => {
    const draw = () => setDrawn((count) => count + 1);
    onReady(draw);
    let timer: NodeJS.Timeout;
    let isOver = false;
    // The next look begins when this one has ended.
    const look = async () => {
      await session.look();
      if (!isOver) timer = setTimeout(look, LOOK_MS);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [session, onReady]);
  useInput(keys.take);
  const lines = session.frame(sizeNow()).lines.map((line, at) => {
    const text = painted(line, paint);
    return createElement(Text, { key: at, wrap: 'truncate' }, text === '' ? ' ' : text);
  });
  return createElement(Box, { flexDirection: 'column' }, ...lines);
}

/** One line less than there is: the last one would scroll the screen. */
function sizeNow(): Size {
  const { columns = 80, rows = 24 } = process.stdout;
  return { columns: Math.max(1, columns), rows: Math.max(1, rows - 1) };
}
