// Reads runs and messages that left their documents, from history/<N>/…, newest months first and no further back than is asked for.
import { messageEvents, runEvents } from '../../core/history/timeline.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { TimelineEvent } from '../../core/model/status/timeline.ts';
import { comparedParts, monthOf, nextMonth } from '../../documents/history-part.ts';
import { parseRunHistory } from '../../documents/machine/run-history.ts';
import { parseMessageHistory } from '../../documents/messages/message-history.ts';
import { messageHistoryOf, runHistoryOf } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';

/** Each is 1 MiB at most. */
const DOCUMENTS_MAX = 200;

export interface HistoriesRead {
  /** Lines that are no run, and documents that cannot be read. */
  readonly bad: number;
  /** Older documents were left out for their number. */
  readonly isCut: boolean;
}

interface HistoryDocument {
  readonly kind: 'runs' | 'messages';
  readonly machine: number;
  /** The month, or the further part of it. */
  readonly part: string;
  readonly id: string;
}

export interface HistoriesQuestion {
  readonly ledger: Ledger;
  readonly snapshot: Snapshot;
  readonly kinds: readonly HistoryDocument['kind'][];
  /** Null = all months. */
  readonly firstMonth: string | null;
  /** Nothing that happened before this time is needed any more. */
  isEnough(before: string): boolean;
  add(events: readonly TimelineEvent[]): void;
}

/** A document holds nothing that happened after its month. */
export async function readHistories(question: HistoriesQuestion): Promise<HistoriesRead> {
  const { ledger, snapshot, kinds, firstMonth } = question;
  const all = documentsOf(snapshot)
    .filter(({ kind, part }) => kinds.includes(kind) && (firstMonth === null || monthOf(part) >= firstMonth))
    .sort((a, b) => comparedParts(b.part, a.part));
  let bad = 0;
  for (const [index, { kind, machine, part, id }] of all.entries()) {
    if (question.isEnough(`${nextMonth(monthOf(part))}-01T00:00:00.000Z`)) break;
    if (index === DOCUMENTS_MAX) return { bad, isCut: true };
    const blob = (await ledger.read([id])).get(id);
    if (blob?.kind !== 'text') bad += 1;
    else if (kind === 'runs') {
      const { runs, badLines } = parseRunHistory(blob.text);
      bad += badLines;
      question.add(runEvents(machine, { running: [], ended: runs, older: [] }));
    } else
      for (const { reader, ...message } of parseMessageHistory(blob.text))
        question.add(messageEvents(machine, reader, [message]));
  }
  return { bad, isCut: false };
}

function documentsOf(snapshot: Snapshot): HistoryDocument[] {
  return [...snapshot.machines].flatMap(([machine, { files }]) =>
    [...files].flatMap(([path, id]): HistoryDocument[] => {
      const [runs, messages] = [runHistoryOf(path, machine), messageHistoryOf(path, machine)];
      if (runs !== null) return [{ kind: 'runs', machine, part: runs, id }];
      return messages === null ? [] : [{ kind: 'messages', machine, part: messages, id }];
    }),
  );
}
