// The house rules of docs/architecture.md, held by reading every file: who may import whom, what is pure, how files look.
import { basename, posix } from 'node:path';
import { expect, test } from 'vitest';
import { all, circlesIn, FUNCTION_LINES_MAX, importsOf, longestFunction, type Source, titlesOf } from './tidy-files.ts';

const source = all.filter(({ path }) => /^src\/.*\.tsx?$/.test(path));
const written = all.filter(({ path }) => /^(src|test|scripts)\/.*\.(tsx?|mjs)$/.test(path));

const ADAPTER = ['src/ports.ts', 'src/core/', 'src/documents/', 'src/errors.ts', 'src/system/'];
const MACHINE = ['src/core/', 'src/documents/', 'src/ports.ts', 'src/errors.ts', 'src/machine/'];
const OPERATIONS = [...ADAPTER, 'src/machine/', 'src/operations/', 'src/features/rules.ts'];
const FACE = [...ADAPTER, 'src/operations/', 'src/features/rules.ts', 'src/features/shown.ts'];
interface Layer {
  /** A folder, a file, or a kind of folder in each feature. */
  readonly part: string | RegExp;
  readonly from: readonly string[];
  readonly node: boolean;
  readonly packages: boolean;
}

const inFeature = (kind: string): RegExp => new RegExp(`^src/features/[a-z-]+/${kind}/`);
const PURE = { node: false, packages: false };
const WITH_PACKAGES = { node: false, packages: true };
const SHELL = { node: true, packages: true };

/** What each part may import of this project; beside that `node:` and packages, unless it is pure. The rooms of features: ROOMS below. */
const LAYERS: readonly Layer[] = [
  { part: 'src/core/', from: ['src/core/', 'src/features/rules.ts', 'src/features/cycle.ts'], ...PURE },
  { part: /^src\/features\/(rules|cycle)\.ts$/, from: ['src/core/'], ...PURE },
  { part: inFeature('rules'), from: ['src/core/'], ...PURE },
  {
    part: 'src/documents/',
    from: ['src/core/', 'src/documents/', ...['rules', 'documents', 'order-fields'].map((list) => `src/features/${list}.ts`)],
    ...WITH_PACKAGES,
  },
  { part: /^src\/features\/(documents|order-fields)\.ts$/, from: ['src/documents/document.ts'], ...PURE },
  { part: inFeature('documents'), from: ['src/core/', 'src/documents/'], ...WITH_PACKAGES },
  { part: 'src/ports.ts', from: ['src/core/model/'], ...PURE },
  { part: 'src/errors.ts', from: [], ...PURE },
  {
    part: 'src/machine/',
    from: [...MACHINE, ...['rules', 'cycle', 'steps'].map((list) => `src/features/${list}.ts`)],
    ...PURE,
  },
  { part: 'src/features/steps.ts', from: ['src/machine/context.ts'], ...PURE },
  { part: inFeature('steps'), from: MACHINE, ...PURE },
  { part: 'src/ledger/', from: [...ADAPTER, 'src/ledger/'], ...SHELL },
  { part: 'src/runs/', from: [...ADAPTER, 'src/runs/'], ...SHELL },
  { part: 'src/journal/', from: [...ADAPTER, 'src/journal/'], ...SHELL },
  {
    part: /^src\/features\/workspaces\/adapters\//,
    // Git is spawned in one file, with settings that are made in one way: the same for a code repo as for the ledger's.
    from: [
      ...ADAPTER,
      ...['run-git', 'git-home', 'trouble'].map((name) => `src/ledger/git/${name}.ts`),
      'src/ledger/clone/clone-locks.ts',
    ],
    node: true,
    packages: false,
  },
  // Its refs stand beside lanes and claims, on the same remote.
  { part: /^src\/features\/artifacts\/adapters\//, from: [...ADAPTER, 'src/ledger/'], node: true, packages: false },
  { part: inFeature('adapters'), from: ADAPTER, ...SHELL },
  {
    part: 'src/system/',
    // What shows a command quotes its words, in whatever layer it is, and what cannot be placed says why.
    from: [
      'src/core/model/',
      'src/core/base/shell-word.ts',
      'src/core/orders/reason-words.ts',
      'src/documents/',
      'src/ports.ts',
      'src/errors.ts',
      'src/system/',
      'src/features/rules.ts',
      'src/features/system.ts',
    ],
    ...SHELL,
  },
  { part: 'src/features/system.ts', from: ['src/core/model/', 'src/system/policy/'], ...PURE },
  { part: inFeature('system'), from: [...ADAPTER, 'src/features/rules.ts'], ...SHELL },
  { part: 'src/operations/', from: OPERATIONS, ...SHELL },
  { part: 'src/features/index.ts', from: OPERATIONS, ...PURE },
  { part: /^src\/features\/[a-z-]+\/feature\.ts$/, from: OPERATIONS, ...PURE },
  { part: inFeature('operations'), from: OPERATIONS, ...SHELL },
  // `coord mcp` starts the other face.
  { part: 'src/cli/', from: [...FACE, 'src/cli/', 'src/mcp/'], ...SHELL },
  { part: inFeature('commands'), from: [...FACE, 'src/cli/'], ...SHELL },
  { part: 'src/features/shown.ts', from: OPERATIONS, ...PURE },
  { part: 'src/features/api.ts', from: ['src/server/api.ts'], ...PURE },
  // A browser runs it: of the kernel only what is pure and says how something is shown.
  {
    part: inFeature('browser'),
    from: ['src/core/', 'src/documents/text/escape-text.ts'],
    ...WITH_PACKAGES,
  },
  { part: inFeature('server'), from: [...FACE, 'src/server/'], ...SHELL },
  { part: 'src/features/own-commands.ts', from: [], ...PURE },
  { part: 'src/mcp/', from: [...FACE, 'src/mcp/'], ...SHELL },
  { part: 'src/server/', from: [...FACE, 'src/server/', 'src/features/api.ts'], ...SHELL },
  { part: 'src/main.ts', from: ['src/'], node: true, packages: false },
  { part: 'src/compose.ts', from: ['src/'], node: true, packages: false },
  { part: 'src/plain-sync.ts', from: ['src/cli/', 'src/compose.ts'], ...PURE },
  { part: 'src/quick.ts', from: ['src/cli/', 'src/journal/'], ...PURE },
  { part: 'src/features/hooks/hook.ts', from: ['src/cli/', 'src/journal/', 'src/system/'], ...PURE },
];

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ part }) =>
    typeof part === 'string' ? path === part || (part.endsWith('/') && path.startsWith(part)) : part.test(path),
  );
}

/** What each feature builds on beside the kernel. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  agents: [],
  alerts: ['services'],
  artifacts: [],
  bell: [],
  bus: [],
  exchange: [],
  handoff: [],
  hooks: ['agents', 'handoff'],
  hub: ['bell', 'bus'],
  page: [],
  plan: ['agents'],
  services: [],
  trust: [],
  wake: [],
  workspaces: [],
};

/** The lists through which a feature comes in: `npm run without` takes its lines out of them. */
const LISTS = /^src\/(?:features\/[a-z-]+|cli\/commands)\.ts$/;

function featureOf(path: string): string | null {
  return /^src\/features\/([a-z-]+)\//.exec(path)?.[1] ?? null;
}

/** Whether one file may look into a feature, its own or another one's. */
function mayEnter(path: string, target: string): boolean {
  const [own, other] = [featureOf(path), featureOf(target)];
  if (other === null || own === other) return true;
  if (own !== null) return ROOMS[own]?.includes(other) === true;
  return LISTS.test(path);
}

/** Type-only imports against the grain, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // The port that init and join need stands with its only users.
  'src/ledger/remote/remotes.ts': 'src/operations/sync/dependencies.ts',
  // So does the one that doctor needs.
  'src/ledger/remote/git-examiner.ts': 'src/operations/doctor/examiner.ts',
};

/** Packages and modules that stand behind one file of ours. */
const BEHIND: Readonly<Record<string, RegExp>> = {
  commander: /^src\/cli\/(cli|parser|completion\/command-words|commands\/look\/completion)\.ts$/,
  picocolors: /^src\/cli\/output\/paint\.ts$/,
  'proper-lockfile': /^src\/system\/files\/lock\.ts$/,
  'node-cron': /^src\/documents\/text\/cron\.ts$/,
  'gray-matter': /^src\/documents\/yaml\/front-matter\.ts$/,
  yaml: /^src\/(documents\/yaml\/yaml-[a-z-]+|system\/policy\/policy-text)\.ts$/,
  'string-width': /^src\/cli\/top\/line\.ts$/,
  aedes: /^src\/features\/hub\/adapters\/mqtt-broker\.ts$/,
  chokidar: /^src\/system\/files\/watch\.ts$/,
  hono: /^src\/server\/([a-z]+\/)?[a-z-]+\.ts$/,
  '@hono/node-server': /^src\/server\/([a-z]+\/)?[a-z-]+\.ts$/,
  '@modelcontextprotocol/server': /^src\/mcp\/server\.ts$/,
  '@modelcontextprotocol/server/stdio': /^src\/mcp\/server\.ts$/,
  ws: /^src\/((features\/bus\/)?server\/([a-z]+\/)?[a-z-]+|features\/(hub\/adapters\/broker-process|bell\/adapters\/broker-connection))\.ts$/,
  preact: /^src\/features\/page\/browser\//,
  '@preact/signals': /^src\/features\/page\/browser\//,
  mqtt: /^src\/features\/bell\/adapters\/broker-connection\.ts$/,
  'simple-git': /^src\/ledger\/remote\/remotes\.ts$/,
  'node:child_process':
    /^src\/(ledger\/git\/run-git|cli\/commands\/look\/demo-stage|system\/(files\/editor|process\/(detached|process-identity|process-table|find-executable)|service\/run-tool)|features\/(alerts\/system\/alert-command|(agents|artifacts|services|hub)\/adapters\/[a-z-]+|trust\/system\/person-key)|runs\/[a-z-]+)\.ts$/,
};

const PURE_BANS: Readonly<Record<string, RegExp>> = {
  Date: /\bDate\b(?=[.(])|\bnew Date\b/,
  'Math.random': /\bMath\.random\b/,
  process: /\bprocess\.[a-z]/,
  'a timer': /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(/,
  'a global of the platform': /\b(globalThis|performance|crypto|Buffer)\.|\bfetch\(/,
};
const KEEPS_TIME = ['src/core/base/time.ts', 'src/documents/text/iso-time.ts'];

const LINES_MAX = { src: 250, scripts: 250, test: 400 } as const;

interface Rule {
  readonly files: readonly Source[];
  /** What is wrong in a file; nothing when it is tidy. */
  readonly broken: (file: Source) => readonly (string | false)[];
}

/** By its path below src/ or the project, or by its name alone. */
function isThere(name: string): boolean {
  return written.some(({ path }) => path === name || path === `src/${name}` || (!name.includes('/') && basename(path) === name));
}

const RULES: Readonly<Record<string, Rule>> = {
  'a layer imports only what lies below it': {
    files: source,
    broken: ({ path, imports }) => {
      const layer = layerOf(path);
      if (layer === undefined) return ['belongs to no layer'];
      return imports
        .filter(({ target }) => target.startsWith('src/') && featureOf(target) === null)
        .filter(({ target, typeOnly }) => !(typeOnly && EXCEPTIONS[path] === target))
        .map(({ target }) => !layer.from.some((part) => target.startsWith(part)) && `imports ${target}`);
    },
  },
  'a feature is a room: it comes in by the lists of features alone': {
    files: source,
    broken: ({ path, imports }) => imports.map(({ target }) => !mayEnter(path, target) && `imports ${target}`),
  },
  'core, documents and machine are pure: no node:, and packages in documents alone': {
    files: source,
    broken: ({ path, imports }) => {
      const layer = layerOf(path);
      return imports
        .filter(({ target }) => !target.startsWith('src/'))
        .map(
          ({ target }) => (target.startsWith('node:') ? layer?.node === false : layer?.packages === false) && `imports ${target}`,
        );
    },
  },
  'core and documents know no clock, no chance and no process (C1)': {
    files: source.filter(({ path }) => /^src\/(core|documents|features\/[a-z-]+\/(rules|documents))\//.test(path)),
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
  'only run-git.ts spawns git, and only own-node.ts asks for the file of node, which an upgrade takes away': {
    files: source,
    broken: ({ path, code }) => [
      !/\/(run-git|demo-stage)\.ts$/.test(path) && /\b(spawn|exec|execFile)(Sync)?\(\s*['"`]git\b/.test(code) && 'spawns git',
      !path.endsWith('/own-node.ts') && /\bexecPath\b/.test(code) && 'asks for it in place of ownNode()',
    ],
  },
  'only compose.ts and features make adapters, and quick.ts and the hook the journal': {
    files: source.filter(
      ({ path }) =>
        !/^src\/(main|compose|features\/own-commands|features\/[a-z-]+\/feature)\.ts$|^src\/(ledger|runs|journal|features\/[a-z-]+\/adapters)\//.test(
          path,
        ),
    ),
    broken: ({ path, imports }) =>
      imports.map(
        ({ target }) =>
          /^src\/(ledger|runs|journal|features\/(agents|workspaces)\/adapters)\//.test(target) &&
          !(/^src\/(quick|features\/hooks\/hook)\.ts$/.test(path) && target.startsWith('src/journal/')) &&
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
      !/^[a-z0-9]+(-[a-z0-9]+)*((\.long)?\.test)?\.(tsx?|mjs)$/.test(basename(path)) && 'is not in kebab-case',
      path !== 'src/features/index.ts' &&
        /^(utils?|helpers?|types|index|common|misc)\./.test(basename(path)) &&
        'has a name that says nothing',
    ],
  },
  'a test of a room stands in test/features, beside those that play the whole program': {
    files: written.filter(({ path }) =>
      /^test\/(cli|core|documents|journal|ledger|machine|mcp|operations|runs|server|system)\//.test(path),
    ),
    broken: ({ imports }) =>
      imports.map(
        ({ target }) => /^src\/features\/[a-z-]+\//.test(target) && `imports ${target}: it belongs to the tests of that room`,
      ),
  },
  'the columns of a table of cases have names': {
    files: written.filter(({ path }) => path.startsWith('test/')),
    broken: ({ text }) => [...text.matchAll(/\.each<\[\s*(?!\w+\??: )[^\]]*,/g)].map(([table]) => `has ${table.trim()}`),
  },
  'a title of a test is shorter than 100 characters': {
    files: written.filter(({ path }) => path.startsWith('test/')),
    broken: ({ text }) => titlesOf(text).map((title) => title.length >= 100 && `has "${title}", ${title.length} characters`),
  },
  'every file opens with a comment; tests have their titles': {
    files: written.filter(({ path }) => !path.endsWith('.test.ts')),
    broken: ({ text }) => [!/^(#!.*\n)?(\/\/ |\/\*)/.test(text) && 'begins without one'],
  },
  'a comment names files that are there': {
    files: source,
    broken: ({ text }) =>
      [...text.matchAll(/^\s*(?:\/\/|\/?\*).*$/gm)]
        .flatMap(([line]) => [...line.matchAll(/(?<![\w/.-])(?:[\w-]+\/)*[\w-]+\.ts\b/g)].map(([name]) => name))
        .map((name) => !isThere(name) && `names ${name}`),
  },
  'no barrels and no default exports': {
    files: source,
    broken: ({ code }) => [/^export \*/m.test(code) && 'has export *', /^export default\b/m.test(code) && 'has export default'],
  },
  'no decision reads the words of a reason': {
    // Reasons of versions before codes are read in one file.
    files: source.filter(({ path }) => path !== 'src/core/orders/read-reason.ts'),
    broken: ({ code }) => [
      /\b(reason|why|asks)\b\)?\s*(\?\?\s*''\s*\))?\??\.(includes|startsWith|endsWith|match|search|split|indexOf|lastIndexOf|slice|substring)\(/.test(
        code,
      ) && 'takes the words of a reason apart',
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

test('a room is a folder, and a folder has at most 25 entries', () => {
  const rooms = new Set(source.map(({ path }) => featureOf(path)).filter((name) => name !== null));
  expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  const entries = new Map<string, Set<string>>();
  for (const { path } of source)
    for (let at = path; at !== 'src'; at = posix.dirname(at)) {
      const folder = posix.dirname(at);
      entries.set(folder, (entries.get(folder) ?? new Set()).add(basename(at)));
    }
  expect([...entries].filter(([, names]) => names.size > 25).map(([folder, { size }]) => `${folder}: ${size}`)).toEqual([]);
});

test('functions fit a page', () => {
  const measured = source.map(({ path, text }) => [path, longestFunction(text)] as const);
  expect(measured.filter(([, lines]) => lines > FUNCTION_LINES_MAX)).toEqual([]);
  const code = [
    'export async function a(',
    '  b: string,',
    '): Promise<void> {',
    '  if (b) {',
    '    c();',
    '  }',
    '}',
    'const d = 1;',
  ];
  expect(longestFunction(code.join('\n'))).toBe(7);
});

test('no circle of files, by values or types', () => {
  expect(circlesIn(new Map(source.map(({ path, imports }) => [path, imports.map(({ target }) => target)])))).toEqual([]);
  // The search itself finds one, and each file of it.
  const circle = new Map(Object.entries({ a: ['b', 'd'], b: ['c'], c: ['a'], d: ['d'], e: ['a'] }));
  expect(circlesIn(circle)).toEqual([['d'], ['a', 'b', 'c']]);
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
