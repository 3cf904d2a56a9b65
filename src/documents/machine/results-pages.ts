// Spreads older runs over results/<N>-1.json and so on, oldest first, each document below the caps of D8. A completed run with nothing more
// to say takes one short line there, a third of what it takes in full, so that thousands of them are read at once.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { OlderRun, ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import { sizeOf } from '../../core/runs/results-retention.ts';
import type { DocumentKind } from '../document.ts';
import { plainJson } from '../json/plain-json.ts';
import { resultsPagePath, resultsPath } from '../paths.ts';
import { visibleJson } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import { renderResults } from './results.ts';
import { pageSchema } from './results-schema.ts';

const PAGE_SIZE_MAX = 900_000;
/** Bytes of older runs that stand in full sight in `results/<N>.json`: some 80. */
const IN_SIGHT_MAX = 16_000;

/** `machine`: whose they are. */
export interface ResultsPage {
  readonly machine: number;
  readonly older: readonly OlderRun[];
}

export const resultsPageDocument: DocumentKind<ResultsPage> = {
  owner: 'machine',
  path: /^results\/([1-9][0-9]{0,3})-[1-9][0-9]{0,2}\.json$/,
  parse: parseResultsPage,
};

/** All documents of these results, by path. */
export function renderAllResults(results: ResultsDocument): ReadonlyMap<string, string> {
  const { machine, older } = results;
  const from = firstThatFits(older);
  const pages = pagesOf(older.slice(0, from).map(lineOf));
  const head = renderResults({ ...results, older: older.slice(from) }, pages.length);
  return new Map([
    [resultsPath(machine), head],
    ...pages.map((lines, at): [string, string] => [resultsPagePath(machine, at + 1), renderPage(machine, at + 1, lines)]),
  ]);
}

/** The newest stand with the rest, in full sight. They leave by whole days where more than one is in sight, so that further documents change once a day. */
function firstThatFits(older: readonly OlderRun[]): number {
  let size = 0;
  let from = older.length;
  while (from > 0) {
    size += sizeOf(older[from - 1]);
    if (size > IN_SIGHT_MAX) break;
    from -= 1;
  }
  const last = older[from - 1];
  if (last === undefined) return 0;
  const next = older.findIndex((run, at) => at >= from && dayOf(run) !== dayOf(last));
  return next === -1 ? from : next;
}

const dayOf = ({ finishedAt }: OlderRun): string => finishedAt.slice(0, 10);

/** Filled from the oldest on: a run that comes later changes the last page alone. */
function pagesOf(lines: readonly string[]): string[][] {
  const pages: string[][] = [];
  let size = 0;
  for (const line of lines) {
    const last = pages.at(-1);
    size += line.length + 8;
    if (last === undefined || size > PAGE_SIZE_MAX || last.length >= DOCUMENT_LIMITS.entriesMax) {
      pages.push([line]);
      size = line.length + 8;
    } else last.push(line);
  }
  return pages;
}

function renderPage(machine: number, page: number, lines: readonly string[]): string {
  return `{\n  "machine": ${machine},\n  "page": ${page},\n  "older": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`;
}

/** ASCII: as many bytes as characters. */
function lineOf(run: OlderRun): string {
  return visibleJson(JSON.stringify(shortOf(run) ?? run)).replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `build 1.1 2026-11-20T22:00:00.000Z 1234 mark`: when it ended, how many ms it took, and the mark of its work; null = there is more to say. */
function shortOf(run: OlderRun): string | null {
  const { order, generation, attempt, state, exitCode, finishedAt, startedAt, work, ...more } = run;
  const isPlain = Object.values(more).every((it) => it === undefined) && (work === undefined || /^[0-9a-z]+$/.test(work));
  if (state !== 'COMPLETED' || exitCode !== 0 || startedAt === undefined || !isPlain) return null;
  const line = `${order} ${generation}.${attempt} ${finishedAt} ${parseTime(finishedAt) - parseTime(startedAt)}${work === undefined ? '' : ` ${work}`}`;
  const again = runOf(line);
  return again?.startedAt === startedAt && again.finishedAt === finishedAt ? line : null;
}

const SHORT = /^(\S{1,90}) ([1-9][0-9]{0,6})\.([1-9][0-9]{0,3}) (\S{24}) (-?[0-9]{1,15})(?: ([0-9a-z]{1,20}))?$/;

function runOf(line: string): OlderRun | null {
  const [, order, generation, attempt, finishedAt = '', ms, work] = SHORT.exec(line) ?? [];
  const endMs = parseTime(finishedAt);
  if (order === undefined || Number.isNaN(endMs)) return null;
  const startedAt = isoTime(endMs - Number(ms));
  const named = { order, generation: Number(generation), attempt: Number(attempt) };
  return { ...named, state: 'COMPLETED', exitCode: 0, startedAt, finishedAt, ...(work === undefined ? {} : { work }) };
}

/** Whole or not at all, as the document that it belongs to. */
export function parseResultsPage(text: string, path: string): Parsed<ResultsPage> {
  const file = pageSchema.safeParse(plainJson(text)).data ?? null;
  const older = file?.older.map((entry) => (typeof entry === 'string' ? runOf(entry) : entry)) ?? [];
  const good = older.flatMap((run) => run ?? []);
  if (file !== null && good.length === older.length) return { value: { machine: file.machine, older: good }, faults: [] };
  const found = file === null ? 'something else' : `a line that is none: ${older.indexOf(null) + 1}`;
  const fault: Fault = { document: path, line: null, column: null, level: 'fault', expected: 'what a machine writes', found };
  return { value: null, faults: [fault] };
}
