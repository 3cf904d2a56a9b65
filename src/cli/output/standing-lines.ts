// What stands in the way here, in words that stay the same for as long as it does: a daemon says each once.
import { refusalWords } from '../../core/model/ledger/push.ts';
import { editWords } from '../../core/orders/edit-words.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { oddRefLines } from '../../operations/sync/odd-refs.ts';
import type { SyncReport } from '../../operations/sync/sync.ts';
import { foldersHereLines } from '../../operations/sync/view.ts';

export function standingLines({ view, waiting }: SyncReport): readonly string[] {
  if (view === null) return [];
  const { faults, sync, self, machines } = view;
  const own = machines[String(self.machine)];
  return [
    ...faults
      .filter(({ level }) => level === 'fault')
      .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`),
    ...foldersHereLines(sync),
    ...sync.lostEdits.map(({ edit, reason }) => `not done: ${editWords(edit)}: ${reason}`),
    ...(sync.boardRefused === null ? [] : [`BOARD_REFUSED since ${sync.boardRefused.since}: ${refusalWords(sync.boardRefused)}`]),
    ...oddRefLines(view),
    ...(sync.mishaps ?? []),
    ...waiting.filter(({ state }) => state === 'BLOCKED').map(({ order, reason }) => `${order} is BLOCKED here: ${reason}`),
    ...(own?.emergency === undefined ? [] : [`EMERGENCY: ${own.emergency}`]),
    ...(own?.state === 'PAUSED' ? ['this machine is paused'] : []),
  ].map((line) => visibleText(line));
}
