// npm run without -- <feature…>: what would not compile if a room of src/features were left out, with the rooms that build on it, and with
// their lines in the lists of features (src/features/*.ts) and in that of the commands (src/cli/commands.ts). In a scratch copy of src;
// without words, each room in turn; `all` is all at once. Exits 0 where everything compiles.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

ensureInstalled();
const rooms = readdirSync(join(root, 'src', 'features'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const asked = process.argv.slice(2);
const strange = asked.find((name) => name !== 'all' && !rooms.includes(name));
if (strange !== undefined) {
  console.error(`without: no room ${strange}: expected all, ${rooms.join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const name of asked.length === 0 ? rooms : asked) {
  const gone = name === 'all' ? rooms : withThoseOn([name]);
  const files = filesThatBreak(gone);
  failed += Math.min(1, files.length);
  const others = gone.length === 1 || name === 'all' ? '' : ` (and without ${gone.slice(1).join(', ')}, which build on it)`;
  console.log(`${name}: ${files.length === 0 ? 'everything compiles without it' : `${files.length} files need it`}${others}`);
  for (const file of files) console.log(`  ${file}`);
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

/** Files of src with an error once these rooms are gone: where one imports them, those that do. */
function filesThatBreak(gone) {
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
    return [...new Set((missing.length > 0 ? missing : errors).map(([, path]) => path))].sort();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
