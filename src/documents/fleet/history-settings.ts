// Makes a person's word on the history an edit of fleet.yaml (D5): `keep_history` and `compact_at` are written anew, and every other line stays byte for
// byte. The result is read again before it is returned.
import { sameValue } from '../../core/base/same-value.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { formatDuration } from '../text/duration.ts';
import { topLevelSpan } from '../yaml/yaml-key-span.ts';
import { parseFleet } from './fleet.ts';

export type HistorySettings = Pick<FleetSettings, 'keepHistoryMs' | 'compactAt'>;

/** Null = its layout does not allow it, or it cannot be read. */
export function withHistorySettings(text: string, wanted: HistorySettings): string | null {
  const before = parseFleet(text).value;
  if (before === null) return null;
  const { keepHistoryMs, compactAt } = wanted;
  const keep = keepHistoryMs === null ? null : `keep_history: ${daysOf(keepHistoryMs)}`;
  const edited = withLine(
    withLine(text, 'keep_history', keep),
    'compact_at',
    compactAt === null ? null : `compact_at: ${compactAt}`,
  );
  const after = parseFleet(edited).value;
  return after !== null && same(after, { ...before, keepHistoryMs, compactAt }) ? edited : null;
}

/** As people write it: 90d, and not 12w6d. */
export function daysOf(ms: number): string {
  const days = ms / 86_400_000;
  return Number.isInteger(days) ? `${days}d` : formatDuration(ms);
}

function withLine(text: string, key: string, line: string | null): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const written = line === null ? '' : `${line}${lineEnd}`;
  const span = topLevelSpan(text, key);
  if (span !== null) return text.slice(0, span.from) + written + text.slice(span.to);
  const gap = text === '' || text.endsWith('\n') ? '' : lineEnd;
  return written === '' ? text : `${text}${gap}${written}`;
}

function same(one: FleetSettings, other: FleetSettings): boolean {
  // What cannot be read says its line, which has moved.
  const plain = (settings: FleetSettings) =>
    JSON.parse(JSON.stringify(settings, (key, value) => (key === 'reason' ? undefined : value)));
  return sameValue(plain(one), plain(other));
}
