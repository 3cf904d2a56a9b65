// Says what the board should hold, as a pure function of the snapshot and this machine's own documents (F1). Documents of machines are
// copied as D2 reads them. Derived documents are written anew only when `sources` differs or a person changed them (D6).
// machine/steps/build-push.ts decides which machine folds and when.
import { guarded } from '../../core/base/guarded.ts';
import type { Content } from '../../core/model/ledger/push.ts';
import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import { MAIN } from '../../core/model/ledger/trees.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import { believedSources, withDoubts } from '../../core/status/believed-sources.ts';
import type { StatusSources } from '../../core/status/derive-status.ts';
import { isNoted } from '../../core/status/notes.ts';
import { rememberedStatus } from '../../core/status/status-memo.ts';
import { DOCUMENTS, ownerOf } from '../documents.ts';
import { machineDocumentPath, STATUS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { cappedStatus } from './status-cap.ts';

export interface Board {
  /** What has to change where machines fold; empty = the board is as it should be. */
  readonly changes: ReadonlyMap<string, Content | null>;
  /** A document of this machine is missing there, or is not as its lane has it (F1). */
  readonly lacksMine: boolean;
  readonly status: StatusDocument;
  /** The same as this machine believes it (T5.2): what its people are shown. */
  readonly here: StatusDocument;
  /** Everything the board holds after the fold. */
  readonly files: ReadonlyMap<string, Content>;
}

/** `mine`: this machine's documents as its lane will hold them. `idOf`: the id that content has in a tree. */
export function foldBoard(
  snapshot: Snapshot,
  me: MachineView,
  mine: ReadonlyMap<string, Content>,
  idOf: (text: string) => string,
): Board {
  const number = me.document.machine;
  const machines = new Map(snapshot.machines).set(number, me);
  const wanted = new Map<string, Content>(mine);
  for (const [machine, view] of machines) {
    if (machine === number) continue;
    for (const [path, id] of view.files) wanted.set(path, { id });
    const page = machineDocumentPath(machine);
    const noted = isNoted(view) ? snapshot.board.files.get(page) : undefined;
    if (noted !== undefined) wanted.set(page, { id: noted });
  }
  const people = [...snapshot.main.files].filter(([path]) => ownerOf(path)?.kind === 'people');
  const id = (content: Content) => ('id' in content ? content.id : idOf(content.text));
  const main = snapshot.main.name ?? MAIN;
  const sources = idOf(
    [...people, ...[...wanted].map(([path, content]): [string, string] => [path, id(content)])]
      .map(([path, blob]) => `${path} ${blob}\n`)
      // What is wrong in them is a fault of the status, and changes none of these documents.
      .concat((snapshot.unreadLanes ?? []).map((lane) => `unread ${lane}\n`))
      // Links lead there.
      .concat(main === MAIN ? [] : [`main ${main}\n`])
      .sort()
      .join(''),
  );
  const faults = faultsAfter(snapshot.faults, number, mine);
  const from = { ...snapshot, machines, faults, sources };
  const status = rememberedStatus(from);
  const differs = ([path, content]: readonly [string, Content]) => snapshot.board.files.get(path) !== id(content);
  const changes = new Map<string, Content | null>([...wanted].filter(differs));
  const lacksMine = [...mine].some(differs);
  for (const path of snapshot.board.files.keys()) {
    const owner = ownerOf(path);
    if (owner?.kind === 'machine' && machines.has(owner.machine) && !wanted.has(path)) changes.set(path, null);
  }
  if (snapshot.board.sources !== sources || !snapshot.board.byMachine) {
    for (const [path, text] of derivedDocuments(status, snapshot, people)) {
      if (text === null ? snapshot.board.files.has(path) : differs([path, { text }]))
        changes.set(path, text === null ? null : { text });
    }
  }
  const here = statusHere(status, from, snapshot.believed);
  return { changes, lacksMine, status, here, files: afterwards(snapshot, people, changes) };
}

function statusHere(status: StatusDocument, from: StatusSources, believed: Snapshot['believed']): StatusDocument {
  const sources = believedSources(from, believed);
  if (believed === undefined) return status;
  if (sources === from) return withDoubts(status, believed);
  const faults = from.faults.filter(({ document }) => {
    const owner = ownerOf(document);
    return owner?.kind !== 'machine' || !believed.doubted.has(owner.machine);
  });
  return withDoubts(rememberedStatus({ ...sources, faults }, 'here'), believed);
}

/** D6: what this push writes anew of its machine's own documents, or ends, is no fault once it has landed. What it carries along is as it was. */
function faultsAfter(faults: readonly Fault[], machine: number, mine: ReadonlyMap<string, Content>): readonly Fault[] {
  return faults.filter(({ document }) => {
    const owner = ownerOf(document);
    if (owner?.kind !== 'machine' || owner.machine !== machine) return true;
    const content = mine.get(document);
    return content !== undefined && 'id' in content;
  });
}

/** What a status was rendered to: `rememberedStatus` gives the same one only for the same documents, settings and `sources`, which is all that is rendered (C1). */
const rendered = new WeakMap<StatusDocument, Derived>();

/** The text of each by its path; null = there is none. */
type Derived = ReadonlyMap<string, string | null>;

/** `people`: their documents on main. `sources` of the status names them and main. */
function derivedDocuments(status: StatusDocument, { fleet, more, main }: Snapshot, people: readonly [string, string][]): Derived {
  const before = rendered.get(status);
  if (before !== undefined) return before;
  const written = new Set(people.map(([path]) => path));
  const board = { status, capped: cappedStatus(status), fleet, more, written, main: main.name ?? MAIN };
  const documents = new Map(
    DOCUMENTS.flatMap(({ path, fold }): [string, string | null][] => {
      if (fold === undefined || typeof path !== 'string') return [];
      return [[path, path.endsWith('.md') ? page(() => fold(board)) : fold(board)]];
    }),
  );
  rendered.set(status, documents);
  return documents;
}

/** D4b: a page that coord cannot write says so itself. */
function page(render: () => string | null): string | null {
  return guarded(
    render,
    (why) => `This page cannot be written: ${markdownCell(why)}. [${STATUS_PATH}](${STATUS_PATH}) has what it shows.\n`,
  );
}

function afterwards(
  snapshot: Snapshot,
  people: readonly [string, string][],
  changes: ReadonlyMap<string, Content | null>,
): Map<string, Content> {
  const files = new Map<string, Content>([...people, ...snapshot.board.files].map(([path, id]) => [path, { id }]));
  for (const [path, content] of changes) {
    if (content === null) files.delete(path);
    else files.set(path, content);
  }
  // Where F4 keeps the board apart, people's documents are main's alone.
  for (const [path, id] of people) files.set(path, { id });
  return files;
}
