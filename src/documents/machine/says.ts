// Whether a machine's word is already there (C3).
import type { Content } from '../../core/model/ledger/push.ts';
import type { MachineView } from '../../core/model/ledger/snapshot.ts';
import { documentAt } from '../documents.ts';
import { machineDocumentPath, resultsOf } from '../paths.ts';
import { machineDocument, renderMachineDocument } from './machine-document.ts';

/**
 * C3: true when the text is equal to the one that stands there. Compared as text, because a value that a document cannot hold exactly (a comma in a
 * tag) would look new for ever.
 */
export function says(
  { view, files }: { readonly view: MachineView; readonly files: ReadonlyMap<string, Content> },
  shown: MachineView,
  idOf: (text: string) => string,
): boolean {
  const { machine, seq, beat, updated } = shown.document;
  const again = renderMachineDocument({ ...view.document, seq, beat, updated }, view.results);
  return (
    shown.files.get(machineDocumentPath(machine)) === idOf(again) &&
    [...shown.files.keys()].every((path) => resultsOf(path) === null || files.has(path)) &&
    [...files].every(([path, it]) => !isWord(path) || shown.files.get(path) === ('id' in it ? it.id : idOf(it.text)))
  );
}

/** Without the machine's own document, whose seq and beat are always new. */
function isWord(path: string): boolean {
  const kind = documentAt(path)?.kind;
  return kind?.parse !== undefined && kind.owner === 'machine' && kind !== machineDocument;
}
