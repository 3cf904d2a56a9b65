// Names the messages of people that reach nobody (M3.6): a file whose name names no reader, or that lies one folder too high, and a log to a machine that there is not. Of what else
// lies beside coord's documents nothing is said (D8).
import type { MachineView } from '../../core/model/ledger/snapshot.ts';
import type { CommitTree } from '../../core/model/ledger/trees.ts';
import type { PeopleEntry, Reader } from '../../core/model/messages/message.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { isDocumentPath } from '../document.ts';
import { documentAt } from '../documents.ts';
import { messagesPath } from '../paths.ts';
import { visibleLine } from '../text/escape-text.ts';

/** Also with what a hand makes of the number and the dashes. */
const TO_SOMEBODY = /^(?:messages\/)?([0o][ _-]*to[ _-]*([^/]*))$/i;
/** D8.7: so many are named, and the others counted. */
const NAMED_MAX = 100;
const CHARACTERS_MAX = 80;
const MESSAGES = 'messages';

type Named = ReadonlyMap<number, Pick<MachineView, 'document'>>;

/** Files that only their name keeps from being read: nobody opens them. */
export function misnamedMail(main: CommitTree | null, machines: Named): readonly Fault[] {
  const faults: Fault[] = [];
  let more = 0;
  for (const path of main?.entries.keys() ?? []) {
    const [, file, rest] = TO_SOMEBODY.exec(path) ?? [];
    if (file === undefined || rest === undefined || documentAt(path) !== null) continue;
    if (faults.length === NAMED_MAX) more += 1;
    else faults.push(misnamed(path, file, rest, machines));
  }
  if (more > 0) faults.push(warning(MESSAGES, 'none of these', `${more} more 0_TO_… files that nobody reads`));
  return faults;
}

function misnamed(path: string, file: string, rest: string, machines: Named): Fault {
  const who = rest.replace(/\.[A-Za-z]*$/, '');
  const reader = readerCalled(who, machines);
  const [folder, there] = path.startsWith(`${MESSAGES}/`) ? ['', ''] : [`${MESSAGES}/`, `, in ${MESSAGES}/`];
  const example = reader === null ? `, as in ${folder}0_TO_2.md` : `: ${folder}0_TO_${reader}.md for ${shown(who)}`;
  const expected = `the number of a machine, or ALL${there}${example}`;
  return warning(isDocumentPath(path) ? path : MESSAGES, expected, `${JSON.stringify(shown(file))}, which nobody reads`);
}

/** Whom a person most likely meant; null = it cannot be said. */
function readerCalled(who: string, machines: Named): Reader | null {
  const name = who.trim().toLowerCase();
  if (name === 'all') return 'ALL';
  const number = /^0*([1-9][0-9]{0,3})$/.exec(name)?.[1];
  if (number !== undefined) return number;
  const called = [...machines].find(([, { document }]) => document.state !== 'LEFT' && document.name.toLowerCase() === name);
  return called === undefined ? null : String(called[0]);
}

/** `isThere`: a machine has this number, also one that cannot be read or does not count. */
export function mailToNobody(
  people: ReadonlyMap<Reader, readonly PeopleEntry[]>,
  isThere: (machine: number) => boolean,
): readonly Fault[] {
  return [...people].flatMap(([to, entries]): Fault[] => {
    if (to === 'ALL' || entries.length === 0 || isThere(Number(to))) return [];
    return [warning(messagesPath(0, to), 'a machine of this fleet', `that it reaches nobody: there is no machine ${to}`)];
  });
}

function shown(text: string): string {
  return visibleLine(text, CHARACTERS_MAX);
}

function warning(document: string, expected: string, found: string): Fault {
  return { document, line: null, column: null, level: 'warning', expected, found };
}
