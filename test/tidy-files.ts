// What tidy.test.ts looks at: every file with its imports, and the circles among them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

const root = dirname(import.meta.dirname);
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.coord', 'coverage', 'pictures']);

interface Import {
  /** A path from the project folder, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Every file of the project. */
export const all: readonly Source[] = filesBelow(root).map(read);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

function read(absolute: string): Source {
  const path = relative(root, absolute).replaceAll('\\', '/');
  const text = readFileSync(absolute, 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
  return { path, text, code, imports: /\.(tsx?|mjs)$/.test(path) ? importsOf(path, code) : [] };
}

export function importsOf(path: string, code: string): Import[] {
  const statements = /^(?:import|export)\s(?:(type)\s)?[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...code.matchAll(statements)].map(([, type, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
    return { target, typeOnly: type !== undefined };
  });
}

/** Titles of tests and of groups of them: a text before a function, with options between them or without. */
export function titlesOf(code: string): string[] {
  const calls = /\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])*)\1,\s*(?:async\b|\(|\{\s*timeout\b)/g;
  return [...code.matchAll(calls)].map(([, , title]) => title ?? '');
}

/** Groups of files that all lead to each other, by values or types (Tarjan). */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const lowOf = (name: string) => low.get(name) ?? Number.POSITIVE_INFINITY;
  const visit = (name: string): void => {
    index.set(name, index.size);
    low.set(name, index.size - 1);
    stack.push(name);
    for (const next of graph.get(name) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(name, Math.min(lowOf(name), lowOf(next)));
    }
    if (low.get(name) !== index.get(name)) return;
    const circle = stack.splice(stack.indexOf(name));
    if (circle.length > 1 || graph.get(name)?.includes(name)) circles.push(circle.sort());
  };
  for (const name of graph.keys()) if (!index.has(name)) visit(name);
  return circles;
}

/** Lines of the longest function in formatted code, from its head to the brace in the same column that ends it. */
export function longestFunction(code: string): number {
  const lines = code.split('\n');
  const columnOf = (line: string) => line.length - line.trimStart().length;
  let longest = 0;
  for (const [at, line] of lines.entries()) {
    const isHead = /(=>|\)(: .*)?) \{$/.test(line) && !/^\s*(\} )?(if|for|while|switch|catch|else)\b/.test(line);
    if (!isHead) continue;
    const column = columnOf(line);
    const isOther = (other: string, brace: string) => columnOf(other) === column && other.trimStart().startsWith(brace);
    let from = at;
    while (from > 0 && (isOther(lines[from] ?? '', ')') || columnOf(lines[from] ?? '') > column)) from -= 1;
    const end = lines.findIndex((other, index) => index > at && isOther(other, '}'));
    longest = Math.max(longest, end - from + 1);
  }
  return longest;
}

/** A function fits a page. */
export const FUNCTION_LINES_MAX = 70;
