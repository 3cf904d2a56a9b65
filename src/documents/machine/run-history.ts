// history/<N>/<yyyy-mm>.m<N>.jsonl: machine N's runs in full that left results/<N>.json, one a line, by the month they finished in.
// Append-only; where a month is full, they go on in a further part of it (`2026-11.2.m1.jsonl`), so that every file can be read (D8). A line that
// is no run is skipped and counted: it takes nothing else with it.
import { utf8Bytes } from '../../core/base/utf8.ts';
import { type EndedRun, HISTORY_TAIL_MAX } from '../../core/model/orders/run.ts';
import { nextPart, partsOf } from '../history-part.ts';
import { visibleJson } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import { endedRun, isOutputKey } from './results-schema.ts';

export interface RunHistory {
  /** In the order of the lines. */
  readonly runs: readonly EndedRun[];
  /** Lines that are no run. */
  readonly badLines: number;
}

export function parseRunHistory(text: string): RunHistory {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // More runs than that no text of 1 MiB holds.
  const runs = lines
    .slice(0, DOCUMENT_LIMITS.entriesMax)
    .map(parseLine)
    .filter((run) => run !== null);
  return { runs, badLines: lines.length - runs.length };
}

function parseLine(line: string): EndedRun | null {
  // What is no object from its first character on is not worth an error, which costs as much as a hundred lines.
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const { success, data } = endedRun.safeParse(JSON.parse(line));
    return success ? { ...data, outputs: Object.assign(Object.create(null), data.outputs) } : null;
  } catch {
    return null;
  }
}

/** parseRunHistory(renderRun(x)) = x, except for outputs whose names are no `isOutputKey`: those are left out. */
export function renderRun(run: EndedRun): string {
  const outputs = Object.fromEntries(Object.entries(run.outputs).filter(([key]) => isOutputKey(key)));
  return `${visibleJson(JSON.stringify({ ...run, tail: run.tail.slice(-HISTORY_TAIL_MAX), outputs }))}\n`;
}

/**
 * Parts with their text as it stands (null = it cannot be read) become parts with the text they need; only those that change are returned.
 * Of each month the newest part has to be there. A run that stands there already is not written again.
 */
export function appendRunHistory(
  before: ReadonlyMap<string, string | null>,
  moved: readonly EndedRun[],
): ReadonlyMap<string, string> {
  const after = new Map<string, string>();
  const sizes = new Map<string, number>();
  const written = namesAmong(moved, before.values());
  const textOf = (part: string) => after.get(part) ?? before.get(part) ?? '';
  const fits = (part: string, lineBytes: number) => {
    if (before.get(part) === null) return false;
    const size = sizes.get(part) ?? utf8Bytes(textOf(part));
    sizes.set(part, size);
    return size + lineBytes <= DOCUMENT_LIMITS.sizeBytesMax;
  };
  for (const run of moved) {
    const name = nameOf(run);
    if (written.has(name)) continue;
    written.add(name);
    const line = renderRun(run);
    const lineBytes = utf8Bytes(line) + 1;
    const month = run.finishedAt.slice(0, 7);
    let part: string | null = partsOf(month, [...before.keys(), ...after.keys()])[0] ?? month;
    while (part !== null && !fits(part, lineBytes)) part = nextPart(part);
    if (part === null) continue;
    const text = textOf(part);
    // A last line that somebody cut off stays a line of its own.
    after.set(part, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}`);
    sizes.set(part, (sizes.get(part) ?? 0) + lineBytes);
  }
  return after;
}

/** What of these is not in the history yet. */
export function runsNotInHistory(moved: readonly EndedRun[], texts: Iterable<string | null>): readonly EndedRun[] {
  const written = namesAmong(moved, texts);
  return moved.filter((run) => !written.has(nameOf(run)));
}

/** Whether the text begins with one of these, or with what is no run. */
export function beginsWithRun(text: string, moved: readonly EndedRun[]): boolean {
  const first = parseLine(text.slice(0, text.indexOf('\n') + 1 || text.length));
  return first === null || moved.some((run) => nameOf(run) === nameOf(first));
}

/** The names that stand in the texts, of runs that finished when one of these did: no other line is worth being parsed. */
function namesAmong(moved: readonly EndedRun[], texts: Iterable<string | null>): Set<string> {
  const times = new Set(moved.map(({ finishedAt }) => finishedAt));
  const isNear = (line: string) => [...line.matchAll(/"finishedAt":"([^"]*)"/g)].some(([, time]) => times.has(time ?? ''));
  const lines = [...texts].flatMap((text) => text?.split('\n').filter(isNear) ?? []);
  return new Set(lines.map(parseLine).flatMap((run) => (run === null ? [] : [nameOf(run)])));
}

/** An id may be used again for other work once it is forgotten (O8): the times tell the two apart. */
function nameOf({ order, generation, attempt, startedAt, finishedAt }: EndedRun): string {
  return `${order} ${generation}.${attempt} ${startedAt} ${finishedAt}`;
}
