// The documents of this machine as it signed them last (T5), by the ids of their contents: what it goes on from where somebody wrote into its lane.
import type { Files } from '../../../core/model/ledger/snapshot.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { keptFile } from './kept-file.ts';

type Ids = Readonly<Record<string, string>>;

const file = keptFile('own', (value) =>
  isRecord(value) && Object.values(value).every((id) => typeof id === 'string') ? (value as Ids) : null,
);

/** Null = it signed none yet. Throws LOCAL_STATE where that cannot be read. */
export function readOwnWord(home: string, root: string): Files | null {
  const ids = Object.entries(file.read(home, root));
  return ids.length === 0 ? null : new Map(ids);
}

/** Throws LOCAL_STATE where that of before cannot be read: it is then not known whether these are its own. */
export function writeOwnWord(home: string, root: string, files: Files): void {
  const before = file.read(home, root);
  const isSame = Object.keys(before).length === files.size && [...files].every(([path, id]) => before[path] === id);
  if (!isSame) file.write(home, root, Object.fromEntries(files));
}
