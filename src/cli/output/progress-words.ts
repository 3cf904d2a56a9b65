// How far a run is, in words: `turn 3 · $0.12 · ▸ Bash npm test`.
import type { RunProgress } from '../../core/model/orders/run.ts';
import { ago } from './table.ts';

/** Older than this it says since when nothing else is known. */
const FRESH_MS = 60_000;

export function progressWords(progress: RunProgress | undefined, nowMs: number): readonly string[] {
  if (progress === undefined) return [];
  const { last, turns, costUsd, at } = progress;
  const isFresh = nowMs - Date.parse(at) < FRESH_MS;
  return [
    ...(turns === null ? [] : [`turn ${turns}`]),
    ...(costUsd === null ? [] : [`$${costUsd.toFixed(2)}`]),
    ...(last === '' ? [] : [isFresh ? last : `${last} (${ago(at, nowMs)})`]),
  ];
}
