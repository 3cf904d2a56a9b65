// What pages say of files is true: paths that are named are there, and links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parseOrders } from '../src/documents/orders/orders.ts';

const root = dirname(import.meta.dirname);
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.coord', 'coverage', 'test']);

const pages = pagesBelow(root).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pagesBelow(path) : entry.name.endsWith('.md') ? [path] : [];
  });
}

function textOf(path: string): string {
  return pages.find((page) => page.path === path)?.text ?? '';
}

test('every path that docs/architecture.md names is there', () => {
  // What the program writes at run time, and what the build makes, is no file of the project.
  const elsewhere = /^(\.coord|coordination|dist|~|features\/<)/;
  const named = [...textOf('docs/architecture.md').matchAll(/`([^`\s]+\/[^`\s]*)`/g)].map(([, path]) => path ?? '');
  const files = named.filter((path) => !elsewhere.test(path));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((path) => !existsSync(join(root, 'src', path)) && !existsSync(join(root, path)))).toEqual([]);
});

test('every path that CONTRIBUTING.md names is there', () => {
  const files = [...textOf('CONTRIBUTING.md').matchAll(/`((?:src|test|scripts|docs)\/[^`\s<*]*)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('docs/README.md names every page', () => {
  const index = textOf('docs/README.md');
  const listed = pages.filter(({ path }) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md');
  expect(listed.filter(({ path }) => !index.includes(`](${basename(path)})`)).map(({ path }) => path)).toEqual([]);
});

test('every relative link of a page leads to a file', () => {
  const links = pages
    .filter(({ path }) => !path.startsWith('coordination/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, to]) => ({ path, to: to ?? '' })),
    );
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ path, to }) => !existsSync(join(root, dirname(path), to)))).toEqual([]);
});

test('every relative link to a heading leads to one', () => {
  const slugOf = (heading: string) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
  const slugs = new Map(
    pages.map(({ path, text }) => [path, new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slugOf(heading ?? '')))]),
  );
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)#([^)\s]+)\)/g)].map(([, to = '', slug = '']) => ({
      ...{ path, slug },
      to: to === '' ? path : join(dirname(path), to),
    })),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ to, slug }) => to.endsWith('.md') && !slugs.get(to)?.has(slug))).toEqual([]);
});

test('each room has a README of ten lines at most, and the files, clauses and rooms it names are there', () => {
  const rooms = readdirSync(join(root, 'src/features'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.length).toBeGreaterThan(5);
  const clauses = new Set([...textOf('docs/protocol.md').matchAll(/^- \*\*([A-Z]\d+[a-z]?)\*\*/gm)].map(([, id]) => id));
  const wrong = rooms.flatMap(({ name }) => {
    const text = textOf(`src/features/${name}/README.md`);
    const files = [...text.matchAll(/`((?:rules|documents|system|adapters|operations|commands)\/[^`]*)`/g)].map(
      ([, path]) => path ?? '',
    );
    const cited = [...(/^- Clauses: .*/m.exec(text)?.[0] ?? '').matchAll(/\b([A-Z]\d+[a-z]?)\b/g)].map(([, id]) => id);
    return [
      text === '' && 'has none',
      text.split('\n').length > 11 && 'has more than ten lines',
      files.length === 0 && 'names no file',
      cited.length === 0 && 'names no clause',
      ...files.map((path) => !existsSync(join(root, 'src/features', name, path)) && `names ${path}`),
      ...cited.map((id) => !clauses.has(id) && `cites ${id}`),
    ].flatMap((word) => (word ? [`${name} ${word}`] : []));
  });
  expect(wrong).toEqual([]);
});

/** The points of clauses: `R3`, or `R3.2` where a clause has several. */
function pointsOf(protocol: string): { readonly id: string; readonly text: string }[] {
  const points: { id: string; text: string }[] = [];
  let clause = '';
  for (const line of protocol.split(/^```[\s\S]*?^```|\n/m)) {
    const begin = /^(?:- \*\*([A-Z]\d+[a-z]?)\*\*| {2}(\d+)\.) (.*)/.exec(line);
    if (begin?.[1] !== undefined) clause = begin[1];
    const last = points.at(-1);
    if (begin !== null) points.push({ id: begin[1] ?? `${clause}.${begin[2]}`, text: begin[3] ?? '' });
    else if (/^[^\s]/.test(line)) clause = '';
    else if (clause !== '' && last !== undefined) last.text += ` ${line.trim()}`;
  }
  return points;
}

test('each point of a clause has four short sentences at most, and its number', () => {
  const points = pointsOf(textOf('docs/protocol.md'));
  expect(points.length).toBeGreaterThan(350);
  const sentencesIn = (text: string) =>
    text
      .replaceAll(/`[^`]*`|\[Why\]\([^)]*\)/g, 'x')
      .split(/[.?!]\)?(?:\s+|$)/)
      .filter((sentence) => sentence.trim() !== '' && sentence.trim() !== 'x');
  expect(points.filter(({ text }) => sentencesIn(text).length > 4)).toEqual([]);
  const long = points.flatMap(({ text }) => sentencesIn(text)).filter((sentence) => sentence.split(/\s+/).length > 42);
  expect(long).toEqual([]);
  const ids = points.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const [gap] = ids.filter((id) => {
    const [clause, point] = id.split('.');
    return point !== undefined && point !== '1' && !ids.includes(`${clause}.${Number(point) - 1}`);
  });
  expect(gap).toBeUndefined();
});

test('each decision has a page of 60 lines at most with its parts, a row, and clauses that link to it', () => {
  const protocol = textOf('docs/protocol.md');
  const clauses = new Set(pointsOf(protocol).map(({ id }) => id));
  const decisions = pages.filter(({ path }) => /^docs\/adr\/\d{3}-/.test(path));
  expect(decisions.length).toBeGreaterThan(20);
  const wrong = decisions.flatMap(({ path, text }) => {
    const cited = [...(/^Clauses: .*/m.exec(text)?.[0] ?? '').matchAll(/\b([A-Z]\d+[a-z]?)\b/g)].map(([, id]) => id ?? '');
    return [
      text.split('\n').length > 61 && 'has more than 60 lines',
      ...['Context', 'Decision', 'Consequences'].map((part) => !text.includes(`\n## ${part}\n`) && `lacks ${part}`),
      !textOf('docs/adr/README.md').includes(`(${basename(path)})`) && 'is not in the index',
      !protocol.includes(`(adr/${basename(path)})`) && 'is not linked from its clause',
      cited.length === 0 && 'names no clause',
      ...cited.map((id) => !clauses.has(id) && `cites ${id}`),
    ].flatMap((word) => (word ? [`${path} ${word}`] : []));
  });
  expect(wrong).toEqual([]);
});

test('no file has a name that docs/glossary.md gave up, and no word is defined twice', () => {
  const page = textOf('docs/glossary.md');
  const given = [...(page.split('## Names that are not used for files')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(
    ([, name]) => name,
  );
  expect(given.length).toBeGreaterThan(30);
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map(String);
  expect(sources.filter((path) => given.includes(basename(path, '.ts')))).toEqual([]);
  const words = [...page.matchAll(/^\| ([a-z][^|]*?) \|/gm)].map(([, word]) => word).filter((word) => word !== 'word');
  expect(words.length).toBeGreaterThan(60);
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});

test('README.md is short, and its orders are real', () => {
  const page = textOf('README.md');
  expect(page.split('\n').length - 1).toBeLessThanOrEqual(120);
  const shown = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
  const boards = shown.map((json) =>
    json.startsWith('{\n') ? json : `{ "version": 1, "orders": [ { "id": "hello", "run": "x" }, ${json} ] }`,
  );
  expect(boards.map((json) => parseOrders(json).faults)).toEqual([[], []]);
});

/** What somebody may paste from a page into a shell: its blocks that name no language or a shell, fenced or indented; of a block with prompts what stands behind them. */
function pastedLines(text: string): string[] {
  const fenced = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)];
  const shells = fenced.filter(([, , language = '']) => ['', 'sh', 'bash', 'zsh', 'shell', 'console'].includes(language));
  const indented = text.replaceAll(/^( *)```\w*\n[\s\S]*?^\1```$/gm, '').matchAll(/(?<=\n\n)(?: {4}\S.*\n)+/g);
  return [...shells.map(([, , , block = '']) => block), ...[...indented].map(([block]) => block)].flatMap((block) => {
    const lines = block.split('\n').map((line) => line.trim());
    const prompted = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
    return prompted.length > 0 ? prompted : lines;
  });
}

/** Those with words that are no part of the command: a comment, or a second column. */
function commentsIn(text: string): string[] {
  return pastedLines(text).filter((line) => {
    const bare = line.replaceAll(/"[^"]*"|'[^']*'/g, 'x');
    return /(?:^|\s)#/.test(bare) || /^(?:coord|npm|git) .*\S {3,}\S/.test(bare);
  });
}

test.each<[what: string, page: string, found: string[]]>([
  ['a comment', '```\ncoord api  # it answers\n```', ['coord api  # it answers']],
  ['a line of its own', '```sh\n# on the first\ncoord api\n```', ['# on the first']],
  ['one in an indented block', 'So:\n\n    coord api off # and on\n\nMore', ['coord api off # and on']],
  ['a second column', 'So:\n\n    coord trust on          here\n', ['coord trust on          here']],
  ['one behind a prompt', '1. a\n\n   ```console\n   $ coord sync #now\n   synced # says it\n   ```\n', ['coord sync #now']],
  ['what is none', '```yaml\na: 1 # a comment\n```\n```\ncoord send 1 "Is # 2 up?"\n```\n# A heading\n', []],
])('a comment that would be pasted along with a command is found: %s', (_, page, found) => {
  expect(commentsIn(page)).toEqual(found);
});

test('no block for a shell has a comment, because zsh takes its words for those of the command', () => {
  expect(pages.flatMap(({ text }) => pastedLines(text)).length).toBeGreaterThan(300);
  const found = pages.flatMap(({ path, text }) => commentsIn(text).map((line) => `${path}: ${line}`));
  expect(found).toEqual([]);
});

/** The words behind each `coord` that a page shows, in blocks and between backticks. */
function commandsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span.replaceAll('\\|', '|'));
  return [...pastedLines(text), ...spans].flatMap((line) =>
    [...line.replaceAll(/"[^"]*"|'[^']*'/g, 'x').matchAll(/(?:^|[|&;(] ?)coord ([^|&;)]*)/g)].map(([, words = '']) =>
      words.trim(),
    ),
  );
}

const help = new Map(
  readFileSync(join(root, 'test/golden/help.txt'), 'utf8')
    .split(/^\$ coord ?/m)
    .map((text) => [text.slice(0, text.indexOf('--help')).trim(), text]),
);

/** What of such words is no command, or no option of it. */
function unknownIn(words: string): string[] {
  const said = (words.replace(/^--(?:fleet|dir) \S+ /, '').split(' -- ')[0] ?? '').split(/\s+/);
  const plain = said.filter((word) => !word.startsWith('-'));
  let place = '';
  while (help.has(`${place} ${plain[0]}`.trim())) place = `${place} ${plain.shift()}`.trim();
  const text = help.get(place) ?? '';
  const [next = ''] = plain;
  const options = said.flatMap((word) => /^--[a-z-]+/.exec(word) ?? []);
  return [
    ...(/^Usage: .*\[command\]$/m.test(text) && /^[a-z]+$/.test(next) ? [next] : []),
    ...options.filter((option) => !new RegExp(`${option}(?![a-z-])`).test(`${text}${help.get('')}`)),
  ];
}

test('each command and option of coord that a page shows is there', () => {
  expect(['run pc -- ls --x', 'order ad x', 'nothing', 'logs x --flow', 'bus take'].map(unknownIn)).toEqual([
    ...[[], ['ad'], ['nothing'], ['--flow'], []],
  ]);
  expect(commandsIn('| `git log \\| coord handoff -` | x |\n\n```\n$ coord sync && coord top\nout\n```\n')).toEqual([
    'sync',
    'top',
    'handoff -',
  ]);
  const shown = pages
    .filter(({ path }) => /^(?:README|CONTRIBUTING|docs\/[^/]+)\.md$/.test(path))
    .flatMap(({ path, text }) => commandsIn(text).map((words) => ({ path, words })));
  expect(shown.length).toBeGreaterThan(900);
  // The name that coord commits under is no command.
  expect(shown.filter(({ words }) => words !== 'on pc' && unknownIn(words).length > 0)).toEqual([]);
});

test('each README of a room, and docs/architecture.md, say which rooms it builds on', () => {
  const folder = join(root, 'src/features');
  const rooms = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const entering = new RegExp(`from '(?:\\.\\./)+(${rooms.join('|')})/`, 'g');
  const builtOn = (room: string): string[] => {
    const sources = readdirSync(join(folder, room), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    const entered = sources.flatMap((path) => [...readFileSync(join(folder, room, path), 'utf8').matchAll(entering)]);
    return [...new Set(entered.map(([, name]) => name ?? ''))].sort();
  };
  const named = (text: string): string[] => rooms.filter((room) => new RegExp(`\\b${room}\\b`).test(text)).sort();
  const lineOf = (path: string, head: string): string =>
    textOf(path)
      .split('\n')
      .find((line) => line.startsWith(head)) ?? '';
  const wrong = rooms.filter((room) => {
    const inReadme = lineOf(`src/features/${room}/README.md`, '- Builds on:').replaceAll(/\([^)]*\)/g, '');
    const inTable = lineOf('docs/architecture.md', `| \`features/${room}/\` |`).split('|').at(-2) ?? '';
    const expected = builtOn(room).join();
    return named(inReadme).join() !== expected || named(inTable).join() !== expected;
  });
  expect(rooms.length).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});
