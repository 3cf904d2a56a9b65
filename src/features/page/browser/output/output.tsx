// What a run writes, as it comes, with its colours and a search over it.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { liveWords } from '../../../../core/runs/live-words.ts';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { type OutputLine, searchLines } from '../../rules/output-lines.ts';
import type { Look } from '../../rules/terminal-codes.ts';
import { Empty } from '../parts/parts.tsx';
import { unlessSame } from '../parts/unless-same.tsx';
import { snapshot } from '../store.ts';
import { type Heard, useOutput } from './heard.ts';

/** Of more lines so many are drawn: the last ones, or those around the one that is looked for. */
const DRAWN_MAX = 1_000;
/** Of a longer line the beginning is drawn; a search looks at all of it. */
const LETTERS_MAX = 65_536;

interface OutputProps {
  readonly id: string;
  readonly mark: string;
  readonly isRunning: boolean;
  /** It has begun somewhere, now or before. */
  readonly hasRun: boolean;
}

export function Output({ id, mark, isRunning, hasRun }: OutputProps) {
  const [isWhole, readWhole] = useState(false);
  const heard = useOutput(id, mark, isWhole);
  const all = useMemo(() => heard.written.lines(), [heard]);
  const isFollowed = isRunning && !heard.isOver;
  return (
    <section aria-labelledby="output">
      <div class="title over">
        <h2 id="output">Output</h2>
        <span class="quietly">{isFollowed ? 'as it comes' : isRunning && !heard.isLive ? 'comes when the run ends' : ''}</span>
      </div>
      {heard.hints.length > 0 && snapshot.value?.self.signed === true && <p class="why">{liveWords(heard.hints, true)}</p>}
      {all.length === 0 ? (
        <Empty>{emptyWords(isRunning, hasRun)}</Empty>
      ) : (
        <Searched heard={heard} all={all} readWhole={() => readWhole(true)} />
      )}
    </section>
  );
}

function emptyWords(isRunning: boolean, hasRun: boolean): string {
  if (!hasRun) return 'It has not run yet.';
  return isRunning ? 'It has written nothing yet, as far as is known here.' : 'It wrote nothing, as far as is known here.';
}

interface SearchedProps {
  readonly heard: Heard;
  readonly all: readonly OutputLine[];
  readWhole(): void;
}

/** Whoever searches is told how many there are of all, so all of it is read then. */
function Searched({ heard, all, readWhole }: SearchedProps) {
  const [words, setWords] = useState('');
  /** The number of the line that is looked for; null = the end. */
  const [aim, setAim] = useState<number | null>(null);
  const found = useMemo(() => searchLines(all, words), [all, words]);
  const error = useMemo(() => heard.written.firstError(), [heard]);
  const search = (typed: string) => {
    setWords(typed);
    setAim(null);
    if (heard.isCut && typed !== '') readWhole();
  };
  const jump = () => {
    setWords('');
    setAim(error?.number ?? null);
  };
  return (
    <>
      <div class="row tools">
        <label>
          <span class="sr">Search the output</span>
          <input type="search" placeholder="Search" value={words} onInput={({ currentTarget }) => search(currentTarget.value)} />
        </label>
        <span role="status" class="quietly">
          {words === '' ? '' : `${found.length} of `}
          {heard.isCut ? 'the last ' : ''}
          {all.length} {all.length === 1 ? 'line' : 'lines'}
        </span>
        {heard.isCut && (
          <button type="button" onClick={readWhole}>
            Read all of it
          </button>
        )}
        {error !== null && !heard.isCut && (
          <button type="button" onClick={jump}>
            First error
          </button>
        )}
      </div>
      <Log found={found} aim={aim} error={error?.number ?? null} isCut={heard.isCut} />
    </>
  );
}

interface LogProps {
  readonly found: readonly OutputLine[];
  readonly aim: number | null;
  readonly error: number | null;
  readonly isCut: boolean;
}

function Log({ found, aim, error, isCut }: LogProps) {
  const box = useRef<HTMLElement>(null);
  const at = aim === null ? found.length : found.findIndex(({ number }) => number === aim);
  const from = Math.max(0, Math.min(at - DRAWN_MAX / 2, found.length - DRAWN_MAX));
  const drawn = found.slice(from, from + DRAWN_MAX);
  useStayAtEnd(box, found, aim !== null);
  // After each jump.
  useEffect(() => {
    if (aim !== null) document.getElementById(`line-${aim}`)?.scrollIntoView({ block: 'center' });
  }, [aim]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach it.
    <section class="log" aria-label="Lines of the output" tabIndex={0} ref={box}>
      {(isCut || from > 0) && <p class="quietly">… {isCut ? 'what comes before is not shown' : `${from} lines before`}</p>}
      {drawn.map((line) => (
        <Line key={line.number} line={line} isNumbered={!isCut} isError={line.number === error} />
      ))}
      {from + drawn.length < found.length && <p class="quietly">… {found.length - from - drawn.length} lines after</p>}
    </section>
  );
}

interface LineProps {
  readonly line: OutputLine;
  /** Where lines before it are missing, nobody knows its number. */
  readonly isNumbered: boolean;
  readonly isError: boolean;
}

const Line = unlessSame(({ line, isNumbered, isError }: LineProps) => {
  const { number, text } = line;
  return (
    <div class={isError ? 'line wrong' : 'line'} id={`line-${number}`}>
      <span class="at" aria-hidden="true">
        {isNumbered ? number : ''}
      </span>
      <bdi>
        {textsOf(line)}
        {text.length > LETTERS_MAX && <span class="quietly"> … and {text.length - LETTERS_MAX} letters more</span>}
      </bdi>
    </div>
  );
});

function textsOf(line: OutputLine) {
  let room = LETTERS_MAX;
  return line.parts().map(({ text, look }, at) => {
    const shown = text.slice(0, room);
    room -= shown.length;
    const kind = classOf(look);
    if (shown === '') return null;
    return kind === '' ? (
      visibleText(shown)
    ) : (
      <span key={at} class={kind}>
        {visibleText(shown)}
      </span>
    );
  });
}

function classOf({ hue, behind, isBold, isItalic, isUnderlined }: Look): string {
  const own = hue ?? behind;
  const names = [
    own === null ? '' : `hue-${own}`,
    isBold ? 'bold' : '',
    isItalic ? 'italic' : '',
    isUnderlined ? 'underlined' : '',
  ];
  return names.filter((name) => name !== '').join(' ');
}

/** Whoever looks at the end sees what comes; whoever has scrolled up, or looks for a line, stays there, also where the text is shorter for a while. */
function useStayAtEnd(box: { readonly current: HTMLElement | null }, lines: readonly OutputLine[], isElsewhere: boolean): void {
  const atEnd = useRef(true);
  /** Where one reads, and where the box was left: elsewhere is where somebody has scrolled to. */
  const top = useRef({ read: 0, left: 0 });
  const { current } = box;
  if (current !== null && current.scrollTop !== top.current.left) {
    top.current = { read: current.scrollTop, left: current.scrollTop };
    atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 40;
  }
  // After each text, before it is seen: who scrolls then is not pulled back.
  useLayoutEffect(() => {
    if (box.current === null) return;
    if (!isElsewhere && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
    // It was shorter for a while. Else the browser keeps what is read where it is.
    else if (!isElsewhere && top.current.left < top.current.read) box.current.scrollTop = top.current.read;
    top.current.left = box.current.scrollTop;
  }, [lines]);
}
