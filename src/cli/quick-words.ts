// The few commands that are asked for often and read nothing but local files, in their plainest words: they are answered without
// the parser of all commands, which takes longer to load than the answer takes. Any other words, and so every mistake, are its
// business; what both understand means the same (test/e2e/quick.test.ts compares them).

export interface QuickWords {
  readonly command: QuickCommand;
  readonly dir: string | undefined;
  readonly options: { readonly json?: true; readonly all?: true };
}

export interface SyncWords {
  readonly dir: string | undefined;
  readonly options: { readonly wait?: true; readonly dryRun?: true; readonly json?: true };
}

export interface HookWords {
  readonly dir: string | undefined;
  readonly agent: string;
}

type QuickCommand = 'status' | 'machines' | 'order list' | 'inbox';

const FLAGS: Readonly<Record<QuickCommand, readonly string[]>> = {
  status: ['--json'],
  machines: ['--json'],
  'order list': ['--json'],
  inbox: ['--json', '--all'],
};

/** Null = not one of these. */
export function quickWords(words: readonly string[]): QuickWords | null {
  const plain = plainWords(words);
  if (plain === null) return null;
  const { dir, name, flags } = plain;
  if (!isQuick(name) || flags.some((flag) => !FLAGS[name].includes(flag))) return null;
  const options = Object.fromEntries(flags.map((flag) => [flag.slice(2), true]));
  return { command: name, dir, options };
}

const SYNC_FLAGS: Readonly<Record<string, keyof SyncWords['options']>> = {
  '--wait': 'wait',
  '--dry-run': 'dryRun',
  '--json': 'json',
};

/** Null = no sync in its plain words. */
export function syncWords(words: readonly string[]): SyncWords | null {
  const plain = plainWords(words);
  if (plain === null || plain.name !== 'sync' || !plain.flags.every((flag) => Object.hasOwn(SYNC_FLAGS, flag))) return null;
  return { dir: plain.dir, options: Object.fromEntries(plain.flags.map((flag) => [SYNC_FLAGS[flag], true])) };
}

/** The folder that is named first, and what stands behind it. */
function afterFolder(words: readonly string[]): { readonly dir: string | undefined; readonly rest: readonly string[] } {
  const [first = '', second = ''] = words;
  if (first === '--dir') return { dir: second, rest: words.slice(2) };
  if (first.startsWith('--dir=')) return { dir: first.slice(6), rest: words.slice(1) };
  return { dir: undefined, rest: words };
}

/** A folder first if one is named, then words, then options; null = in another way. */
function plainWords(words: readonly string[]): { dir: string | undefined; name: string; flags: readonly string[] } | null {
  const { dir, rest } = afterFolder(words);
  if (dir !== undefined && (dir === '' || dir.startsWith('-'))) return null;
  const flagsAt = rest.findIndex((word) => word.startsWith('-'));
  const flags = flagsAt === -1 ? [] : rest.slice(flagsAt);
  return { dir, name: rest.slice(0, rest.length - flags.length).join(' '), flags };
}

/** `coord hook claude`, whatever else stands there: an agent takes some exit codes for an order to stop, so no mistake may end with one. */
export function hookWords(words: readonly string[]): HookWords | null {
  const { dir, rest } = afterFolder(words);
  if (rest[0] !== 'hook' || rest.includes('--help') || rest.includes('-h')) return null;
  return { dir, agent: rest.slice(1).join(' ') };
}

function isQuick(name: string): name is QuickCommand {
  return Object.hasOwn(FLAGS, name);
}
