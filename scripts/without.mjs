// npm run without -- <feature…>: what would not compile if a room of src/features were left out, with its lines in the lists of features
// (src/features/*.ts) and in that of the commands (src/cli/commands.ts). In a scratch copy of src; without words, each room in turn. Exits 0 where everything compiles.
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
const strange = asked.find((name) => !rooms.includes(name));
if (strange !== undefined) {
  console.error(`without: no room ${strange}: expected ${rooms.join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const name of asked.length === 0 ? rooms : asked) {
  const files = filesThatBreak(name);
  failed += Math.min(1, files.length);
  console.log(`${name}: ${files.length === 0 ? 'everything compiles without it' : `${files.length} files need it`}`);
  for (const file of files) console.log(`  ${file}`);
}
process.exit(failed === 0 ? 0 : 1);

/** Files of src with an error once the room is gone. */
function filesThatBreak(name) {
  const scratch = mkdtempSync(join(tmpdir(), 'coord-without-'));
  try {
    cpSync(join(root, 'src'), join(scratch, 'src'), { recursive: true });
    for (const file of ['tsconfig.json', 'package.json']) cpSync(join(root, file), join(scratch, file));
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
    rmSync(join(scratch, 'src', 'features', name), { recursive: true });
    const lists = readdirSync(join(scratch, 'src', 'features')).filter((file) => file.endsWith('.ts'));
    for (const list of [
      ...lists.map((file) => join(scratch, 'src', 'features', file)),
      join(scratch, 'src', 'cli', 'commands.ts'),
    ])
      writeFileSync(list, withoutRoom(readFileSync(list, 'utf8'), name));
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { stdout } = spawnSync(tsc, ['-p', scratch, '--pretty', 'false', '--incremental', 'false'], {
      cwd: scratch,
      encoding: 'utf8',
    });
    const found = [...stdout.matchAll(/^(src\/[^(]+)\(\d+,\d+\): error TS2307/gm)].map(([, path]) => path);
    if (found.length === 0 && /error TS/.test(stdout)) throw new Error(stdout);
    return [...new Set(found)].sort();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A list of features without one: its imports, and the entries that are of them, a line each or within brackets. */
function withoutRoom(text, name) {
  const imported = new RegExp(`^import \\{ (.*) \\} from '\\.{1,2}(?:/features)?/${name}/.*';\\n`, 'gm');
  const names = [...text.matchAll(imported)].flatMap(([, words]) => words.split(', '));
  const entries = names.map(
    (it) => new RegExp(`^  (?:\\w+: |\\.{3}|.*=> )?${it}\\b.*,\\n|(?<=[[ ])(?:\\.{3})?${it}(?:, |(?=\\]))`, 'gm'),
  );
  return entries.reduce((rest, entry) => rest.replace(entry, ''), text.replace(imported, ''));
}
