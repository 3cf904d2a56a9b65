// Fleets that have just been joined, kept for some seconds: for the next test that wants the same machines, in whichever process, their files
// are copied. Most tests begin so, and a join takes thirty processes. What joins do is for join.test.ts, which copies nothing.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasHooks } from './hub-edit.ts';
import { mainPath } from './program.ts';

interface Kept {
  readonly folder: string;
  readonly joinedMs: number;
}

/** Well below a heartbeat: nobody takes a machine for silent, and no beat is due. */
const FRESH_MS = 15_000;
/** Beside the files of a kept fleet: where it lay, which they say. */
const ROOT = '.root';

/** Nobody has joined, pushed, or set anything but what `createFleet` did. `config`: the text of that. */
export function isNew(root: string, hub: string, config: string): boolean {
  if (!existsSync(hub) || hasHooks(hub) || existsSync(join(hub, 'packed-refs'))) return false;
  if (readFileSync(join(hub, 'config'), 'utf8') !== config) return false;
  const refs = readdirSync(join(hub, 'refs'), { recursive: true, withFileTypes: true });
  return refs.every((entry) => entry.isDirectory()) && readdirSync(root).every((name) => !existsSync(join(root, name, 'fleet')));
}

/** False = there is none that is fresh. */
export function takeJoined(root: string, names: readonly string[]): boolean {
  const known = newestOf(names);
  if (known === null || Date.now() - known.joinedMs > FRESH_MS) return false;
  const before = readFileSync(join(known.folder, ROOT), 'utf8');
  copyTo(root, join(known.folder, 'fleet'));
  for (const name of names)
    for (const path of [join(name, 'fleet', '.coord'), join(name, 'coord')]) sayRoot(join(root, path), before, root);
  return true;
}

/** `joinedMs`: when the first of them began to. */
export function keepJoined(root: string, names: readonly string[], joinedMs: number): void {
  const folder = join(folderOf(names), `${joinedMs}-${process.pid}`);
  const making = join(folderOf(names), `making-${process.pid}`);
  mkdirSync(join(making, 'fleet'), { recursive: true });
  copyTo(join(making, 'fleet'), root);
  writeFileSync(join(making, ROOT), root);
  // Whole for whoever sees it; it goes with the program, because somebody may be copying it.
  renameSync(making, folder);
}

/** By the names of its machines, in the order in which they joined; of this run of the tests. */
function folderOf(names: readonly string[]): string {
  return join(dirname(mainPath), 'joined', names.join(' '));
}

function newestOf(names: readonly string[]): Kept | null {
  const folder = folderOf(names);
  const all = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name): Kept[] => {
    const joinedMs = Number(/^(\d+)-\d+$/.exec(name)?.[1] ?? Number.NaN);
    return Number.isNaN(joinedMs) ? [] : [{ folder: join(folder, name), joinedMs }];
  });
  return all.sort((one, other) => other.joinedMs - one.joinedMs)[0] ?? null;
}

function copyTo(folder: string, from: string): void {
  cpSync(from, folder, { recursive: true, preserveTimestamps: true, force: true });
}

/** Settings, views and policies name their folder. */
function sayRoot(folder: string, before: string, now: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'objects') sayRoot(path, before, now);
    if (!entry.isFile()) continue;
    const text = readFileSync(path, 'utf8');
    if (text.includes(before)) writeFileSync(path, text.replaceAll(before, now));
  }
}
