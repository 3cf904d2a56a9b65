// F1: whether a push can leave the fold out, because it tells of nothing that anybody waits for, and nothing has waited for long.
import { ownFilesIn } from '../../core/cycle/as-believed.ts';
import { type FoldTerms, isQuietNews } from '../../core/cycle/quiet-news.ts';
import type { Content } from '../../core/model/ledger/push.ts';
import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { EVERYBODY, PEOPLE } from '../../core/model/messages/message.ts';
import { machineDocumentPath, messagesOf, resultsPath } from '../../documents/paths.ts';

interface News {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly idOf: (text: string) => string;
  /** This machine's documents as its lane has them; undefined = it has said nothing yet. */
  readonly shown: MachineView | undefined;
  /** As this push has them. */
  readonly word: { readonly view: MachineView; readonly files: ReadonlyMap<string, Content> };
}

/** `terms`: absent = this push is no daemon's, and nobody comes back soon. */
export function foldCanWait(terms: FoldTerms | undefined, news: News): boolean {
  // A lane with a person's commit as its parent counts as their answer.
  if (terms === undefined || !news.snapshot.main.byMachine || !terms.mayLack(news.now)) return false;
  return tellsQuiet(news) && (!hasLacked(news) || terms.mayLackMine(news.now));
}

/** What main lacks of this machine after a push without a fold, or with one that is refused, is nothing that anybody waits for. */
export function lacksOnlyQuiet(terms: FoldTerms | undefined, news: News): boolean {
  return tellsQuiet(news) && (!hasLacked(news) || terms?.isMineQuiet() === true);
}

function tellsQuiet(news: News): boolean {
  return news.shown !== undefined && isQuietNews(news.shown, news.word.view) && hasNoOtherNews(news, news.shown);
}

/** Main lacks something that this machine's lane has. */
function hasLacked({ snapshot, shown }: News): boolean {
  const standing = shown === undefined ? [] : [...ownFilesIn(snapshot, shown.document.machine)];
  return standing.some(([path, id]) => snapshot.board.files.get(path) !== id);
}

/** Hand-offs, history, messages for people or all. One for a machine is read in this lane, and an urgent one stands in the machine's own document (M6). */
function hasNoOtherNews({ word, idOf }: News, { document, files }: MachineView): boolean {
  const { machine } = document;
  const quiet = [machineDocumentPath(machine), resultsPath(machine)];
  const others = [...new Set([...files.keys(), ...word.files.keys()])].filter((path) => !quiet.includes(path));
  return others.every((path) => {
    const log = messagesOf(path);
    if (log !== null && log.to !== PEOPLE && log.to !== EVERYBODY) return true;
    const content = word.files.get(path);
    return content !== undefined && files.get(path) === ('id' in content ? content.id : idOf(content.text));
  });
}
