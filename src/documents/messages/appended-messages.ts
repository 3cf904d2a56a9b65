// What somebody added to the end of a log that coord wrote (C6).
import type { PeopleEntry } from '../../core/model/messages/message.ts';
import { parsePeopleLog } from './people-log.ts';

/**
 * What was added at the end of a log of this machine: messages without numbers (M3). Changes above the end are not taken, because the log
 * itself comes from the journal (D1). `base`: the log as coord wrote it; empty = there was none.
 */
export function appendedMessages(base: string, saved: string, path: string): readonly PeopleEntry[] {
  const rest = restOf(base.trimEnd(), saved.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
  return parsePeopleLog(rest, path).value ?? [];
}

function restOf(base: string, saved: string): string {
  if (saved.startsWith(base)) return saved.slice(base.length);
  // Somebody fixed something further up: what follows the last entry is new all the same.
  const last = base.slice(base.lastIndexOf('\n## ') + 1);
  const at = saved.lastIndexOf(last);
  return at === -1 || last === '' ? '' : saved.slice(at + last.length);
}
