// `coordination/` in the fleet folder (C6): plain files for people and agents to read, each written by temp + rename. A file that
// somebody edited here since the last time, and that people own, is never overwritten: the edit is reported instead. A link in the place of a
// folder is not followed: what lies behind it is not read, written or removed.
// It is no work tree: no index, no HEAD, nothing to wedge.
import { join } from 'node:path';
import type { Content } from '../../core/model/ledger/push.ts';
import { ownerOf } from '../../documents/documents.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import { linksAbove } from '../files/link-above.ts';
import type { FleetFolder } from './fleet-folder.ts';
import { secondNames } from './one-file.ts';
import { keepBase, type Projected, readProjected, writeProjected } from './projected.ts';
import { openMarks, type ProjectedMarks } from './projected-marks.ts';
import { readIfThere, removeEmpty, removeFiles, writeFile } from './projection-files.ts';

export interface ProjectionSource {
  idOf(text: string): string;
  textOf(id: string): Promise<string | null>;
}

/** Paths below `coordination/` that were left alone. */
export interface LeftAlone {
  /** Edited here. */
  readonly edited: readonly string[];
  /** A file or a link of that name is in the way of a folder, or a folder in that of a file; or a file whose name differs by case alone. */
  readonly obstructed: readonly string[];
}

/** A file that the board has, and nothing hides here. */
interface Place {
  readonly path: string;
  readonly id: string;
  readonly content: Content;
  /** People may save here. */
  readonly isTheirs: boolean;
  /** That text is here already. */
  readonly stands: boolean;
  /** `edited`, `waiting`: what a person saved stays; if it waits, it is on its way and is not told. */
  readonly fate: 'shown' | 'edited' | 'waiting';
}

interface Look {
  readonly before: Projected;
  readonly marks: ProjectedMarks;
  /** Paths that people may add to here, though a machine owns them. */
  mayAppend(path: string): boolean;
  /** What a person saved there is on its way. */
  waits(path: string): boolean;
}

interface Stale extends Place {
  readonly text: string;
}

/** Writes nothing when nothing changed (C3). */
export async function project(
  folder: FleetFolder,
  files: ReadonlyMap<string, Content>,
  source: ProjectionSource,
  mayAppend: Look['mayAppend'] = () => false,
  waits: Look['waits'] = () => false,
): Promise<LeftAlone> {
  const before = readProjected(folder);
  const marks = openMarks(folder);
  const { places, obstructed } = lookAt(folder, files, source, { before, marks, mayAppend, waits });
  // Taken out of the repo, and changed here: what a person wrote is theirs to remove.
  const kept = Object.keys(before).filter((path) => !files.has(path) && isEditedSpec(folder, path, source, before));
  const edited = [...places.filter(({ fate }) => fate === 'edited').map(({ path }) => path), ...kept];
  const after: Record<string, readonly string[]> = {};
  for (const path of kept) keepAsBefore(after, path, before);
  const stale: Stale[] = [];
  for (const place of places) {
    const { path, id, content, stands, fate } = place;
    if (fate !== 'shown') {
      keepAsBefore(after, path, before);
      continue;
    }
    after[path] = [id];
    const isNewBase = path === ORDERS_PATH && before[path]?.at(-1) !== id;
    if (stands && !isNewBase) continue;
    const text = 'text' in content ? content.text : await source.textOf(content.id);
    // Too large, or no text: what coord wrote here before stays, and stays coord's.
    if (text === null) keepAsBefore(after, path, before);
    else if (isNewBase) keepBase(folder, id, text);
    if (text !== null && !stands) stale.push({ ...place, text });
  }
  const gone = Object.keys(before).filter((path) => !(path in after) && ownerOf(path) !== null);
  const touched = stale.length > 0 || gone.length > 0;
  if (touched) {
    const { inTheWay, saved } = renew(folder, marks, source, { before, after, stale, gone });
    for (const path of inTheWay) {
      obstructed.add(path);
      delete after[path];
    }
    edited.push(...saved);
    for (const path of saved) keepAsBefore(after, path, before);
  }
  writeProjected(folder, touched ? readProjected(folder) : before, after);
  marks.save();
  return { edited, obstructed: [...obstructed] };
}

function lookAt(
  folder: FleetFolder,
  files: ReadonlyMap<string, Content>,
  source: ProjectionSource,
  { before, marks, mayAppend, waits }: Look,
): { readonly places: readonly Place[]; readonly obstructed: Set<string> } {
  const linkOver = linksAbove(folder.projection);
  // What people would save there is not read.
  const obstructed = new Set(['specs', 'messages'].filter((it) => linkOver(`${it}/`) !== null));
  const places: Place[] = [];
  const second = secondNames(files.keys());
  for (const [path, content] of files) {
    const owner = ownerOf(path);
    if (owner === null) continue;
    const link = linkOver(path);
    if (link !== null || second.has(path)) {
      obstructed.add(link ?? path);
      continue;
    }
    const id = 'id' in content ? content.id : source.idOf(content.text);
    const mark = marks.now(path, id);
    const found = marks.isKnown(path, mark) ? id : idThere(folder, path, source);
    const stands = found === id;
    if (stands) marks.keep(path, mark);
    const isTheirs = owner.kind === 'people' || mayAppend(path);
    const fate = waits(path) ? 'waiting' : isTheirs && !stands && isSaved(path, found, before) ? 'edited' : 'shown';
    places.push({ path, id, content, isTheirs, stands, fate });
  }
  return { places, obstructed };
}

function keepAsBefore(after: Record<string, readonly string[]>, path: string, before: Projected): void {
  if (before[path] === undefined) delete after[path];
  else after[path] = before[path];
}

interface Renewal {
  readonly before: Projected;
  readonly after: Projected;
  readonly stale: readonly Stale[];
  readonly gone: readonly string[];
}

interface Renewed {
  /** What something is in the way of. */
  readonly inTheWay: readonly string[];
  /** What a person has saved since it was looked at: it stays as they saved it. */
  readonly saved: readonly string[];
}

function renew(folder: FleetFolder, marks: ProjectedMarks, source: ProjectionSource, renewal: Renewal): Renewed {
  const { before, after, stale, gone } = renewal;
  // Stopped in the middle, what was written must not look like a person's edit.
  const both = stale.map(({ path, id }): [string, string[]] => [path, [...(before[path] ?? []), id]]);
  writeProjected(folder, before, { ...before, ...after, ...Object.fromEntries(both) });
  // First, because what was a file can be a folder now.
  const saved = gone.filter((path) => isEditedSpec(folder, path, source, before));
  removeFiles(
    folder,
    gone.filter((path) => !saved.includes(path)),
  );
  const inTheWay: string[] = [];
  for (const { path, id, isTheirs, text } of stale) {
    if (isTheirs && isSaved(path, idThere(folder, path, source), before)) saved.push(path);
    else if (writeFile(join(folder.projection, path), text)) marks.keep(path, marks.now(path, id));
    else inTheWay.push(path);
  }
  return { inTheWay, saved };
}

/** A person's text at a path, if coord did not write it; with the id of the text that they started from. */
export function savedEdit(
  folder: FleetFolder,
  path: string,
  source: Pick<ProjectionSource, 'idOf'>,
  projected: Projected = readProjected(folder),
): { text: string; from: string } | null {
  const known = projected[path];
  const from = known?.at(-1);
  const text = readIfThere(folder, path);
  return text === null || from === undefined || known?.includes(source.idOf(text)) ? null : { text, from };
}

/** The same, or a file that coord never wrote: `from` null. */
export function savedText(
  folder: FleetFolder,
  path: string,
  source: Pick<ProjectionSource, 'idOf'>,
  projected: Projected,
): { text: string; from: string | null } | null {
  if (projected[path] !== undefined) return savedEdit(folder, path, source, projected);
  const text = readIfThere(folder, path);
  return text === null ? null : { text, from: null };
}

/** What stands at the path now counts as coord's own: it was taken over. */
export function markTaken(folder: FleetFolder, path: string, text: string, source: Pick<ProjectionSource, 'idOf'>): void {
  const before = readProjected(folder);
  if (path === ORDERS_PATH) keepBase(folder, source.idOf(text), text);
  writeProjected(folder, before, { ...before, [path]: [source.idOf(text)] });
}

/** Paths below `coordination/` that coord wrote. */
export function projectedPaths(folder: FleetFolder): readonly string[] {
  return Object.keys(readProjected(folder)).filter((path) => ownerOf(path) !== null);
}

/** Removes what coord wrote there, and folders that are empty then; whatever else is there stays. */
export function removeProjection(folder: FleetFolder): void {
  removeFiles(folder, projectedPaths(folder));
  removeEmpty(folder, ['.']);
}

function isSaved(path: string, there: string | null, before: Projected): boolean {
  return isEdited(there, before[path]) || isNewSpec(path, there, before);
}

function isEdited(there: string | null, known: readonly string[] | undefined): boolean {
  return there !== null && known !== undefined && !known.includes(there);
}

function isEditedSpec(folder: FleetFolder, path: string, source: Pick<ProjectionSource, 'idOf'>, before: Projected): boolean {
  return path.startsWith('specs/') && isEdited(idThere(folder, path, source), before[path]);
}

/** Written here, while somebody wrote another of that name. */
function isNewSpec(path: string, there: string | null, before: Projected): boolean {
  return there !== null && path.startsWith('specs/') && before[path] === undefined && Object.keys(before).length > 0;
}

function idThere(folder: FleetFolder, path: string, source: Pick<ProjectionSource, 'idOf'>): string | null {
  const text = readIfThere(folder, path);
  return text === null ? null : source.idOf(text);
}
