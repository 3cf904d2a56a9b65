// results/<N>.json: what machine N runs and has run, one run a line so that a change is a short diff.
// parseResults(renderResults(x)) = x, except for outputs whose names are no `isOutputKey`: those are left out.
import type { OlderRun, ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { nodeAt, toValue } from '../json/json-node.ts';
import { readJson } from '../json/json-text.ts';
import { visibleJson } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS, isCrowded, isTooLarge } from '../text/limits.ts';
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
  const written = asWritten(text);
  if (written !== null) return { value: written, faults: [] };
  const { root, faults, positionAt } = readJson(text, path);
  if (root === null || faults.some((fault) => fault.level === 'fault')) return { value: null, faults };
  const checked = resultsSchema.safeParse(toValue(root));
  if (checked.success) return { value: withPlainOutputs(checked.data), faults };
  const wrong = checked.error.issues.slice(0, 5).map((issue): Fault => {
    const node = nodeAt(root, issue.path);
    const found =
      node.kind === 'scalar' ? JSON.stringify(node.value).slice(0, 60) : node.kind === 'array' ? 'a list' : 'an object';
    const expected = `what a machine writes at ${issue.path.join('.') || 'the top'}`;
    return { document: path, ...positionAt(node.offset), level: 'fault', expected, found };
  });
  return { value: null, faults: [...faults, ...wrong] };
}

/**
 * The document of a text that is, character by character, what this program writes; null = any other. So nearly every one is, and
 * the platform's own parser is many times as fast as the one that knows where everything stands.
 */
function asWritten(text: string): ResultsHead | null {
  if (isTooLarge(text)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (isCrowded(value)) return null;
  const checked = resultsSchema.safeParse(value);
  if (!checked.success || hasManyOutputs(checked.data)) return null;
  const document = withPlainOutputs(checked.data);
  return renderResults(document, document.pages) === text ? document : null;
}

function hasManyOutputs({ ended, older }: ResultsFile): boolean {
  return [...ended, ...older].some(({ outputs }) => Object.keys(outputs ?? {}).length > DOCUMENT_LIMITS.entriesMax);
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
