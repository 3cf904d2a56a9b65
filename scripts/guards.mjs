// `npm run guards`: switches off one rule after the other (scripts/guard-table.mjs) and lets the simulation show that it is missed, or the tests
// that its row names, where the simulation does not have that part of the program or nobody there can miss it.
// Ends with 1 when a rule is missed by nothing, or when its text is not found exactly once.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { apply } from './change-cost.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { GUARDS, NOT_SWITCHED } from './guard-table.mjs';
import { bundleSim } from './sim.mjs';

const USAGE = `npm run guards -- [--only <text>] [--seeds <n>]
  --only <text>  rules whose name holds this text
  --seeds <n>    how many histories a rule may need at most (2000)`;

const FINE = 'all schedules pass';
const { only, seeds } = optionsOf();
ensureInstalled();
const folder = join(root, 'node_modules', '.cache', `coord-guards-${process.pid}`);
const missed = [];
/** Files of tests that pass as they are: asked once, however many rules they guard. */
const passing = new Set();
try {
  const asItIs = await outcomeOf(null);
  console.log(`${'as it is'.padEnd(44)} ${asItIs}`);
  if (asItIs !== FINE) throw new Error('the simulation fails as it is: no guard can be judged');
  for (const guard of GUARDS.filter(({ rule }) => rule.includes(only))) {
    const outcome = await outcomeOf(guard);
    if (!outcome.startsWith('caught')) missed.push(guard.rule);
    console.log(`${`${guard.rule}${guard.marked ? ' ‡' : ''}`.padEnd(44)} ${outcome}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (only === '') for (const { rule, why } of NOT_SWITCHED) console.log(`${`${rule} ‡`.padEnd(44)} not switched off: ${why}`);
console.log(missed.length === 0 ? 'every rule is missed when it is left out' : `NOT CAUGHT: ${missed.join('; ')}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function optionsOf() {
  try {
    const options = { only: { type: 'string', default: '' }, seeds: { type: 'string', default: '2000' } };
    const { values } = parseArgs({ options });
    if (!/^[0-9]{1,9}$/.test(values.seeds)) throw new Error(`--seeds wants a number, found ${values.seeds}`);
    return { only: values.only, seeds: Number(values.seeds) };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(64);
  }
}

/** In a word: `caught by …`. Without a guard: whether the schedules pass. */
async function outcomeOf(guard) {
  const changes = guard === null ? [] : [guard, ...(guard.also ?? [])];
  for (const { file, find } of changes) {
    const times = readFileSync(join(root, file), 'utf8').split(find).length - 1;
    if (times !== 1) return `NOT SWITCHED OFF: its text stands ${times} times in ${file}`;
  }
  if (guard?.tests !== undefined) return outcomeOfTests(guard.tests, changes);
  const outfile = join(folder, 'main.js');
  await bundleSim(outfile, [switchedOff(changes)]);
  const asked = {
    seeds: guard === null ? 0 : seeds,
    seed: 1,
    commit: '',
    events: 0,
    first: true,
    schedules: true,
  };
  const run = spawnSync(process.execPath, [outfile, JSON.stringify(asked)], { encoding: 'utf8', maxBuffer: 1e9 });
  const violated = /VIOLATED ([^\n]*)/.exec(run.stdout)?.[1]?.slice(0, 110);
  const where = /^(seed [0-9]+|schedule [a-z-]+) at/m.exec(run.stdout)?.[1];
  const untold = /^UNTOLD (.*)/m.exec(run.stdout)?.[1];
  if (guard === null) return run.status === 0 ? FINE : `FAILS: ${violated ?? untold ?? run.stderr}`;
  return where === undefined ? `NOT CAUGHT ${run.stderr.slice(-500)}` : `caught by ${where}: ${violated}`;
}

/** `tests`: a file of them, which passes as it is. */
function outcomeOfTests(tests, changes) {
  const scratch = join(folder, 'scratch');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  for (const name of ['src', 'test', 'templates', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(scratch, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
  const failed = () => {
    const vitest = join(root, 'node_modules', '.bin', 'vitest');
    const { stdout } = spawnSync(vitest, ['run', '--reporter=json', tests], { cwd: scratch, encoding: 'utf8', maxBuffer: 1e9 });
    const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"numTotal')));
    return testResults.flatMap(({ assertionResults: all }) => all.filter(({ status }) => status === 'failed'));
  };
  if (!passing.has(tests)) {
    const [asItIs] = failed();
    if (asItIs !== undefined) return `FAILS as it is: ${asItIs.title}`;
    passing.add(tests);
  }
  apply({ adds: {}, edits: changes }, scratch);
  const [first] = failed();
  return first === undefined ? `NOT CAUGHT by ${tests}` : `caught by ${tests}: ${first.title.slice(0, 70)}`;
}

function switchedOff(changes) {
  return {
    name: 'switched-off',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const mine = changes.filter(({ file }) => path.replaceAll('\\', '/').endsWith(`/${file}`));
        if (mine.length === 0) return undefined;
        const before = readFileSync(path, 'utf8');
        return { contents: mine.reduce((text, { find, replace }) => text.replace(find, () => replace), before), loader: 'ts' };
      });
    },
  };
}
