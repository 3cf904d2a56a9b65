// Shows a text again whenever the files that it is made from change. On a terminal it stands still and its times go on; elsewhere each
// change is written once, under an empty line. Ends with q, Ctrl-C or SIGTERM. No network, and nothing is written.
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError, EXIT } from '../../errors.ts';
import { markOf } from '../../system/files/file-mark.ts';
import type { Reading } from '../context.ts';

const LOOK_MS = 500;
const REDRAW_MS = 2_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';
const CTRL_C = '\u0003';

export async function watch(context: Reading, files: readonly string[], text: () => string): Promise<number> {
  const done = new AbortController();
  const quit = (): void => done.abort();
  const key = (typed: Buffer): void => {
    if (['q', 'Q', CTRL_C].includes(typed.toString())) quit();
  };
  const hasKeys = context.isTerminal && process.stdin.isTTY === true;
  if (hasKeys) process.stdin.setRawMode(true).on('data', key).resume();
  process.once('SIGINT', quit).once('SIGTERM', quit);
  try {
    await show(context, files, text, done.signal);
  } finally {
    process.off('SIGINT', quit).off('SIGTERM', quit);
    if (hasKeys) process.stdin.off('data', key).setRawMode(false).pause();
  }
  return EXIT.done;
}

async function show(context: Reading, files: readonly string[], text: () => string, signal: AbortSignal): Promise<void> {
  let [seen, drawn] = ['', ''];
  let drawnMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const mark = files.map(markOf).join(' ');
    const isDue = context.isTerminal && performance.now() - drawnMs >= REDRAW_MS;
    if (mark !== seen || isDue) {
      const now = sentence(text);
      if (context.isTerminal && now !== drawn) context.out(`${HOME_AND_CLEAR}${now}\n\n${context.paint.dim('q to quit')}`);
      if (!context.isTerminal && now !== drawn) context.out(drawn === '' ? now : `\n${now}`);
      [seen, drawn, drawnMs] = [mark, now, performance.now()];
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** A fleet folder that has not synced yet, or is being purged, may change its mind. */
function sentence(text: () => string): string {
  try {
    return text();
  } catch (error) {
    if (error instanceof CoordError) return error.message;
    throw error;
  }
}
