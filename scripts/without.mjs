// npm run without -- <feature…> [--tests]: what would not compile if a room of src/features were left out, with the rooms that build on it, and
// with their lines in the lists of features (src/features/*.ts) and in that of the commands (src/cli/commands.ts). In a scratch copy of src;
// without words, each room in turn; `all` is all at once. With --tests, the tests of the kernel's decisions and cycle that import nothing of
// those rooms run there too. Exits 0 where everything compiles and passes.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

/** Tests of the kernel in which a room takes part, though they import nothing of it. */
const TAKES_PART = {
  agents: ['agent-specs', 'board-edits', 'decide', 'questions', 'spending'],
  wake: ['derive-status'],
};

ensureInstalled();
const rooms = readdirSync(join(root, 'src', 'features'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const asked = process.argv.slice(2).filter((word) => word !== '--tests');
const withTests = process.argv.includes('--tests');
const strange = asked.find((name) => name !== 'all' && !rooms.includes(name));
if (strange !== undefined) {
  console.error(`without: no room ${strange}: expected all, ${rooms.join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const name of asked.length === 0 ? rooms : asked) {
  const gone = name === 'all' ? rooms : withThoseOn([name]);
  const { files, tests } = leftOut(gone);
  failed += Math.min(1, files.length + (tests?.failed.length ?? 0));
  const others = gone.length === 1 || name === 'all' ? '' : ` (and without ${gone.slice(1).join(', ')}, which build on it)`;
  console.log(`${name}: ${files.length === 0 ? 'everything compiles without it' : `${files.length} files need it`}${others}`);
  for (const file of files) console.log(`  ${file}`);
  if (tests === null) continue;
  console.log(`  ${tests.passed} tests of the kernel pass without it${tests.failed.length === 0 ? '' : ', and these fail:'}`);
  for (const title of tests.failed) console.log(`    ${title}`);
}
process.exit(failed === 0 ? 0 : 1);

/** Rooms, and those that import one of them. */
function withThoseOn(names) {
  const enters = new RegExp(`'(?:\\.\\./)+(?:${names.join('|')})/`);
  const sourcesOf = (room) =>
    readdirSync(join(root, 'src', 'features', room), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
  const builds = (room) =>
    sourcesOf(room).some((file) => enters.test(readFileSync(join(root, 'src', 'features', room, file), 'utf8')));
  const more = rooms.filter((room) => !names.includes(room) && builds(room));
  return more.length === 0 ? names : withThoseOn([...names, ...more]);
}

/** `files`: those of src with an error once these rooms are gone: where one imports them, those that do. `tests`: null = they were not run. */
function leftOut(gone) {
  const scratch = mkdtempSync(join(tmpdir(), 'coord-without-'));
  try {
    cpSync(join(root, 'src'), join(scratch, 'src'), { recursive: true });
    for (const file of ['tsconfig.json', 'package.json']) cpSync(join(root, file), join(scratch, file));
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
    const features = join(scratch, 'src', 'features');
    for (const name of gone) rmSync(join(features, name), { recursive: true });
    const lists = readdirSync(features).filter((file) => file.endsWith('.ts'));
    for (const list of [...lists.map((file) => join(features, file)), join(scratch, 'src', 'cli', 'commands.ts')])
      writeFileSync(list, gone.reduce(withoutRoom, readFileSync(list, 'utf8')));
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { stdout } = spawnSync(tsc, ['-p', scratch, '--pretty', 'false', '--incremental', 'false'], {
      cwd: scratch,
      encoding: 'utf8',
    });
    const errors = [...stdout.matchAll(/^(src\/[^(]+)\(\d+,\d+\): error (TS\d+)/gm)];
    const missing = errors.filter(([, , code]) => code === 'TS2307');
    const files = [...new Set((missing.length > 0 ? missing : errors).map(([, path]) => path))].sort();
    return { files, tests: withTests && files.length === 0 ? kernelTests(scratch, gone) : null };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The tests of the core and of the cycle that import nothing of the rooms, run in the copy. */
function kernelTests(scratch, gone) {
  cpSync(join(root, 'test'), join(scratch, 'test'), { recursive: true });
  cpSync(join(root, 'vitest.config.ts'), join(scratch, 'vitest.config.ts'));
  const enters = new RegExp(`/src/features/(?:${gone.join('|')})/`);
  const others = new Set(gone.flatMap((name) => TAKES_PART[name] ?? []).map((name) => `${name}.test.ts`));
  const chosen = ['core', 'machine']
    .flatMap((folder) => readdirSync(join(scratch, 'test', folder)).map((name) => join(scratch, 'test', folder, name)))
    .filter((path) => path.endsWith('.test.ts') && !others.has(basename(path)))
    .filter((path) => ![...importedBy(path)].some((it) => enters.test(it)))
    .map((path) => relative(scratch, path));
  const report = join(scratch, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...chosen], { cwd: scratch });
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const titles = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
    const whole = status === 'failed' && titles.length === 0 ? [message] : [];
    return [...titles, ...whole].map((title) => `${relative(scratch, name)}: ${title}`);
  });
  return { passed: numPassedTests, failed };
}

/** Every file that one imports, directly or not; also one that is gone. */
function importedBy(path, found = new Set()) {
  if (found.has(path) || !path.endsWith('.ts')) return found;
  found.add(path);
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return found;
  }
  for (const [, target] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g)) importedBy(join(dirname(path), target), found);
  return found;
}

/** A list without a feature: its imports, and the entries that are of them or load it, a line each or within brackets. */
function withoutRoom(text, name) {
  const imported = new RegExp(`^import \\{ (.*) \\} from '\\.{1,2}(?:/features)?/${name}/.*';\\n`, 'gm');
  const names = [...text.matchAll(imported)].flatMap(([, words]) => words.split(', '));
  const entries = names.map(
    (it) => new RegExp(`^  (?:\\w+: |\\.{3}|.*=> )?${it}\\b.*,\\n|(?<=[[ ])(?:\\.{3})?${it}(?:, |(?=\\]))`, 'gm'),
  );
  const loaded = new RegExp(`^  \\w+: .*import\\('\\./${name}/.*\\n`, 'gm');
  return entries.reduce((rest, entry) => rest.replace(entry, ''), text.replace(imported, '').replace(loaded, ''));
}
