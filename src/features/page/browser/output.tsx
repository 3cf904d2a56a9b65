// What a run writes, as it comes, with a search over it.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { firstError, plainLines, searchLines } from '../rules/plain-output.ts';
import { Empty, Said } from './parts.tsx';
import { open } from './session.ts';

/** Of more text the end is kept; of more lines the end is shown. */
const TEXT_MAX = 2_000_000;
const LINES_MAX = 2_000;
const RETRY_MS = 2_000;

interface Heard {
  readonly text: string;
  readonly isCut: boolean;
  readonly isOver: boolean;
  /** More would come by itself. */
  readonly isLive: boolean;
}

type Told = { readonly text: string; readonly isCut?: true } | { readonly over: true; readonly isLive: boolean };

const NOTHING: Heard = { text: '', isCut: false, isOver: false, isLive: true };

/** `mark`: of the run; another one begins anew. */
function useOutput(id: string, mark: string): Heard {
  const [heard, setHeard] = useState(NOTHING);
  // Another run of the same order is followed anew.
  useEffect(() => {
    const gone = new AbortController();
    const follow = async () => {
      while (!gone.signal.aborted) {
        let now = NOTHING;
        const hear = (told: Told) => {
          now = 'over' in told ? { ...now, isOver: true, isLive: told.isLive } : longer(now, told);
          setHeard(now);
        };
        if (await lines(`page/orders/${encodeURIComponent(id)}/output`, gone.signal, hear).catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    };
    follow();
    return () => gone.abort();
  }, [id, mark]);
  return heard;
}

function longer(before: Heard, { text, isCut }: { readonly text: string; readonly isCut?: true }): Heard {
  const whole = before.text + (isCut === true && before.text !== '' ? '\n… lines are missing here\n' : '') + text;
  const isLong = whole.length > TEXT_MAX;
  return {
    ...before,
    text: isLong ? whole.slice(-TEXT_MAX) : whole,
    isCut: before.isCut || isLong || (isCut === true && before.text === ''),
  };
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

export function Output({ id, mark, isRunning }: { readonly id: string; readonly mark: string; readonly isRunning: boolean }) {
  const heard = useOutput(id, mark);
  const [words, setWords] = useState('');
  const all = useMemo(() => plainLines(heard.text), [heard.text]);
  const found = useMemo(() => searchLines(all, words), [all, words]);
  const error = useMemo(() => firstError(all), [all]);
  const box = useRef<HTMLElement>(null);
  const shown = found.slice(-LINES_MAX);
  useStayAtEnd(box, heard.text);
  const jump = () => {
    setWords('');
    requestAnimationFrame(() => document.getElementById(`line-${(error ?? 0) + 1}`)?.scrollIntoView({ block: 'center' }));
  };
  const isFollowed = isRunning && !heard.isOver;
  return (
    <section aria-labelledby="output">
      <div class="title over">
        <h2 id="output">Output</h2>
        <span class="quietly">{isFollowed ? 'as it comes' : isRunning && !heard.isLive ? 'comes when the run ends' : ''}</span>
      </div>
      {all.length === 0 ? (
        <Empty>{isRunning ? 'Nothing was written yet, that is known here.' : 'Nothing was written that is known here.'}</Empty>
      ) : (
        <>
          <div class="row tools">
            <label>
              <span class="sr">Search the output</span>
              <input
                type="search"
                placeholder="Search"
                value={words}
                onInput={({ currentTarget }) => setWords(currentTarget.value)}
              />
            </label>
            <span role="status" class="quietly">
              {words === '' ? `${all.length} lines` : `${found.length} of ${all.length} lines`}
            </span>
            {error !== null && (
              <button type="button" onClick={jump}>
                First error
              </button>
            )}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it. */}
          <section class="log" aria-label="Lines of the output" tabIndex={0} ref={box}>
            {(heard.isCut || shown.length < found.length) && <p class="quietly">… what comes before is not shown</p>}
            {shown.map(({ number, text }) => (
              <Line key={number} number={number} text={text} isError={number - 1 === error} />
            ))}
          </section>
        </>
      )}
    </section>
  );
}

function Line({ number, text, isError }: { readonly number: number; readonly text: string; readonly isError: boolean }) {
  return (
    <div class={isError ? 'line wrong' : 'line'} id={`line-${number}`}>
      <span class="at" aria-hidden="true">
        {number}
      </span>
      <Said text={text} />
    </div>
  );
}

/** Whoever looks at the end sees what comes; whoever has scrolled up stays there. */
function useStayAtEnd(box: { readonly current: HTMLElement | null }, text: string): void {
  const atEnd = useRef(true);
  const { current } = box;
  if (current !== null) atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 40;
  // After each text.
  useEffect(() => {
    if (box.current !== null && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
}
