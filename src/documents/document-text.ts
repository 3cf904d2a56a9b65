// The text of a document, or of any blob, as a ledger has it. Null = there is none, or it is no text.
import type { Files } from '../core/model/ledger/snapshot.ts';
import type { Blob } from '../core/model/ledger/trees.ts';

interface ReadsBlobs {
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, Blob>>;
}

export async function documentText(ledger: ReadsBlobs, files: Files, path: string): Promise<string | null> {
  const id = files.get(path);
  return id === undefined ? null : blobText(ledger, id);
}

export async function blobText(ledger: ReadsBlobs, id: string): Promise<string | null> {
  const blob = (await ledger.read([id])).get(id);
  return blob?.kind === 'text' ? blob.text : null;
}
