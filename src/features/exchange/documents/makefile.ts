// Reads the targets that a Makefile offers: those that .PHONY names, or all plain ones where it has none. Make itself sees to what they need,
// so nothing of a recipe is taken over. Pure.
import type { Found, LeftOut, ReadFile } from './drafts.ts';

/** Nothing that make or a shell takes for anything else. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_./-]*$/;
const DEFAULT_NAMES = ['GNUmakefile', 'makefile', 'Makefile'];

interface Rule {
  readonly line: number;
  readonly target: string;
  readonly note: string;
}

/** `file`: its name; `cwd`: its folder. */
export function readMakefile(text: string, { file, cwd }: { readonly file: string; readonly cwd: string }): ReadFile {
  const { rules, phony } = rulesIn(text);
  const found = new Map<string, Found>();
  const left: LeftOut[] = [];
  const isOffered = (target: string) => phony.size === 0 || phony.has(target);
  for (const { line, target, note } of rules) {
    if (target.startsWith('.') || found.has(target)) continue;
    const why = !PLAIN.test(target)
      ? 'a pattern, or a name that a command line would misread'
      : isOffered(target)
        ? null
        : 'it is a file to be made: .PHONY does not name it';
    if (why !== null) {
      left.push({ line, what: target, why });
      continue;
    }
    const run = ['make', ...(DEFAULT_NAMES.includes(file) ? [] : ['-f', file]), target];
    found.set(target, { line, key: target, name: target, title: note || `make ${target}`, fields: { run, cwd } });
  }
  return { found: [...found.values()], left };
}

function rulesIn(text: string): { readonly rules: readonly Rule[]; readonly phony: ReadonlySet<string> } {
  const rules: Rule[] = [];
  const phony = new Set<string>();
  let isDefinition = false;
  for (const { line, words } of logicalLines(text)) {
    if (/^\s*define\b/.test(words)) isDefinition = true;
    if (/^\s*endef\b/.test(words)) isDefinition = false;
    if (isDefinition || words.startsWith('\t')) continue;
    const hash = words.indexOf('#');
    const code = hash === -1 ? words : words.slice(0, hash);
    const colon = code.indexOf(':');
    // `a := b`, `a ::= b`, `a = b:c`, and a variable of one target: `a: b = c`.
    if (colon === -1 || code.slice(0, colon).includes('=') || /^:{1,3}=/.test(code.slice(colon))) continue;
    const behind = code.slice(colon + 1).replace(/^:/, '');
    if (/^\s*(?:(?:override|export|private)\s+)*[\w.-]+\s*(?::{0,3}|[+?!])=/.test(behind)) continue;
    const targets = code
      .slice(0, colon)
      .split(/\s+/)
      .filter((word) => word !== '');
    if (targets.includes('.PHONY')) for (const name of behind.split(/\s+/)) if (name !== '') phony.add(name);
    const note = hash !== -1 && words.startsWith('##', hash) ? words.slice(hash).replace(/^#+/, '').trim() : '';
    for (const target of targets) rules.push({ line, target, note });
  }
  return { rules, phony };
}

/** A backslash at its end joins a line with the next one. */
function logicalLines(text: string): readonly { readonly line: number; readonly words: string }[] {
  const joined: { line: number; words: string }[] = [];
  let goesOn = false;
  for (const [at, written] of text.split('\n').entries()) {
    const words = written.replace(/\r$/, '');
    const isCut = /(?:^|[^\\])(?:\\\\)*\\$/.test(words.slice(-200));
    const part = isCut ? words.slice(0, -1) : words;
    const last = joined.at(-1);
    if (goesOn && last !== undefined) last.words = `${last.words} ${part.trim()}`;
    else joined.push({ line: at + 1, words: part });
    goesOn = isCut;
  }
  return joined;
}
