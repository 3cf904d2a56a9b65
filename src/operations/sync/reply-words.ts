// The words for results in faces without a terminal: the local API and the MCP server answer with the same words.
import { waitWords } from '../../core/orders/edit-words.ts';
import { CoordError, type ErrorCode } from '../../errors.ts';
import type { EditReport } from '../orders/edit-orders.ts';
import { haltOf, type SyncReport } from './sync.ts';

/** `landed` false: it waits here, and goes with the next sync that can. */
export function edited(id: string, report: EditReport) {
  return { id, ...sentTo(report), order: report.view.orders[id] ?? null };
}

/** `trouble`: why an edit waits; null where nobody can say, and where it does not wait. */
export function sentTo({ view, landed, waitsFor, sync }: Pick<EditReport, 'view' | 'landed' | 'waitsFor' | 'sync'>) {
  if (landed) return { landed, trouble: null };
  const waits = waitsFor === null ? view.sync.boardRefused?.detail : waitWords(waitsFor);
  return { landed, trouble: whyUnsaid({ view, trouble: sync.trouble }) ?? waits ?? null };
}

export function said(report: Pick<SyncReport, 'view' | 'trouble'>) {
  const trouble = whyUnsaid(report);
  return { landed: trouble === null, trouble };
}

/** Why nobody else hears of what this machine has recorded: it has halted, or the remote gave no clear answer; null = that is not so. */
function whyUnsaid(report: Pick<SyncReport, 'view' | 'trouble'>): string | null {
  const halt = haltOf(report);
  return halt === null ? (report.trouble?.message ?? null) : `${halt.sentence}: ${halt.hint}`;
}

export interface Answered {
  /** Who has to act: the client, this computer (a full disk, for example), or coord's authors, because it is a bug. */
  readonly whose: 'asker' | 'computer' | 'bug';
  readonly code: ErrorCode | 'BUG';
  readonly message: string;
  readonly hint: string | null;
}

export function answerTo(error: unknown): Answered {
  if (error instanceof CoordError) {
    const { code, message, hint } = error;
    return { whose: 'asker', code, message, hint };
  }
  if (error instanceof Error && 'code' in error && 'syscall' in error)
    return { whose: 'computer', code: 'FAILED', message: error.message, hint: 'coord doctor' };
  return { whose: 'bug', code: 'BUG', message: 'this is a bug in coord; its log says more', hint: null };
}
