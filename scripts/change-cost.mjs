// npm run change-cost -- <name…>: what it costs to add one more of a kind (an order field, a command …). Each template in scripts/change-cost/
// is applied to a scratch copy of the project, where the type check and its tests must pass. Counted are the files of src/ that were there
// before and had to be edited; files of its own cost nothing. Exits 1 where a template costs more than it may, or does not hold.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensure-installed.mjs';

/** @typedef {{ name: string, most: number, adds: Record<string, string>, edits: { file: string, find: string, replace: string }[], check: string[] }} Template */

const FOLDER = join(root, 'scripts', 'change-cost');
const LEFT_OUT = new Set(['node_modules', '.git', 'dist']);

/** @returns {Promise<Template[]>} What each module of the folder exports, by its file name. */
export function templates() {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.mjs'));
  return Promise.all(files.sort().map((file) => import(pathToFileURL(join(FOLDER, file)).href)));
}

/** Files of src/ that the template has to edit. */
export function costOf({ edits }) {
  return [...new Set(edits.map(({ file }) => file))].filter((file) => file.startsWith('src/')).sort();
}

/** Writes what the template adds and edits below `folder`. Throws where a text is not found exactly once, or a file is there already. */
export function apply({ adds, edits }, folder) {
  for (const [path, text] of Object.entries(adds)) {
    if (existsSync(join(folder, path))) throw new Error(`adds ${path}, which is there already`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const { file, find, replace } of edits) {
    const text = readFileSync(join(folder, file), 'utf8');
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`edits ${file}: expected once, found ${times} times: ${find}`);
    writeFileSync(
      join(folder, file),
      text.replace(find, () => replace),
    );
  }
}

/** What keeps the changed project from passing; null = it passes. */
function trouble(template) {
  const scratch = mkdtempSync(join(tmpdir(), 'coord-change-cost-'));
  try {
    for (const name of readdirSync(root))
      if (!LEFT_OUT.has(name)) cpSync(join(root, name), join(scratch, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
    apply(template, scratch);
    const bin = (name) => join(root, 'node_modules', '.bin', name);
    const run = (command, args) => spawnSync(command, args, { cwd: scratch, encoding: 'utf8', env: { ...process.env, CI: '' } });
    const types = run(bin('tsc'), ['-p', '.', '--pretty', 'false', '--incremental', 'false']);
    if (types.status !== 0) return types.stdout;
    // -u: texts that are made from the source (test/golden, docs/cli.md) are made anew.
    const tests = run(bin('vitest'), ['run', '--update', 'test/tidy.test.ts', ...template.check]);
    return tests.status === 0 ? null : `${tests.stdout}\n${tests.stderr}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main(asked) {
  ensureInstalled();
  const all = await templates();
  const strange = asked.find((name) => !all.some((template) => template.name === name));
  if (strange !== undefined) {
    console.error(`change-cost: no template ${strange}: expected ${all.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const rows = all
    .filter(({ name }) => asked.length === 0 || asked.includes(name))
    .map((template) => ({ ...template, cost: costOf(template), trouble: trouble(template) }));
  console.log('one more        edits  may  adds  holds');
  for (const { name, most, cost, adds, trouble } of rows) {
    const cells = [cost.length, most, Object.keys(adds).length].map((count) => String(count).padStart(4));
    console.log(`${name.padEnd(15)} ${cells.join('  ')}  ${trouble === null ? 'yes' : 'no'}`);
    for (const file of cost) console.log(`  ${file}`);
  }
  for (const { name, trouble } of rows) if (trouble !== null) console.error(`\n${name} does not hold:\n${trouble}`);
  return rows.every(({ cost, most, trouble }) => cost.length <= most && trouble === null) ? 0 : 1;
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('change-cost.mjs'))
  process.exitCode = await main(process.argv.slice(2));
