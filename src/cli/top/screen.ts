// The terminal of `coord top`: a screen of its own, which is given back as it was, however this ends.
import type { Paint } from '../paint.ts';
import type { Size } from './frame.ts';
import { Box, createElement, render, Text, useApp, useEffect, useInput, useState } from './ink.ts';
import { painted } from './line.ts';
import type { Key } from './prompt.ts';
import type { Session } from './session.ts';

const LOOK_MS = 1_000;
const OWN_SCREEN = '\u001b[?1049h\u001b[H';
const BACK = '\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
const OPTIONS = { patchConsole: false, incrementalRendering: true, isScreenReaderEnabled: false } as const;
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Resolves when one quits, or a signal says so. */
export async function showScreen(makeSession: (changed: () => void) => Session, paint: Paint): Promise<Session> {
  let redraw = (): void => {};
  const session = makeSession(() => redraw());
  const { stdout } = process;
  const giveBack = () => void stdout.write(BACK);
  let isResized = false;
  let app: ReturnType<typeof render> | null = null;
  const end = () => app?.unmount();
  const resized = () => {
    isResized = true;
    end();
  };
  stdout.write(OWN_SCREEN);
  stdout.on('resize', resized);
  process.once('exit', giveBack);
  for (const signal of SIGNALS) process.once(signal, end);
  const onReady = (draw: () => void) => {
    redraw = draw;
  };
  try {
    // Of another size it is drawn from nothing: what the terminal made of the old lines, nobody knows.
    do {
      isResized = false;
      stdout.write(CLEAR);
      app = render(createElement(Screen, { session, paint, onReady }), OPTIONS);
      await app.waitUntilExit();
    } while (isResized);
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    stdout.off('resize', resized);
    process.off('exit', giveBack);
    giveBack();
  }
  return session;
}

interface Props {
  readonly session: Session;
  readonly paint: Paint;
  onReady(redraw: () => void): void;
}

function Screen({ session, paint, onReady }: Props) {
  const { exit } = useApp();
  const [, setDrawn] = useState(0);
  useEffect(() => {
    const draw = () => setDrawn((count) => count + 1);
    onReady(draw);
    let timer: NodeJS.Timeout;
    // The next look begins when this one has ended.
    const look = () =>
      void session.look().then(() => {
        timer = setTimeout(look, LOOK_MS);
      });
    look();
    return () => {
      clearTimeout(timer);
    };
  }, [session, onReady]);
  useInput((input, pressed) => {
    if (!session.key(keyOf(input, pressed), sizeNow())) exit();
  });
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

type Pressed = Parameters<Parameters<typeof useInput>[0]>[1];

function keyOf(input: string, key: Pressed): Key {
  const named = NAMES.find(([flag]) => key[flag]);
  if (key.tab) return { name: key.shift ? 'back-tab' : 'tab', text: '' };
  if (key.leftArrow || key.rightArrow) return { name: key.leftArrow ? 'back-tab' : 'tab', text: '' };
  if (named !== undefined) return { name: named[1], text: '' };
  if (key.ctrl) return { name: 'text', text: input === 'u' ? '\u0015' : '' };
  // With alt, or a sequence that the library does not know: nothing that was meant.
  return { name: 'text', text: key.meta ? '' : input };
}

const NAMES: readonly (readonly [keyof Pressed, Key['name']])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'delete'],
  ['delete', 'delete'],
];
