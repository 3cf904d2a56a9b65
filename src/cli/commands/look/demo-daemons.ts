// Parts of a demo with daemons: what waits for one of them, and what leaves none behind.
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../../errors.ts';
import type { Stage } from './demo-stage.ts';

const READY_MS = 30_000;

/** Whatever becomes of `play`, no daemon of these machines is left. Ctrl-C aborts the signal, and what fails after it is no failure. */
export async function withDaemons(
  stage: Stage,
  machines: readonly string[],
  play: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const staying = setInterval(() => {}, 3_600_000);
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    await play(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    for (const name of machines) stage.quietly(name, ['daemon', 'stop']);
    process.off('SIGINT', end).off('SIGTERM', end);
    clearInterval(staying);
  }
}

/** What that command prints, once it begins so. Throws FAILED with what it printed at last, and once `signal` is aborted. */
export async function saidWith(
  stage: Stage,
  name: string,
  args: readonly string[],
  beginning: string,
  signal: AbortSignal,
): Promise<string> {
  let said = '';
  for (const untilMs = performance.now() + READY_MS; performance.now() < untilMs; ) {
    said = stage.quietly(name, args).trim();
    if (said.startsWith(beginning)) return said;
    await delay(200, undefined, { signal });
  }
  const asked = `coord ${args.join(' ')}`;
  throw new CoordError('FAILED', `the demo stopped: ${asked} on ${name} said for ${READY_MS / 1000} s: ${said}`, null);
}
