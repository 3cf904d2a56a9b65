// Reads from main's history when machines came and went. Few of thousands of documents tell of that, so a document is parsed only where it
// may.
import { machineEvents, type WordChange } from '../../core/history/machine-events.ts';
import type { FileChange, MainCommit } from '../../core/model/ledger/main-history.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { MachineDocument } from '../../core/model/machines/machine.ts';
import type { MachineEvent } from '../../core/model/status/timeline.ts';
import { parseMachineDocument } from '../../documents/machine/machine-document.ts';
import { trailersOf } from '../../documents/machine/trailers.ts';
import { machineDocumentPath, machineOf } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';

interface Moved {
  readonly machine: number;
  readonly change: FileChange;
}

export async function wordEvents(
  ledger: Ledger,
  newestFirst: readonly MainCommit[],
  snapshot: Snapshot,
): Promise<readonly MachineEvent[]> {
  const commits = newestFirst.toReversed().map((commit) => ({ commit, moved: wordsMoved(commit) }));
  const all = commits.flatMap(({ moved }) => moved);
  const parse = await parser(ledger, all);
  // The first word of each that is seen: what stood before it, or what stands now where none moved.
  const earliest = new Map(all.toReversed().map(({ machine, change }) => [machine, parse(machine, change.before)]));
  for (const [machine, { document }] of snapshot.machines) if (!earliest.has(machine)) earliest.set(machine, document);
  const standing = [...earliest.values()].filter((word) => word !== null);
  const mentioned = new Set(standing.flatMap((word) => Object.keys(word.lost).map(Number)));
  for (const { change } of all) for (const machine of parse.mentions(change.after)) mentioned.add(machine);
  /** Instances whose word somebody took away: bringing it back is no joining. */
  const removed = new Map<number, string>();
  const changes = commits.map(({ commit, moved }) => {
    const isMachines = trailersOf(commit.message).machine !== null;
    return moved.flatMap(({ machine, change }): WordChange[] => {
      if (change.after === null) {
        const gone = parse(machine, change.before);
        if (gone !== null) removed.set(machine, gone.instance);
        return [];
      }
      const isNew = change.before === null && isMachines;
      if (!isNew && !parse.matters(change) && !mentioned.has(machine)) return [];
      const after = parse(machine, change.after);
      if (after === null) return [];
      return [{ before: parse(machine, change.before), after, isFirst: isNew && removed.get(machine) !== after.instance }];
    });
  });
  return machineEvents(changes, standing);
}

function wordsMoved({ changes }: MainCommit): readonly Moved[] {
  return [...changes].flatMap(([path, change]): Moved[] => {
    const machine = machineOf(path);
    return machine === null ? [] : [{ machine, change }];
  });
}

interface Parser {
  (machine: number, id: string | null): MachineDocument | null;
  /** It says something of losing or leaving. */
  matters(change: FileChange): boolean;
  /** Machines that it may call lost. */
  mentions(id: string | null): readonly number[];
}

async function parser(ledger: Ledger, all: readonly Moved[]): Promise<Parser> {
  const ids = all.flatMap(({ change }) => [change.before, change.after]).filter((id) => id !== null);
  const blobs = await ledger.read(new Set(ids));
  const parsed = new Map<string, MachineDocument | null>();
  const text = (id: string | null) => {
    const blob = id === null ? undefined : blobs.get(id);
    return blob?.kind === 'text' ? blob.text : null;
  };
  const parse = (machine: number, id: string | null): MachineDocument | null => {
    const content = text(id);
    if (id === null || content === null) return null;
    const known = parsed.get(id);
    const word = known !== undefined ? known : parseMachineDocument(content, machineDocumentPath(machine)).value;
    parsed.set(id, word);
    return word?.machine === machine ? word : null;
  };
  const matters = (change: FileChange) => /^(?:lost_|state: .*LEFT)/m.test(text(change.after) ?? '');
  const mentions = (id: string | null) =>
    [...(text(id) ?? '').matchAll(/^lost_([1-9][0-9]{0,3}):/gm)].map(([, it]) => Number(it));
  return Object.assign(parse, { matters, mentions });
}
