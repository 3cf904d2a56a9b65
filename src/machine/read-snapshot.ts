// Trees become a snapshot with as few reads as possible: documents whose content is known are not read again (C4).
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Blob, Trees } from '../core/model/trees.ts';
import {
  FLEET_PATH,
  handOffsOf,
  machineDocumentPath,
  messagesOf,
  ORDERS_PATH,
  resultsPath,
  STATUS_PATH,
} from '../documents/paths.ts';
import { parseSnapshot } from '../documents/snapshot.ts';
import type { Ledger } from '../ports.ts';
import type { ParseCache } from './parse-cache.ts';

/** D4 looks this many versions back for one that parses; further back, nothing is in force. */
const VERSIONS_MAX = 200;

export async function readSnapshot(ledger: Ledger, trees: Trees, board: string | null, cache: ParseCache): Promise<Snapshot> {
  const wanted = wantedFiles(trees);
  const texts = new Map(await ledger.read(new Set(cache.missing(wanted))));
  const earlier = new Map<string, readonly string[]>();
  const { files, settle } = cache.open(texts);
  for (const path of [ORDERS_PATH, FLEET_PATH]) {
    const entry = trees.main?.entries.get(path);
    const parses = entry?.mode === '100644' && parserOf(path, files)(entry.id).value !== null;
    // A fleet without settings is an ordinary one; a fleet without orders lost them.
    if (parses || trees.main === null || (path === FLEET_PATH && entry === undefined)) continue;
    // A file that was only made executable is in force as what it was before.
    const bad = entry?.mode === '100644' ? entry.id : null;
    const versions = (await ledger.versions(path, VERSIONS_MAX)).filter((id) => id !== bad);
    earlier.set(path, await upToFirstGood(versions, ledger, texts, (id) => parserOf(path, files)(id).value !== null));
  }
  const snapshot = parseSnapshot(trees, board, files, earlier);
  settle();
  return snapshot;
}

function parserOf(path: string, files: ReturnType<ParseCache['open']>['files']) {
  return path === ORDERS_PATH ? files.orders : files.fleet;
}

async function upToFirstGood(
  ids: readonly string[],
  ledger: Ledger,
  texts: Map<string, Blob>,
  isGood: (id: string) => boolean,
): Promise<readonly string[]> {
  for (const id of ids) {
    for (const [read, blob] of await ledger.read([id])) texts.set(read, blob);
    if (isGood(id)) return [id];
  }
  return [];
}

function wantedFiles(trees: Trees): (readonly [string, string])[] {
  const wanted: (readonly [string, string])[] = [];
  const add = (path: string, key: string, entries: ReadonlyMap<string, { mode: string; id: string }> | undefined) => {
    const entry = entries?.get(path);
    if (entry?.mode === '100644') wanted.push([key, entry.id]);
  };
  const machineNumbers = new Set(trees.lanes.keys());
  const boards = [trees.main, trees.board];
  for (const tree of boards) {
    for (const path of tree?.entries.keys() ?? []) {
      const number = /^COMPUTER_([1-9][0-9]{0,3})\.md$/.exec(path)?.[1];
      if (number !== undefined) machineNumbers.add(Number(number));
    }
  }
  add(ORDERS_PATH, ORDERS_PATH, trees.main?.entries);
  add(FLEET_PATH, FLEET_PATH, trees.main?.entries);
  for (const tree of boards) add(STATUS_PATH, 'sources', tree?.entries);
  for (const number of machineNumbers) {
    for (const path of [machineDocumentPath(number), resultsPath(number)]) {
      for (const tree of [...boards, trees.lanes.get(number)]) add(path, path, tree?.entries);
    }
  }
  for (const tree of [...boards, ...trees.lanes.values()]) {
    for (const path of tree?.entries.keys() ?? [])
      if (messagesOf(path) !== null || handOffsOf(path) !== null) add(path, path, tree?.entries);
  }
  return wanted;
}
