// Every kind of document below `coordination/` (D1, D8): the one list. A path that fits none of them has no owner, and is never read.
import type { SpecOutline } from '../core/model/orders/spec.ts';
import { MORE_DOCUMENTS } from '../features/documents.ts';
import { archiveDocument } from './archive/archive.ts';
import { featuresDocument } from './board/features.ts';
import { readmeDocument } from './board/readme.ts';
import { statusDocument } from './board/status.ts';
import { type DocumentKind, isDocumentPath } from './document.ts';
import { fleetDocument } from './fleet/fleet.ts';
import { HISTORY_PART } from './history-part.ts';
import { machineDocument } from './machine/machine-document.ts';
import { resultsDocument } from './machine/results.ts';
import { resultsPageDocument } from './machine/results-pages.ts';
import { messageLog } from './messages/message-log.ts';
import { peopleLog } from './messages/people-log.ts';
import { ordersDocument } from './orders/orders.ts';
import { ordersSchema } from './orders/orders-json-schema.ts';

export const DOCUMENTS: readonly DocumentKind[] = [
  ...[ordersDocument, fleetDocument, peopleLog],
  ...[machineDocument, resultsDocument, resultsPageDocument, messageLog],
  archiveDocument,
  // What a machine has taken out of its results and its mail, by month: read where it is asked for.
  {
    owner: 'machine',
    path: new RegExp(
      `^history/([1-9][0-9]{0,3})/(?:messages-${HISTORY_PART}(?:\\.m\\1)?\\.md|${HISTORY_PART}(?:\\.m\\1)?\\.jsonl)$`,
    ),
  },
  ...[statusDocument, readmeDocument, featuresDocument, ordersSchema],
  ...MORE_DOCUMENTS,
  // Of other versions.
  { owner: 'derived', path: /^schemas\/[^/]+\.json$/ },
];

export type Owner =
  | { readonly kind: 'people' }
  | { readonly kind: 'machine'; readonly machine: number }
  | { readonly kind: 'derived' };

export interface DocumentThere {
  readonly kind: DocumentKind;
  readonly owner: Owner;
}

/** Paths that were asked for: each look asks for the same ones, of 200 machines some thousands, several times. Of more than this it begins anew. */
const KNOWN_MAX = 50_000;
const known = new Map<string, DocumentThere | null>();

/** What stands at `path` (below `coordination/`), and who may write it; null = not a document of ours, never read (D8). The same object for the same path. */
export function documentAt(path: string): DocumentThere | null {
  const before = known.get(path);
  if (before !== undefined) return before;
  const found = findDocument(path);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(path, found);
  return found;
}

function findDocument(path: string): DocumentThere | null {
  if (!isDocumentPath(path)) return null;
  for (const kind of DOCUMENTS) {
    if (typeof kind.path === 'string') {
      if (kind.path === path) return { kind, owner: ownerAs(kind, '') };
      continue;
    }
    const found = kind.path.exec(path);
    if (found !== null) return { kind, owner: ownerAs(kind, found[1] ?? '') };
  }
  return null;
}

function ownerAs({ owner }: DocumentKind, machine: string): Owner {
  return owner === 'machine' ? { kind: owner, machine: Number(machine) } : { kind: owner };
}

export function ownerOf(path: string): Owner | null {
  return documentAt(path)?.owner ?? null;
}

type SpecKind = DocumentKind<SpecOutline> & { readonly path: RegExp };
const SPECS = DOCUMENTS.filter((kind): kind is SpecKind => kind.isSpec === true);

/** Of people's words on what they want (D10); undefined = it is none. */
export function specKind(path: string): SpecKind | undefined {
  return isDocumentPath(path) ? SPECS.find((kind) => kind.path.test(path)) : undefined;
}

export function isSpec(path: string): boolean {
  return specKind(path) !== undefined;
}
