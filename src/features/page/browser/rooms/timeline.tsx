// What happened in the fleet, by day, newest first: of all machines or of one, narrowed by words; older events are asked for as they are wanted.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimelineEvent } from '../../../../core/model/status/timeline.ts';
import { afterLast, byDay, type Day, type Happening, joined, lineOf, type TimelineLine, withNews } from '../../rules/timeline.ts';
import { Empty, Fault, MachineOptions, Said } from '../parts/parts.tsx';
import { Mark } from '../parts/states.tsx';
import { addressOf, replaceAddress, route } from '../route.ts';
import { get, isForGood, Refused } from '../session.ts';
import { nowMs, snapshot } from '../store.ts';

/** News are asked for no more often: each question takes the lock of the cycle. */
const NEWS_MS = 15_000;
/** From the last letter to the question. */
const TYPING_MS = 400;

interface Answer {
  readonly events: readonly TimelineEvent[];
  readonly machines: Readonly<Record<string, string>>;
  readonly more: boolean;
  readonly untold?: readonly string[];
}

interface Told {
  /** The question that was answered. */
  readonly of: string;
  readonly lines: readonly TimelineLine[];
  readonly more: boolean;
  readonly untold: readonly string[];
}

const questionOf = (machine: string, words: string) => `${machine} ${words}`;

async function ask(machine: string, words: string, from: { until: string; skip: number } | null): Promise<Told> {
  const query = new URLSearchParams({ words });
  if (machine !== '') query.set('machine', machine);
  if (from !== null) {
    query.set('until', from.until);
    query.set('skip', String(from.skip));
  }
  // A daemon that goes on with the version before says nothing of that.
  const { events, machines, more, untold = [] } = await get<Answer>(`page/timeline?${query}`);
  return { of: questionOf(machine, words), lines: events.map((event) => lineOf(event, machines)).toReversed(), more, untold };
}

const isRefusedForGood = (error: unknown) => error instanceof Refused && isForGood(error.status);

function useTimeline(machine: string, words: string) {
  const [told, setTold] = useState<Told | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  /** What is asked for now; an answer to something else is dropped. */
  const asked = useRef('');
  const question = questionOf(machine, words);
  const digest = snapshot.value?.digest ?? '';
  const seen = useRef(digest);
  const take = async (work: Promise<Told>, change: (answer: Told) => void) => {
    asked.current = question;
    setBusy(true);
    try {
      const answer = await work;
      if (asked.current !== question) return;
      setTrouble(null);
      change(answer);
    } catch (error) {
      if (asked.current !== question) return;
      if (isRefusedForGood(error)) seen.current = digest;
      setTrouble(error);
    }
    setBusy(false);
  };
  // Other words are another list.
  useEffect(() => {
    const wait = setTimeout(() => take(ask(machine, words, null), setTold), told === null ? 0 : TYPING_MS);
    return () => clearTimeout(wait);
  }, [question]);
  const round = Math.floor(nowMs.value / NEWS_MS);
  const isOther = told?.of !== question;
  // What is new stands before what is there; what was not answered is asked for again, and what was refused once the fleet is another one.
  useEffect(() => {
    const isAnswered =
      trouble === null ? isOther || seen.current === digest : isRefusedForGood(trouble) && seen.current === digest;
    if (isBusy || isAnswered) return;
    take(ask(machine, words, null), (news) => {
      seen.current = digest;
      setTold((before) => {
        const lines = before?.of === news.of ? withNews(news.lines, before.lines) : news.lines;
        return before === null || lines === news.lines ? news : { ...before, lines };
      });
    });
  }, [round]);
  const more = () => {
    if (told !== null)
      take(ask(machine, words, afterLast(told.lines)), (older) => setTold({ ...older, lines: joined(told.lines, older.lines) }));
  };
  return { told, trouble, mayAsk: !isBusy && !isOther, more };
}

export function Timeline({ machine }: { readonly machine: string }) {
  const { words } = route.value;
  const { told, trouble, mayAsk, more } = useTimeline(machine, words);
  return (
    <>
      <h1>Timeline</h1>
      <Tools machine={machine} words={words} />
      {trouble !== null && <Fault error={trouble} />}
      {told === null && trouble === null && <Empty>Reading what happened.</Empty>}
      {told !== null && (
        <>
          {snapshot.value?.self.signed === true && (
            <p class="quietly">Edits, words of people, and who came and went are told as main has them: nobody signs those.</p>
          )}
          <Days days={byDay(told.lines, dayOf)} />
          {told.lines.length === 0 && <Empty>Nothing of that kind has happened, as far as the last sync shows.</Empty>}
          {told.more && (
            <button type="button" disabled={!mayAsk} onClick={more}>
              Show what was before
            </button>
          )}
          {told.untold.map((words) => (
            <p class="quietly" key={words}>
              <Said text={words} />
            </p>
          ))}
        </>
      )}
    </>
  );
}

function Tools({ machine, words }: { readonly machine: string; readonly words: string }) {
  return (
    <div class="row tools">
      <label>
        <span class="sr">Machine</span>
        <select
          value={machine}
          onChange={({ currentTarget }) => {
            location.hash = addressOf('timeline', currentTarget.value, words);
          }}
        >
          <option value="">all machines</option>
          <MachineOptions withLeft />
        </select>
      </label>
      <label>
        <span class="sr">Search the timeline</span>
        <input
          type="search"
          placeholder="Search"
          value={words}
          onInput={({ currentTarget }) => replaceAddress(addressOf('timeline', machine, currentTarget.value))}
        />
      </label>
    </div>
  );
}

function Days({ days }: { readonly days: readonly Day[] }) {
  return (
    <>
      {days.map(({ name, lines }) => (
        <section key={name}>
          <h2 class="over">{name}</h2>
          <ol class="story">
            {lines.map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

const MARKS: Readonly<Record<Happening, Parameters<typeof Mark>[0]>> = {
  added: { word: 'added', shape: 'ring', tone: 'calm' },
  changed: { word: 'changed', shape: 'ring', tone: 'calm' },
  cancelled: { word: 'cancelled', shape: 'dash', tone: 'off' },
  retried: { word: 'retried', shape: 'ring', tone: 'calm' },
  removed: { word: 'removed', shape: 'dash', tone: 'off' },
  archived: { word: 'archived', shape: 'dash', tone: 'off' },
  started: { word: 'started', shape: 'play', tone: 'busy' },
  completed: { word: 'completed', shape: 'tick', tone: 'good' },
  failed: { word: 'failed', shape: 'cross', tone: 'bad' },
  stopped: { word: 'stopped', shape: 'dash', tone: 'off' },
  asks: { word: 'asks', shape: 'alert', tone: 'warn' },
  takenOver: { word: 'taken over', shape: 'alert', tone: 'warn' },
  message: { word: 'message', shape: 'dot', tone: 'calm' },
  urgent: { word: 'urgent', shape: 'alert', tone: 'bad' },
  joined: { word: 'joined', shape: 'tick', tone: 'good' },
  left: { word: 'left', shape: 'dash', tone: 'off' },
  lost: { word: 'lost', shape: 'cross', tone: 'bad' },
  back: { word: 'back', shape: 'tick', tone: 'good' },
  fault: { word: 'fault', shape: 'cross', tone: 'bad' },
};

function Line({ line: { at, happening, order, title, words } }: { readonly line: TimelineLine }) {
  return (
    <li class="happened">
      <time dateTime={at} title={at}>
        {timeOf(at)}
      </time>
      <Mark {...MARKS[happening]} />
      <span>
        {order !== null && (
          <>
            <a href={addressOf('orders', order)}>
              <Said text={order} />
            </a>{' '}
          </>
        )}
        <Said text={words} />
        {title !== null && title !== '' && (
          <span class="quietly">
            {' '}
            <Said text={title} />
          </span>
        )}
      </span>
    </li>
  );
}

/** The day and the minute are those of whoever looks; the exact time is behind them. */
function dayOf(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'At an unknown time';
  return date.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

function timeOf(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString('en-GB');
}
