// What stands above the panes: who this is, when it looked last, the daemon and the budget; and what stands in the way. Pure.
import { listedName } from '../../core/model/machines/machine-label.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { unsentSentence, type View } from '../../operations/sync/view.ts';
import { PLAIN } from '../output/paint.ts';
import { troubleLines } from '../output/show-status.ts';
import { syncedWords } from '../output/synced-words.ts';
import { plainCell, roughly } from '../output/table.ts';
import type { Sight } from './frame-state.ts';
import { type Line, part } from './line.ts';
import { wrapText } from './wrap.ts';

const MINUTE_MS = 60_000;
/** A view that is older says so. */
const OLD_MS = 10 * MINUTE_MS;

export function headLines(sight: Sight, nowMs: number): readonly Line[] {
  if (typeof sight.view === 'string') return [[part('coord top', 'bold'), part(` · ${plainCell(sight.root, 200)}`)]];
  const { view, fetchedMs } = sight;
  const { self, sync } = view;
  const isOld = fetchedMs === null || nowMs - fetchedMs > OLD_MS;
  const synced = syncedWords(sync.unsyncedSince, fetchedMs, nowMs);
  return [
    [
      part(plainCell(`${self.machine} ${self.name}`, 60), 'bold'),
      part(' · '),
      part(synced, isOld || sync.unsyncedSince !== null ? 'yellow' : undefined),
      part(` · ${daemonWords(sight, nowMs)} · ${plainCell(self.remote, 200)}`),
    ],
    [part(budgetWords(sight, view), 'dim')],
  ];
}

function daemonWords({ daemon }: Sight, nowMs: number): string {
  if (!daemon.running) return 'no daemon here';
  const nextMs = Date.parse(daemon.nextLook ?? '');
  if (Number.isNaN(nextMs)) return 'the daemon has just started';
  return nextMs <= nowMs ? 'next sync now' : `next sync in ${roughly(nextMs - nowMs)}`;
}

/** H2. What others push besides their beats, nobody here knows. */
function budgetWords({ daemon, pushesPerMinute }: Sight, view: View): string {
  const live = Object.values(view.machines).filter(({ state }) => state !== 'LEFT' && state !== 'OFFLINE');
  const beats = live.reduce((sum, { heartbeat }) => sum + MINUTE_MS / (parseDuration(heartbeat) ?? Number.POSITIVE_INFINITY), 0);
  const own = daemon.running ? ` · pushed here in the last hour: ${daemon.pushesLately}` : '';
  return `budget: ${pushesPerMinute} pushes a minute, ${beats.toFixed(1)} of them beats${own}`;
}

/** What keeps this machine from the others, two lines each at most; the rest is a number. */
export function troubleBlock(sight: Sight, nowMs: number, width: number, linesMax: number): readonly Line[] {
  const { view, fetchedMs, daemon } = sight;
  const old =
    fetchedMs !== null && nowMs - fetchedMs > OLD_MS && !daemon.running
      ? [`! as of ${roughly(nowMs - fetchedMs)} ago: press r to sync now, or run coord daemon start`]
      : [];
  const words = [
    ...(typeof view === 'string' ? [] : troubleLines(view, { paint: PLAIN, nowMs: () => nowMs })),
    ...[...unsent(sight, nowMs), ...daemonTrouble(sight), ...sight.faults, ...sight.alerts].map(
      (fault) => `! ${plainCell(fault, 400)}`,
    ),
    ...old,
  ];
  const lines: Line[] = [];
  words.forEach((word, at) => {
    const wrapped = wrapText(word, width, 2);
    if (lines.length + wrapped.length < linesMax || (lines.length + wrapped.length === linesMax && at === words.length - 1))
      lines.push(...wrapped.map((text): Line => [part(text, 'yellow')]));
  });
  const shown = words.filter((word) => lines.some(([first]) => first !== undefined && word.startsWith(first.text))).length;
  if (shown < words.length && linesMax > 0) lines.push([part(`! and ${words.length - shown} more: coord status`, 'yellow')]);
  return lines;
}

/** H2: no daemon takes the turn that has come. */
function unsent({ view, daemon }: Sight, nowMs: number): readonly string[] {
  const words = typeof view === 'string' ? null : unsentSentence(view.sync.heldUntil, nowMs, daemon.running);
  return words === null ? [] : [words];
}

/** Of what keeps it from the remote, the view says more. */
function daemonTrouble({ view, daemon }: Sight): readonly string[] {
  const isSaid = typeof view !== 'string' && view.sync.unsyncedSince !== null;
  return daemon.trouble === null || isSaid ? [] : [`the daemon: ${daemon.trouble}`];
}

/** M6: in one line, for where there are no panes. */
export function emergencyLine({ view }: Sight): Line | null {
  if (typeof view === 'string') return null;
  const named = Object.entries(view.machines).flatMap(([number, { emergency }]) =>
    emergency === undefined ? [] : [`${listedName(Number(number), view.machines)}: ${emergency}`],
  );
  return named.length === 0 ? null : [part(plainCell(`▲ EMERGENCY on ${named.join(' · ')}`, 400), 'red')];
}
