// A bar of a machine's last heartbeats, and lines of its load: what the daemon here remembers of it.
import { isoTime } from '../../../../core/base/time.ts';
import type { Usage } from '../../../../core/model/machines/usage.ts';
import { BEATS, beatWords, type Histories, stepPath } from '../../rules/beats.ts';
import { entryOf } from '../../rules/snapshot.ts';
import { nowMs } from '../store.ts';

const LINE = { width: 120, height: 20 } as const;
/** The lines of all machines have one length, so that they can be compared. */
const LINE_MS_MAX = 6 * 60 * 60 * 1000;

interface Known {
  readonly number: string;
  /** Null = they have not come. */
  readonly histories: Histories | null;
}

const WORDS = {
  heard: 'heard',
  missed: 'missed a heartbeat',
  gap: 'nobody looked here',
  late: 'expected, and not heard yet',
} as const;

export function Beats({ number, histories, isOverdue }: Known & { readonly isOverdue: boolean }) {
  const known = histories === null ? undefined : entryOf(histories.machines, number);
  const last = known?.beats.at(-1);
  // Once it counts as missed, that is shown.
  const late = isOverdue && last?.kind === 'heard' ? [{ kind: 'late', atMs: last.atMs + (known?.periodMs ?? 0) } as const] : [];
  const beats = known?.beats.slice(late.length - BEATS) ?? [];
  const missed = beats.filter(({ kind }) => kind === 'missed').length;
  return (
    <div class="heartbeats">
      <p class="beats" role="img" aria-label={`${beatWords(beats)}${late.length > 0 ? ', and the next is overdue' : ''}`}>
        {Array.from({ length: BEATS - beats.length - late.length }, (_, at) => (
          <i key={`free.${at}`} />
        ))}
        {[...beats, ...late].map(({ kind, atMs }) => (
          <i key={`${kind}.${atMs}`} class={kind} title={`${WORDS[kind]}, ${isoTime(atMs)}`} />
        ))}
      </p>
      {missed > 0 && <p class="quietly">{beatWords(beats)}</p>}
    </div>
  );
}

/** How busy it is, and was. */
export function Load({ number, histories, usage }: Known & { readonly usage: Usage }) {
  const samples = (histories === null ? undefined : entryOf(histories.machines, number))?.usage ?? [];
  const now = nowMs.value;
  const sinceMs = Math.max(histories?.sinceMs ?? now, now - LINE_MS_MAX);
  const line = (name: string, of: 'cpu' | 'memory') => {
    const shares = samples.map(({ atMs, [of]: share }) => ({ atMs, share }));
    const path = stepPath(shares, { sinceMs, nowMs: now, ...LINE });
    const share = percent(usage[of]);
    const all = shares.map(({ share: one }) => percent(one));
    const range = all.length > 1 ? `${Math.min(...all)} to ${Math.max(...all)} % since ${isoTime(sinceMs)}` : '';
    return (
      <div class={`meter ${of}`} title={range}>
        <dt>{name}</dt>
        <dd>
          <svg viewBox={`0 -1 ${LINE.width} ${LINE.height + 2}`} preserveAspectRatio="none" aria-hidden="true">
            {path !== '' && <path class="spark-under" d={`${path}V${LINE.height}H${startOf(path)}Z`} />}
            {path !== '' && <path class="spark" d={path} />}
          </svg>
          {share} %
        </dd>
      </div>
    );
  };
  return (
    <dl class="load">
      {line('CPU', 'cpu')}
      {line('memory', 'memory')}
    </dl>
  );
}

function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

function startOf(path: string): string {
  return /^M(\S+)/.exec(path)?.[1] ?? '0';
}
