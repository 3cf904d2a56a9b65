// A bar of a machine's last heartbeats, and lines of its load: what the daemon here remembers of it.
import { BEATS, beatsOf, beatWords, type Histories, linePath } from '../rules/beats.ts';
import { entryOf } from '../rules/snapshot.ts';
import { nowMs } from './store.ts';

const LINE = { width: 120, height: 24 } as const;

export function Beats({ number, histories }: { readonly number: string; readonly histories: Histories | null }) {
  const history = histories === null ? undefined : entryOf(histories.machines, number);
  if (histories === null || history === undefined) return <p class="beats" aria-hidden="true" />;
  const beats = beatsOf(history, histories.sinceMs, nowMs.value);
  return (
    <p class="beats" role="img" aria-label={beatWords(beats)} title={beatWords(beats)}>
      {beats.map((beat, at) => (
        // A place: heartbeats move through it.
        <i key={`${BEATS}.${at}`} class={beat} />
      ))}
    </p>
  );
}

export function Load({ number, histories }: { readonly number: string; readonly histories: Histories | null }) {
  const usage = (histories === null ? undefined : entryOf(histories.machines, number))?.usage ?? [];
  const path = (of: 'cpu' | 'memory') =>
    linePath(
      usage.map(({ atMs, [of]: share }) => ({ atMs, share })),
      LINE.width,
      LINE.height,
    );
  const [cpu, memory] = [path('cpu'), path('memory')];
  if (cpu === '') return null;
  return (
    <svg class="load" viewBox={`0 -1 ${LINE.width} ${LINE.height + 2}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="memory" d={memory} />
      <path class="cpu" d={cpu} />
    </svg>
  );
}

/** Now. */
export function Meter({ name, share }: { readonly name: string; readonly share: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <span class="meter">
      {name}{' '}
      <span class="track" aria-hidden="true">
        <i style={{ width: `${percent}%` }} />
      </span>{' '}
      {percent} %
    </span>
  );
}
