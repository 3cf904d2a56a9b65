// Medians, percentiles, and how figures are written.
import { performance } from 'node:perf_hooks';

/** The value below which the given part lies (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function seconds(valueMs: number): string {
  return `${(valueMs / 1000).toFixed(1)} s`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

export function kilobytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} KB`;
}

export function counted(count: number, one: string): string {
  const rounded = Number.isInteger(count) ? String(count) : count.toFixed(1);
  return `${rounded} ${one}${rounded === '1' ? '' : /(sh|ss|ch)$/.test(one) ? 'es' : 's'}`;
}

export interface Turn {
  /** Not timed. */
  before?(): Promise<unknown>;
  run(): Promise<unknown>;
}

/** Medians of several things done in turn, so that what disturbs one disturbs all; the first turn does not count. */
export async function inTurns<Name extends string>(turns: number, things: Record<Name, Turn>): Promise<Record<Name, number>> {
  const names = Object.keys(things) as Name[];
  const took = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const name of names) {
      await things[name].before?.();
      const from = performance.now();
      await things[name].run();
      if (turn > 0) took.get(name)?.push(performance.now() - from);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(took.get(name) ?? [])])) as Record<Name, number>;
}

/** `3 fetch, 1 push`, the most frequent first. */
export function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return sorted.map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing';
}
