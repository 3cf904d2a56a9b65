// `coordination/` in the fleet folder (C6): plain files for people and agents to read, each written by temp + rename. A file that
// somebody edited here since the last time, and that people own, is never overwritten: the edit is reported instead. A link in the place of a
// folder is not followed: what lies behind it is not read, written or removed.
// It is no work tree: no index, no HEAD, nothing to wedge.
import { join } from 'node:path';
import type { Content } from '../../core/model/ledger/push.ts';
import { ownerOf } from '../../documents/documents.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import { writeDurably } from '../files/durable-file.ts';
import { linksAbove } from '../files/link-above.ts';
import { jsonIn } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';
import { secondNames } from './one-file.ts';
import { openMarks, type ProjectedMarks } from './projected-marks.ts';
import { readIfThere, removeEmpty, removeFiles, writeFile } from './projection-files.ts';

export interface ProjectionSource {
  idOf(text: string): string;
  textOf(id: string): Promise<string | null>;
}

/** Ids of the texts that coord wrote to a path, or was about to write when it was stopped; the present one is last. */
export type Projected = Readonly<Record<string, readonly string[]>>;

/** Paths below `coordination/` that were left alone. */
export interface LeftAlone {
  /** Edited here. */
  readonly edited: readonly string[];
  /** A file or a link of that name is in the way of a folder, or a folder in that of a file; or a file whose name differs by case alone. */
  readonly obstructed: readonly string[];
}

/** Writes nothing when nothing changed (C3). */
export async function project(
  folder: FleetFolder,
  files: ReadonlyMap<string, Content>,
  source: ProjectionSource,
  /** Paths that people may add to here, though a machine owns them. */
  mayAppend: (path: string) => boolean = () => false,
  /** What a person saved there is on its way, and is not told. */
  waits: (path: string) => boolean = () => false,
): Promise<LeftAlone> {
  const before = readProjected(folder);
  const marks = openMarks(folder);
  const wanted = new Map<string, { readonly id: string; readonly content: Content }>();
  const edited: string[] = [];
  const waiting: string[] = [];
  // What people would save there is not read.
  const linkOver = linksAbove(folder.projection);
  const obstructed = new Set(['specs', 'messages'].filter((it) => linkOver(`${it}/`) !== null));
  const theirs = new Set<string>();
  const there = new Map<string, string | null>();
  const second = secondNames(files.keys());
  for (const [path, content] of files) {
    const owner = ownerOf(path);
    if (owner === null) continue;
    const id = 'id' in content ? content.id : source.idOf(content.text);
    const link = linkOver(path);
    const mark = link === null ? marks.now(path, id) : null;
    const found = marks.isKnown(path, mark) ? id : idThere(folder, path, source);
    if (found === id) marks.keep(path, mark);
    there.set(path, found);
    const isTheirs = owner.kind === 'people' || mayAppend(path);
    if (isTheirs) theirs.add(path);
    if (link !== null) obstructed.add(link);
    else if (second.has(path)) obstructed.add(path);
    else if (waits(path)) waiting.push(path);
    else if (isTheirs && found !== id && isSaved(path, found, before)) edited.push(path);
    else wanted.set(path, { id, content });
  }
  // Taken out of the repo, and changed here: what a person wrote is theirs to remove.
  edited.push(...Object.keys(before).filter((path) => !files.has(path) && isEditedSpec(folder, path, source, before)));
  const stale: Renewal['stale'][number][] = [];
  const unreadable: string[] = [];
  for (const [path, { id, content }] of wanted) {
    const stands = there.get(path) === id;
    const isNewBase = path === ORDERS_PATH && before[path]?.at(-1) !== id;
    if (stands && !isNewBase) continue;
    const text = 'text' in content ? content.text : await source.textOf(content.id);
    // Too large, or no text: what coord wrote here before stays, and stays coord's.
    if (text === null) unreadable.push(path);
    else if (isNewBase) keepBase(folder, id, text);
    if (text !== null && !stands) stale.push({ path, id, text });
  }
  for (const path of unreadable) wanted.delete(path);
  const kept = Object.entries(before).filter(([path]) => [edited, waiting, unreadable].some((list) => list.includes(path)));
  const after: Record<string, readonly string[]> = Object.fromEntries([
    ...kept,
    ...[...wanted].map(([path, { id }]): [string, string[]] => [path, [id]]),
  ]);
  const gone = Object.keys(before).filter((path) => !(path in after) && ownerOf(path) !== null);
  const touched = stale.length > 0 || gone.length > 0;
  if (touched) {
    const { inTheWay, saved } = renew(folder, marks, source, { before, after, stale, gone, theirs });
    for (const path of inTheWay) obstructed.add(path);
    edited.push(...saved);
    asBefore(after, saved, before);
  }
  for (const path of obstructed) delete after[path];
  writeProjected(folder, touched ? readProjected(folder) : before, after);
  marks.save();
  return { edited, obstructed: [...obstructed] };
}

function asBefore(after: Record<string, readonly string[]>, paths: readonly string[], before: Projected): void {
  for (const path of paths) {
    delete after[path];
    if (before[path] !== undefined) after[path] = before[path];
  }
}

interface Renewal {
  readonly before: Projected;
  readonly after: Projected;
  readonly stale: readonly { readonly path: string; readonly id: string; readonly text: string }[];
  readonly gone: readonly string[];
  /** What people may save here. */
  readonly theirs: ReadonlySet<string>;
}

interface Renewed {
  /** What something is in the way of. */
  readonly inTheWay: readonly string[];
  /** What a person has saved since it was looked at: it stays as they saved it. */
  readonly saved: readonly string[];
}

function renew(folder: FleetFolder, marks: ProjectedMarks, source: ProjectionSource, renewal: Renewal): Renewed {
  const { before, after, stale, gone, theirs } = renewal;
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
  for (const { path, id, text } of stale) {
    if (theirs.has(path) && isSaved(path, idThere(folder, path, source), before)) saved.push(path);
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

/**
 * What ORDERS.json was edited from, by its id; null = not known. It is kept beside the clone, because a text that was saved here, or
 * merged with what was, is nowhere else before its push has landed.
 */
export function baseText(folder: FleetFolder, id: string): string | null {
  return readBases(folder)[id] ?? null;
}

/** The text that an edit may already start from stays too: a crash can come before the record of what was written. */
function keepBase(folder: FleetFolder, id: string, text: string): void {
  const before = readBases(folder);
  const known = readProjected(folder)[ORDERS_PATH] ?? [];
  const kept = Object.entries(before).filter(([base]) => known.includes(base));
  writeDurably(folder.bases, JSON.stringify({ ...Object.fromEntries(kept), [id]: text }));
}

function readBases(folder: FleetFolder): Readonly<Record<string, string>> {
  return Object(jsonIn(folder.bases)) as Record<string, string>;
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

export function readProjected(folder: FleetFolder): Projected {
  // Missing or damaged: everything is written anew, and nothing counts as edited.
  return Object(jsonIn(folder.projected)) as Projected;
}

function writeProjected(folder: FleetFolder, before: Projected, after: Projected): void {
  const text = (projected: Projected) => `${JSON.stringify(sorted(projected), null, 1)}\n`;
  if (text(before) !== text(after)) writeDurably(folder.projected, text(after));
}

function sorted(record: Projected): Projected {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
