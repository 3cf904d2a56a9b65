// Puts files into a folder of a person's, or of a run (A3, A4): below it and nowhere else, through no link, and over nothing that is there unless that
// was asked for. A file appears whole.
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Artifact, artifactNameProblem, modeOf } from '../../../core/model/orders/artifact.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, errorCode } from '../../../errors.ts';
import { nameExclusively } from '../../../system/files/durable-file.ts';
import { isInside } from '../../../system/files/real-folder.ts';
import { chunksOf, hasContent, type NamedContent } from './same-content.ts';

type Content = Placed['content'] | NamedContent;

interface Place {
  readonly name: string;
  /** In this folder of coord's own, which is no part of the name; absent = in none. */
  readonly under?: string;
}

export interface Placed extends Place, Pick<Artifact, 'x'> {
  /** What it holds, or where that lies. */
  readonly content: Buffer | { readonly path: string };
}

/**
 * What is there already, as it is to be, stays. Throws REFUSED with the first that cannot be there, before it writes one. `isForced`: what is in the way
 * is replaced; absent = nobody can say so, as in a run.
 */
export function putFiles(folder: string, files: readonly Placed[], isForced?: boolean): void {
  mkdirSync(folder, { recursive: true });
  // All of them are looked at before one is written.
  const missing = missingOf(folder, files, isForced);
  const root = realpathSync(folder);
  mustDiffer(root, files.map(placeOf));
  for (const file of missing) put(root, file, isForced);
}

/** What is not there yet, or is to be replaced. Throws as `putFiles` does: whoever has files come from afar asks before. */
export function missingOf<File extends Place & { readonly content: Content }>(
  folder: string,
  files: readonly File[],
  isForced: boolean | undefined,
): readonly File[] {
  for (const file of files) {
    const problem = artifactNameProblem(file.name);
    if (problem !== null) throw refused(file.name, problem);
  }
  if (!existsSync(folder)) return files;
  const root = realpathSync(folder);
  return files.filter((file) => isToBePut(root, file, isForced));
}

/** Below the folder. */
export const placeOf = ({ name, under }: Place): string => (under === undefined ? name : `${under}/${name}`);

/** False = the same file is there. */
function isToBePut(root: string, file: Place & { readonly content: Content }, isForced: boolean | undefined): boolean {
  const stands = whatStands(root, file);
  if (stands === 'another' && isForced !== true) throw inTheWay(placeOf(file), isForced);
  return stands !== 'same';
}

/** Throws REFUSED where no file can be. */
function whatStands(root: string, file: Place & { readonly content: Content }): 'nothing' | 'same' | 'another' {
  const name = placeOf(file);
  const parts = name.split('/');
  for (let count = 1; count < parts.length; count += 1) {
    const above = parts.slice(0, count).join('/');
    const seen = lstatSync(join(root, above), { throwIfNoEntry: false });
    if (seen !== undefined && !seen.isDirectory()) throw refused(name, `${above} there is no folder`);
  }
  const there = lstatSync(join(root, name), { throwIfNoEntry: false });
  if (there === undefined) return 'nothing';
  if (!there.isFile()) throw refused(name, 'something else stands there');
  return isSame(join(root, name), file.content) ? 'same' : 'another';
}

/** What cannot be read is another one. */
function isSame(path: string, content: Content): boolean {
  try {
    return hasContent(path, content);
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return false;
  }
}

function put(root: string, file: Placed, isForced: boolean | undefined): void {
  const name = placeOf(file);
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  const parent = realpathSync(dirname(path));
  if (parent !== dirname(path) || !isInside(parent, root)) throw refused(name, 'a link leads out of the folder');
  const temporary = join(parent, `.coord-${process.pid}-${performance.now()}.part`);
  try {
    write(temporary, file);
    if (isForced === true) renameSync(temporary, path);
    else if (!nameExclusively(temporary, path)) throw inTheWay(name, isForced);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Some disks do not tell capitals from small letters, or two ways to write an umlaut: the disk itself is asked, where it matters. */
function mustDiffer(root: string, places: readonly string[]): void {
  const known = new Map<string, string>();
  for (const place of places) {
    const folded = place.normalize('NFC').toLowerCase();
    const twin = known.get(folded);
    known.set(folded, place);
    if (twin !== undefined && isOneFile(root, twin, place))
      throw refused(place, `on this disk it is the same name as ${visibleText(twin)}, and one of them would be lost`);
  }
}

function isOneFile(root: string, one: string, other: string): boolean {
  const scratch = mkdtempSync(join(root, '.coord-names-'));
  try {
    mkdirSync(dirname(join(scratch, one)), { recursive: true });
    writeFileSync(join(scratch, one), '', { flag: 'wx' });
    return existsSync(join(scratch, other));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** With its mode from the beginning: not every disk takes another one later. */
function write(path: string, { content, ...about }: Placed): void {
  const file = openSync(path, 'wx', modeOf(about));
  try {
    if (Buffer.isBuffer(content)) writeFileSync(file, content);
    else for (const bytes of chunksOf(content.path)) writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

function inTheWay(name: string, isForced: boolean | undefined): CoordError {
  return refused(name, `it is there already${isForced === undefined ? '' : '; --force replaces it'}`);
}

const refused = (name: string, why: string) => new CoordError('REFUSED', `${visibleText(name)}: ${why}`);
