// The one list of documents that features add to the board. What reads, writes and folds documents reads it and knows no feature.
import type { DocumentKind, MachineFields } from '../documents/document.ts';
import { bellDocument } from './bell/documents/bell-document.ts';
import { brokerField } from './bell/documents/broker-field.ts';
import { handOffPage } from './handoff/documents/hand-off-page.ts';
import { handOffDocument } from './handoff/documents/hand-offs.ts';
import { guestFields } from './hub/documents/guest-fields.ts';
import { specDocument } from './plan/documents/spec-outline.ts';
import { keyField } from './trust/documents/key-field.ts';
import { signaturesDocument } from './trust/documents/signatures-document.ts';
import { trustDocument } from './trust/documents/trust-document.ts';
import { wakeFields } from './wake/documents/wake-fields.ts';

export const MORE_DOCUMENTS: readonly DocumentKind[] = [
  specDocument,
  handOffDocument,
  handOffPage,
  bellDocument,
  signaturesDocument,
  trustDocument,
];

/** What they add to COMPUTER_<N>.md. */
export const MACHINE_FIELDS: readonly MachineFields[] = [wakeFields, guestFields, brokerField, keyField];
