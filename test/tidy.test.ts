// The house rules of docs/architecture.md, held by reading every file: who may import whom, what is pure, how files look.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = dirname(import.meta.dirname);
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.coord', 'coverage']);

interface Import {
  /** A path from the project folder, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const all = filesBelow(root).map(read);
const source = all.filter(({ path }) => /^src\/.*\.ts$/.test(path));
const written = all.filter(({ path }) => /^(src|test|scripts)\/.*\.(ts|mjs)$/.test(path));

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
  return { path, text, code, imports: /\.(ts|mjs)$/.test(path) ? importsOf(path, code) : [] };
}

function importsOf(path: string, code: string): Import[] {
  const statements = /^(?:import|export)\s(?:(type)\s)?[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...code.matchAll(statements)].map(([, type, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
    return { target, typeOnly: type !== undefined };
  });
}

const ADAPTER = ['src/ports.ts', 'src/core/', 'src/documents/', 'src/errors.ts', 'src/system/'];

/** What each part may import of this project; beside that `node:` and packages, unless it is pure. */
const LAYERS: readonly {
  readonly part: string;
  readonly from: readonly string[];
  readonly node: boolean;
  readonly packages: boolean;
}[] = [
  { part: 'src/core/', from: ['src/core/'], node: false, packages: false },
  { part: 'src/documents/', from: ['src/core/', 'src/documents/'], node: false, packages: true },
  { part: 'src/ports.ts', from: ['src/core/model/'], node: false, packages: false },
  { part: 'src/errors.ts', from: [], node: false, packages: false },
  {
    part: 'src/machine/',
    from: ['src/core/', 'src/documents/', 'src/ports.ts', 'src/errors.ts', 'src/machine/'],
    node: false,
    packages: false,
  },
  { part: 'src/ledger/', from: [...ADAPTER, 'src/ledger/'], node: true, packages: true },
  { part: 'src/runs/', from: [...ADAPTER, 'src/runs/'], node: true, packages: true },
  { part: 'src/agents/', from: [...ADAPTER, 'src/agents/'], node: true, packages: true },
  {
    part: 'src/workspaces/',
    // Git is spawned in one file, with settings that are made in one way: the same for a code repo as for the ledger's.
    from: [
      ...ADAPTER,
      'src/workspaces/',
      'src/ledger/run-git.ts',
      'src/ledger/git-home.ts',
      'src/ledger/trouble.ts',
      'src/ledger/clone-locks.ts',
    ],
    node: true,
    packages: false,
  },
  { part: 'src/journal/', from: [...ADAPTER, 'src/journal/'], node: true, packages: true },
  {
    part: 'src/system/',
    // What shows a command quotes its words, in whatever layer it is, and what cannot be placed says why.
    from: [
      'src/core/model/',
      'src/core/shell-word.ts',
      'src/core/reasons.ts',
      'src/documents/',
      'src/ports.ts',
      'src/errors.ts',
      'src/system/',
    ],
    node: true,
    packages: true,
  },
  {
    part: 'src/operations/',
    from: ['src/core/', 'src/documents/', 'src/machine/', 'src/system/', 'src/ports.ts', 'src/errors.ts', 'src/operations/'],
    node: true,
    packages: true,
  },
  {
    part: 'src/cli/',
    // `coord mcp` starts the other face.
    from: [
      'src/core/',
      'src/documents/',
      'src/operations/',
      'src/system/',
      'src/ports.ts',
      'src/errors.ts',
      'src/cli/',
      'src/mcp/',
    ],
    node: true,
    packages: true,
  },
  {
    part: 'src/mcp/',
    from: ['src/core/', 'src/documents/', 'src/operations/', 'src/system/', 'src/ports.ts', 'src/errors.ts', 'src/mcp/'],
    node: true,
    packages: true,
  },
  {
    part: 'src/instances/',
    from: [...ADAPTER, 'src/instances/'],
    node: true,
    packages: true,
  },
  {
    part: 'src/server/',
    from: ['src/core/', 'src/documents/', 'src/operations/', 'src/system/', 'src/ports.ts', 'src/errors.ts', 'src/server/'],
    node: true,
    packages: true,
  },
  { part: 'src/main.ts', from: ['src/'], node: true, packages: false },
  { part: 'src/compose.ts', from: ['src/'], node: true, packages: false },
  { part: 'src/plain-sync.ts', from: ['src/cli/', 'src/compose.ts'], node: false, packages: false },
  { part: 'src/quick.ts', from: ['src/cli/', 'src/journal/'], node: false, packages: false },
  { part: 'src/hook.ts', from: ['src/cli/', 'src/journal/', 'src/system/'], node: false, packages: false },
];

/** Type-only imports against the grain, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // The port that init and join need stands with its only users.
  'src/ledger/remotes.ts': 'src/operations/world.ts',
  // So does the one that doctor needs.
  'src/ledger/git-examiner.ts': 'src/operations/doctor/examiner.ts',
};

/** Packages and modules that stand behind one file of ours. */
const BEHIND: Readonly<Record<string, RegExp>> = {
  commander: /^src\/cli\/(cli|program(-[a-z-]+)?|option-values|exit-codes|completion\/[a-z-]+|commands\/completion)\.ts$/,
  picocolors: /^src\/cli\/paint\.ts$/,
  'proper-lockfile': /^src\/system\/lock\.ts$/,
  'node-cron': /^src\/documents\/cron\.ts$/,
  yaml: /^src\/(documents\/yaml-[a-z-]+|system\/policy-file)\.ts$/,
  ink: /^src\/cli\/top\/ink\.ts$/,
  react: /^src\/cli\/top\/ink\.ts$/,
  'string-width': /^src\/cli\/top\/ink\.ts$/,
  chokidar: /^src\/system\/watch\.ts$/,
  hono: /^src\/server\/[a-z-]+\.ts$/,
  '@hono/node-server': /^src\/server\/[a-z-]+\.ts$/,
  '@modelcontextprotocol/server': /^src\/mcp\/server\.ts$/,
  '@modelcontextprotocol/server/stdio': /^src\/mcp\/server\.ts$/,
  ws: /^src\/server\/[a-z-]+\.ts$/,
  'simple-git': /^src\/ledger\/set-up-git\.ts$/,
  'node:child_process':
    /^src\/(ledger\/run-git|cli\/commands\/demo|system\/(detached|editor|process-identity|process-table|find-program|alert-command|start-teller|service\/run-tool)|(runs|instances|agents)\/[a-z-]+)\.ts$/,
};

const PURE_BANS: Readonly<Record<string, RegExp>> = {
  Date: /\bDate\b(?=[.(])|\bnew Date\b/,
  'Math.random': /\bMath\.random\b/,
  process: /\bprocess\.[a-z]/,
  'a timer': /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(/,
  'a global of the platform': /\b(globalThis|performance|crypto|Buffer)\.|\bfetch\(/,
};
const KEEPS_TIME = ['src/core/time.ts', 'src/documents/iso-time.ts'];

const LINES_MAX = { src: 250, scripts: 250, test: 400 } as const;

interface Rule {
  readonly files: readonly Source[];
  /** What is wrong in a file; nothing when it is tidy. */
  readonly broken: (file: Source) => readonly (string | false)[];
}

const RULES: Readonly<Record<string, Rule>> = {
  'a layer imports only what lies below it': {
    files: source,
    broken: ({ path, imports }) => {
      const layer = LAYERS.find(({ part }) => path === part || (part.endsWith('/') && path.startsWith(part)));
      if (layer === undefined) return ['belongs to no layer'];
      return imports
        .filter(({ target }) => target.startsWith('src/'))
        .filter(({ target, typeOnly }) => !(typeOnly && EXCEPTIONS[path] === target))
        .map(({ target }) => !layer.from.some((part) => target.startsWith(part)) && `imports ${target}`);
    },
  },
  'core, documents and machine are pure: no node:, and packages in documents alone': {
    files: source,
    broken: ({ path, imports }) => {
      const layer = LAYERS.find(({ part }) => path.startsWith(part));
      return imports
        .filter(({ target }) => !target.startsWith('src/'))
        .map(
          ({ target }) => (target.startsWith('node:') ? layer?.node === false : layer?.packages === false) && `imports ${target}`,
        );
    },
  },
  'core and documents know no clock, no chance and no process (C1)': {
    files: source.filter(({ path }) => /^src\/(core|documents)\//.test(path)),
    broken: ({ path, code }) =>
      Object.entries(PURE_BANS).map(
        ([name, ban]) => !(name === 'Date' && KEEPS_TIME.includes(path)) && ban.test(code) && `uses ${name}`,
      ),
  },
  'a package stands behind one file': {
    files: source,
    broken: ({ path, imports }) =>
      imports.map(({ target }) => BEHIND[target] !== undefined && !BEHIND[target].test(path) && `imports ${target}`),
  },
  'only run-git.ts spawns git': {
    files: source.filter(({ path }) => path !== 'src/ledger/run-git.ts' && path !== 'src/cli/commands/demo.ts'),
    broken: ({ code }) => [/\b(spawn|spawnSync|exec|execFile|execFileSync|execSync)\(\s*['"`]git\b/.test(code) && 'spawns git'],
  },
  'only compose.ts makes adapters, and quick.ts and hook.ts the journal': {
    files: source.filter(
      ({ path }) => !/^src\/(main\.ts|compose\.ts|ledger\/|runs\/|journal\/|agents\/|workspaces\/)/.test(path),
    ),
    broken: ({ path, imports }) =>
      imports.map(
        ({ target }) =>
          /^src\/(ledger|runs|journal|agents|workspaces)\//.test(target) &&
          !(/^src\/(quick|hook)\.ts$/.test(path) && target.startsWith('src/journal/')) &&
          `imports ${target}`,
      ),
  },
  'files are short': {
    files: written,
    broken: ({ path, text }) => {
      const max = LINES_MAX[path.split('/')[0] as keyof typeof LINES_MAX];
      const lines = text.split('\n').length - 1;
      return [lines > max && `has ${lines} lines, more than ${max}`];
    },
  },
  'files are named in kebab-case, after what they hold': {
    files: written,
    broken: ({ path }) => [
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.(ts|mjs)$/.test(basename(path)) && 'is not in kebab-case',
      /^(utils?|helpers?|types|index|common|misc)\./.test(basename(path)) && 'has a name that says nothing',
    ],
  },
  'every file opens with a comment; tests have their titles': {
    files: written.filter(({ path }) => !path.endsWith('.test.ts')),
    broken: ({ text }) => [!/^(#!.*\n)?(\/\/ |\/\*)/.test(text) && 'begins without one'],
  },
  'no barrels and no default exports': {
    files: source,
    broken: ({ code }) => [/^export \*/m.test(code) && 'has export *', /^export default\b/m.test(code) && 'has export default'],
  },
  'no decision reads the words of a reason': {
    // Reasons of versions before codes are read in one file.
    files: source.filter(({ path }) => path !== 'src/core/told-reason.ts'),
    broken: ({ code }) => [
      /\b(reason|why|asks)\b\)?\s*(\?\?\s*''\s*\))?\??\.(includes|startsWith|endsWith|match|search|split)\(/.test(code) &&
        'takes the words of a reason apart',
      /\/\w*\.test\((\w+\.)*(reason|why)\b/.test(code) && 'matches the words of a reason',
      /\b(reason|why) [!=]== ['`][^'`]* /.test(code) && 'compares the words of a reason',
    ],
  },
  'no traces of where it was made, and nothing put off': {
    files: all,
    broken: ({ text }) => [
      new RegExp(['', 'work', '(main|shared|\\.)'].join('/')).test(text) && 'names a folder of a build machine',
      new RegExp(`\\b(${['TO', 'FIX', 'XX'].map((word, at) => word + ['DO', 'ME', 'X'][at]).join('|')})\\b`).test(text) &&
        'puts something off',
    ],
  },
};

test.each(Object.entries(RULES))('%s', (_name, { files, broken }) => {
  expect(files.length).toBeGreaterThan(10);
  const violations = files.flatMap((file) => broken(file).flatMap((word) => (word ? [`${file.path} ${word}`] : [])));
  expect(violations).toEqual([]);
});

test('every test that docs/reliability.md names is there', () => {
  const tests = all.filter(({ path }) => /^test\/.*\.ts$/.test(path)).map(({ text }) => text);
  const page = all.find(({ path }) => path === 'docs/reliability.md')?.text ?? '';
  const cells = page.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split(' | ').at(-1) ?? ''] : []));
  const titles = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, title]) => title ?? ''));
  expect(titles.length).toBeGreaterThan(50);
  expect(titles.filter((title) => !tests.some((text) => text.includes(title)))).toEqual([]);
});

test('the rules see imports of every form', () => {
  const code = [
    "import { a } from './a.ts';",
    "import type { B } from '../core/b.ts';",
    "import 'node:fs';",
    "import {\n  c,\n  d,\n} from 'yaml';",
    "export { e } from './e.ts';",
    "const f = await import('./f.ts');",
  ].join('\n');
  expect(importsOf('src/x/y.ts', code)).toEqual([
    { target: 'src/x/a.ts', typeOnly: false },
    { target: 'src/core/b.ts', typeOnly: true },
    { target: 'node:fs', typeOnly: false },
    { target: 'yaml', typeOnly: false },
    { target: 'src/x/e.ts', typeOnly: false },
    { target: 'src/x/f.ts', typeOnly: false },
  ]);
});
