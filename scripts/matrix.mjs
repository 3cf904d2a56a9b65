// `npm run matrix`: plays the demo and the fast tests on each version of Node that coord is for, and closes with a line a version.
// Node comes from npm's package `node`, into node_modules/.cache. Versions and test paths may be named: npm run matrix -- 22 test/core
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ensureInstalled, mustRun, root } from './ensure-installed.mjs';

const MAJORS = ['20', '22', '24'];
/** These start the built program, or take minutes; `npm test` plays them. */
const SLOW = ['e2e', 'sim'];

const isMajor = (word) => /^\d+$/.test(word);
const words = process.argv.slice(2);
const majors = words.some(isMajor) ? words.filter(isMajor) : MAJORS;
const named = words.filter((word) => !isMajor(word));
const fast = readdirSync(join(root, 'test')).filter((name) => !SLOW.includes(name) && name !== 'golden');
const paths = named.length > 0 ? named : fast.map((name) => `test/${name}`);

ensureInstalled();
const lines = [];
let isWell = true;
for (const major of majors) {
  const node = nodeOf(major);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\nmatrix: Node ${version}`);
  const demo = await played(node, ['scripts/demo.mjs']);
  const tests = await played(node, ['scripts/test.mjs', ...paths]);
  isWell &&= demo.code === 0 && tests.code === 0;
  lines.push(`Node ${version}: the demo ${demo.code === 0 ? 'passed' : 'failed'}; tests: ${tests.lastLine}`);
}
console.log(`\n${lines.join('\n')}`);
process.exit(isWell ? 0 : 1);

/** The newest of that major version; npm leaves one that is there alone if it still is. */
function nodeOf(major) {
  const folder = join(root, 'node_modules', '.cache', 'matrix', major);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  mustRun('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${major}`], { cwd: folder });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}

/** With that Node also for whatever is found by its name. Shows what it says. */
function played(node, args) {
  const env = { ...process.env, COORD_TESTS_WITHOUT: '.long.test.ts', PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let end = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    end = `${end}${text}`.slice(-2_000);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, lastLine: error.message }));
    child.on('close', (code) => resolve({ code, lastLine: end.trimEnd().split('\n').at(-1) }));
  });
}
