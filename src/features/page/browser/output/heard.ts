// What a run has written so far, as coord here tells it: it grows while somebody listens, and begins anew where the connection breaks.
import { useEffect, useState } from 'preact/hooks';
import { createOutput, type Output as Written } from '../../rules/output-lines.ts';
import { open } from '../session.ts';

const RETRY_MS = 2_000;

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

interface Text {
  readonly text: string;
  readonly machine: number;
  readonly isCut?: boolean;
  readonly isHint?: boolean;
}

type Told = Text | { readonly over: true; readonly isLive: boolean };

/** `mark`: of the run; another one begins anew. `isWhole`: of a long log all, and not its end. */
export function useOutput(id: string, mark: string, isWhole: boolean): Heard {
  const [heard, setHeard] = useState(nothing);
  // Another run of the same order is followed anew.
  useEffect(() => {
    const gone = new AbortController();
    const follow = async () => {
      while (!gone.signal.aborted) {
        let now = nothing();
        const hear = (told: Told) => {
          now = 'over' in told ? { ...now, isOver: true, isLive: told.isLive } : longer(now, told);
          setHeard(now);
        };
        const path = `page/orders/${encodeURIComponent(id)}/output${isWhole ? '?whole=true' : ''}`;
        if (await lines(path, gone.signal, hear).catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    };
    follow();
    return () => gone.abort();
  }, [id, mark, isWhole]);
  return heard;
}

function nothing(): Heard {
  return { written: createOutput(), isCut: false, isOver: false, isLive: true, hints: [] };
}

function longer(before: Heard, { text, machine, isCut = false, isHint = false }: Text): Heard {
  const isGap = isCut && before.written.lines().length > 0;
  if (isGap) before.written.push('\n… lines are missing here\n');
  before.written.push(text);
  const hints = !isHint || before.hints.includes(machine) ? before.hints : [...before.hints, machine];
  return { ...before, hints, isCut: before.isCut || (isCut && !isGap) };
}

/** True = it came to its end, or there is none to wait for. */
async function lines(path: string, signal: AbortSignal, hear: (told: Told) => void): Promise<boolean> {
  const response = await open(path, signal);
  if (!response.ok || response.body === null) return response.status !== 503;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let isOver = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return isOver;
    const parts = (rest + value).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const told = JSON.parse(part) as Told;
      isOver ||= 'over' in told;
      hear(told);
    }
  }
}
