// Remembers which messages of the ledger were delivered to boxes until the journal records it (M8), so that a message that was put there
// just before a crash is not put there again.
import { join } from 'node:path';
import { isRecord } from '../../../documents/json/is-record.ts';
import { createFolderDurably, writeWhole } from '../../../system/files/durable-file.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';

type Marks = Readonly<Record<string, number>>;

const KEY = /^([0-9]+-[0-9]+(?:_all)?)-([0-9]+)$/;
const pathIn = (root: string) => join(root, 'marks.json');

/** The key of message `number`, as machine `me` numbers the log: a folder that becomes another machine reads other logs. */
export function ledgerKey(me: number, source: string, number: number): string {
  return `${logOf(me, source)}-${number}`;
}

const logOf = (me: number, source: string) => `${me}-${source}`;

export function noteSettled(root: string, me: number, upTo: Readonly<Record<string, number>>): void {
  const mine = Object.fromEntries(Object.entries(upTo).map(([source, number]) => [logOf(me, source), number]));
  createFolderDurably(root);
  writeWhole(pathIn(root), `${JSON.stringify({ ...marksIn(root), ...mine })}\n`);
}

/** Whether a message that was taken may be forgotten, by its key. */
export function forgettable(root: string): (key: string) => boolean {
  let marks: Marks | null = null;
  return (key) => {
    const [, log, number] = KEY.exec(key) ?? [];
    if (log === undefined) return true;
    marks ??= marksIn(root);
    return Number(number) <= (marks[log] ?? 0);
  };
}

/** What cannot be read forgets nothing; the next message of the ledger writes it anew. */
function marksIn(root: string): Marks {
  const value = jsonIn(pathIn(root));
  return isRecord(value) ? (value as Marks) : {};
}
