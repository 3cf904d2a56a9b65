// What a run has written so far, as coord here tells it: it grows while somebody listens, and begins anew where the connection breaks.
import { useEffect, useState } from 'preact/hooks';
import type { Said, SaidText } from '../../rules/bounded-say.ts';
import { createOutput, type Output as Written } from '../../rules/output-lines.ts';
import { isForGood, open } from '../session.ts';
import { pauseAfter, pingMs } from '../store.ts';

/** An answer that fails is asked for ever less often. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 20_000] as const;
/** One that stayed for so long was no failure: the next one is called soon. */
const STAYED_MS = 10_000;
/** For what is there already to come whole. */
const SETTLE_MS = 200;

export interface Heard {
  /** It grows; each growth is another `Heard`. */
  readonly written: Written;
  /** What comes before is not here. */
  readonly isCut: boolean;
  readonly isOver: boolean;
  /** More would come by itself. */
  readonly isLive: boolean;
  /** Machines whose lines came over the bell: what is shown of them is a hint. */
  readonly hints: readonly number[];
}

/** `mark`: of the run; another one begins anew. `isWhole`: of a long log all, and not its end. A tab that nobody sees follows nothing. */
export function useOutput(id: string, mark: string, isWhole: boolean): Heard {
  const [heard, setHeard] = useState(nothing);
  // Another run of the same order is followed anew.
  useEffect(() => {
    const path = `page/orders/${encodeURIComponent(id)}/output${isWhole ? '?whole=true' : ''}`;
    let gone = new AbortController();
    let isDone = false;
    const begin = () => {
      gone.abort();
      if (document.hidden || isDone) return;
      gone = new AbortController();
      const { signal } = gone;
      follow(path, signal, setHeard).then(() => {
        isDone = !signal.aborted;
      });
    };
    document.addEventListener('visibilitychange', begin);
    begin();
    return () => {
      document.removeEventListener('visibilitychange', begin);
      gone.abort();
    };
  }, [id, mark, isWhole]);
  return heard;
}

type Show = (next: (before: Heard) => Heard) => void;

/** Until it is over, or there is none, or nobody wants it. What was shown stays until there is something in its place. */
async function follow(path: string, gone: AbortSignal, show: Show): Promise<void> {
  for (let failures = 0; !gone.aborted; failures += 1) {
    const calledMs = Date.now();
    const end = await lines(path, gone, drawing(gone, show)).catch(() => 'broken' as const);
    if (end === 'none') show((before) => ({ ...before, isOver: true }));
    if (end !== 'broken') return;
    if (Date.now() - calledMs >= STAYED_MS) failures = 0;
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, RETRY_MS)));
  }
}

/** Of one answer: what comes soon after its first words is drawn with them, so that whoever reads in the middle stays there. */
function drawing(gone: AbortSignal, show: Show): (told: Said) => void {
  let now = nothing();
  let has: 'nothing' | 'words' | 'settled' = 'nothing';
  const draw = () => {
    has = 'settled';
    if (!gone.aborted) show(() => now);
  };
  return (told) => {
    now = 'over' in told ? { ...now, isOver: true, isLive: told.isLive } : longer(now, told);
    if (has === 'settled' || now.isOver) draw();
    else if (has === 'nothing') setTimeout(draw, SETTLE_MS);
    if (has === 'nothing') has = 'words';
  };
}

function nothing(): Heard {
  return { written: createOutput(), isCut: false, isOver: false, isLive: true, hints: [] };
}

function longer(before: Heard, { text, machine, isCut, isHint }: SaidText): Heard {
  const isGap = isCut === true && before.written.lines().length > 0;
  if (isGap) before.written.push('\n… lines are missing here\n');
  before.written.push(text);
  const hints = isHint !== true || before.hints.includes(machine) ? before.hints : [...before.hints, machine];
  return { ...before, hints, isCut: before.isCut || (isCut === true && !isGap) };
}

/** `none`: there is none to wait for. Rejects where it breaks, says what it cannot mean, or nothing for so long that nobody can be there. */
async function lines(path: string, gone: AbortSignal, hear: (told: Said) => void): Promise<'over' | 'none' | 'broken'> {
  const call = new AbortController();
  const giveUp = () => call.abort();
  gone.addEventListener('abort', giveUp);
  let silence = setTimeout(giveUp, pingMs.value * 2);
  try {
    const response = await open(path, call.signal);
    if (!response.ok || response.body === null) return isForGood(response.status) ? 'none' : 'broken';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'broken';
      clearTimeout(silence);
      silence = setTimeout(giveUp, pingMs.value * 2);
      const parts = (rest + value).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        // The sign that somebody is there.
        if (part === '') continue;
        const told = JSON.parse(part) as Said;
        hear(told);
        if ('over' in told) return 'over';
      }
    }
  } finally {
    clearTimeout(silence);
    gone.removeEventListener('abort', giveUp);
    // What comes after its end, or was not understood, is not read.
    giveUp();
  }
}
