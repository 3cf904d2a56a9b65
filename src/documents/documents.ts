// Every kind of document below `coordination/` (D1, D8): the one list. A path that fits none of them is nobody's, and is never read.

import { handOffPage } from '../features/handoff/documents/hand-off-page.ts';
import { handOffDocument } from '../features/handoff/documents/hand-offs.ts';
import { featuresDocument } from './board/features.ts';
import { readmeDocument } from './board/readme.ts';
import { statusDocument } from './board/status.ts';
import { type DocumentKind, isDocumentPath } from './document.ts';
import { fleetDocument } from './fleet/fleet.ts';
import { machineDocument } from './machine/machine-document.ts';
import { resultsDocument } from './machine/results.ts';
import { resultsPageDocument } from './machine/results-pages.ts';
import { messageLog } from './messages/message-log.ts';
import { peopleLog } from './messages/people-log.ts';
import { ordersDocument } from './orders/orders.ts';
import { ordersSchema } from './orders/orders-json-schema.ts';
import { specDocument } from './snapshot/snapshot-specs.ts';

export const DOCUMENTS: readonly DocumentKind[] = [
  ...[ordersDocument, fleetDocument, specDocument, peopleLog],
  ...[machineDocument, resultsDocument, resultsPageDocument, messageLog, handOffDocument],
  // What a machine has taken out of its results and its mail, by month: read where it is asked for.
  {
    owner: 'machine',
    path: /^history\/([1-9][0-9]{0,3})\/(?:messages-[0-9]{4}-(?:0[1-9]|1[0-2])\.md|[0-9]{4}-(?:0[1-9]|1[0-2])\.jsonl)$/,
  },
  ...[statusDocument, readmeDocument, featuresDocument, handOffPage, ordersSchema],
  // Of other versions.
  { owner: 'derived', path: /^schemas\/[^/]+\.json$/ },
];

export type Owner =
  | { readonly kind: 'people' }
  | { readonly kind: 'machine'; readonly machine: number }
  | { readonly kind: 'derived' };

/** What stands at `path` (below `coordination/`), and who may write it; null = not a document of ours, never read (D8). */
export function documentAt(path: string): { readonly kind: DocumentKind; readonly owner: Owner } | null {
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

/** People's words on what they want (D10). */
export function isSpec(path: string): boolean {
  return documentAt(path)?.kind === specDocument;
}
