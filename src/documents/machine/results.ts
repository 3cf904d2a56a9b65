// results/<N>.json: what machine N runs and has run, one run a line so that a change is a short diff.
// parseResults(renderResults(x)) = x, except for outputs whose names are no `isOutputKey`: those are left out.
import type { OlderRun, ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { isRecord } from '../json/is-record.ts';
import { plainJson } from '../json/plain-json.ts';
import { visibleJson, visibleText } from '../text/escape-text.ts';
import { isOutputKey, type ResultsFile, resultsSchema } from './results-schema.ts';

/** What one document says. `pages`: how many further ones hold runs that are older still; absent = none. */
export interface ResultsHead extends ResultsDocument {
  readonly pages?: number | undefined;
}

export const resultsDocument: DocumentKind<ResultsHead> = {
  owner: 'machine',
  path: /^results\/([1-9][0-9]{0,3})\.json$/,
  parse: parseResults,
};

/** Reads a results document, whole or not at all: it is a machine's, and no part of it is obeyed if one part is wrong (D4). */
export function parseResults(text: string, path: string): Parsed<ResultsHead> {
  const json = plainJson(text);
  const checked = resultsSchema.safeParse(json);
  if (checked.success) return { value: withPlainOutputs(checked.data), faults: [] };
  const fault = (expected: string, found: string): Fault => ({
    document: path,
    line: null,
    column: null,
    level: 'fault',
    expected,
    found,
  });
  if (json === undefined) return { value: null, faults: [fault('JSON as a machine writes it', 'something else')] };
  const wrong = checked.error.issues
    .slice(0, 5)
    .map((issue) => fault(`what a machine writes at ${issue.path.join('.') || 'the top'}`, foundAt(json, issue.path)));
  return { value: null, faults: wrong };
}

/** What stands there, or at the deepest place on the way. */
function foundAt(json: unknown, path: readonly PropertyKey[]): string {
  let here = json;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) break;
    here = (here as Record<PropertyKey, unknown>)[step];
  }
  if (Array.isArray(here)) return 'a list';
  return isRecord(here) ? 'an object' : visibleText(JSON.stringify(here).slice(0, 60));
}

function withPlainOutputs(file: ResultsFile): ResultsHead {
  const plain = (outputs: Readonly<Record<string, string>>) => Object.assign(Object.create(null), outputs);
  const ended = file.ended.map((run) => ({ ...run, outputs: plain(run.outputs) }));
  const older = file.older.map((run): OlderRun => (run.outputs === undefined ? run : { ...run, outputs: plain(run.outputs) }));
  return { ...file, ended, older };
}

/** `pages`: how many further documents belong to it (results-pages.ts). */
export function renderResults(document: ResultsDocument, pages = 0): string {
  const { machine, running, claimed, waiting, ended, older, before } = document;
  const named = (outputs: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(outputs).filter(([key]) => isOutputKey(key)));
  const full = ended.map(({ outputs, ...run }) => ({ ...run, outputs: named(outputs) }));
  const short = older.map(({ outputs, ...run }) => (outputs === undefined ? run : { ...run, outputs: named(outputs) }));
  const parts = [
    `"machine": ${machine}`,
    list('running', running),
    ...(claimed.length === 0 ? [] : [list('claimed', claimed)]),
    list('waiting', waiting),
    list('ended', full),
    list('older', short),
    list('before', before),
    ...(pages === 0 ? [] : [`"pages": ${pages}`]),
  ];
  return `{\n  ${parts.join(',\n  ')}\n}\n`;
}

function list(name: string, items: readonly unknown[]): string {
  const lines = items.map((item) => `\n    ${visibleJson(JSON.stringify(item))}`);
  return `"${name}": [${lines.join(',')}${lines.length === 0 ? '' : '\n  '}]`;
}
