// What stands in the way of documents and edits, in words that stay the same for as long as it does: a daemon says each once.
import { visibleText } from '../documents/escape-text.ts';
import type { View } from '../operations/view.ts';

export function standingLines({ faults, sync }: View): readonly string[] {
  return [
    ...faults
      .filter(({ level }) => level === 'fault')
      .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`),
    ...sync.notTaken.map(({ path, why }) => `coordination/${path} was edited here and not taken: ${why}`),
    ...sync.lostEdits.map(
      ({ edit, reason }) => `not done: ${edit.kind} ${edit.kind === 'add' ? edit.order.id : edit.id}: ${reason}`,
    ),
    ...(sync.boardRefused === null ? [] : [`BOARD_REFUSED since ${sync.boardRefused.since}: ${sync.boardRefused.detail}`]),
  ].map((line) => visibleText(line));
}
