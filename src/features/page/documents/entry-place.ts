// Where the entry of one order stands in the text of ORDERS.json, so that it is shown as it was written, with its comments and its layout.
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { scanJson } from '../../../documents/json/json-scan.ts';
import { DOCUMENT_LIMITS } from '../../../documents/text/limits.ts';

export interface EntryPlace {
  readonly from: number;
  /** Behind its last character. */
  readonly to: number;
}

/** Null = no entry has this id, or more than one, or the text is none that coord reads. */
export function entryPlace(text: string, id: string): EntryPlace | null {
  if (scanJson(text, DOCUMENT_LIMITS.levelsMax).tooDeepAt !== null) return null;
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const entries = (tree === undefined ? undefined : findNodeAtLocation(tree, ['orders']))?.children ?? [];
  const [entry, ...others] = entries.filter((one) => one.type === 'object' && findNodeAtLocation(one, ['id'])?.value === id);
  return entry === undefined || others.length > 0 ? null : { from: entry.offset, to: entry.offset + entry.length };
}
