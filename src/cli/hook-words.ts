// `coord hook` in the words of an agent: answered before any word is parsed, and by a program of its own (hook.ts), which must stay small.

export interface HookWords {
  readonly dir: string | undefined;
  readonly agent: string;
}

/** `coord hook claude`, whatever else stands there: an agent takes some exit codes for an order to stop, so no mistake may end with one. */
export function hookWords(words: readonly string[]): HookWords | null {
  const { dir, rest } = afterFolder(words);
  if (rest[0] !== 'hook' || rest.includes('--help') || rest.includes('-h')) return null;
  return { dir, agent: rest.slice(1).join(' ') };
}

/** The folder that is named first, and what stands behind it. */
export function afterFolder(words: readonly string[]): { readonly dir: string | undefined; readonly rest: readonly string[] } {
  const [first = '', second = ''] = words;
  if (first === '--dir') return { dir: second, rest: words.slice(2) };
  if (first.startsWith('--dir=')) return { dir: first.slice(6), rest: words.slice(1) };
  return { dir: undefined, rest: words };
}
