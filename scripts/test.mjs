// `npm test`: installs what is missing, builds, runs the tests, names those that were skipped, a line a file, and closes with the line
// `N passed, N failed`. Files named `*.long.test.ts` take minutes of processor time together: `--long` plays them alone, `--all` every one.
// Other arguments are handed to vitest, which then plays whatever they name: npm test -- test/core
// Where there is a disk in memory, tests work there, unless TMPDIR names another place.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { memoryScratch } from './memory-scratch.mjs';

const words = process.argv.slice(2);
const named = words.filter((word) => word !== '--long' && word !== '--all');
const isFastAlone = words.length === 0;
const chosen = words.includes('--long') ? ['.long.test.ts'] : [];

ensureInstalled();
await build();

const scratch = mkdtempSync(join(tmpdir(), 'coord-test-report-'));
const reportPath = join(scratch, 'report.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
/** Built by the first test that starts it, and never that of another run. */
const program = join(root, 'node_modules', '.cache', `coord-e2e-${process.pid}-${Date.now()}`);
const memory = process.env.TMPDIR === undefined ? memoryScratch() : null;
// A list of certificates that this computer has beside node's own is read at each start of node: half of what a short command takes.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
if (isFastAlone) env.COORD_TESTS_WITHOUT = '.long.test.ts';
const status = await ended(
  spawn(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`, ...chosen, ...named],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...env, COORD_E2E_PROGRAM: program, ...(memory === null ? {} : { TMPDIR: memory }) },
    },
  ),
);
rmSync(program, { recursive: true, force: true });
if (memory !== null) rmSync(memory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

let report;
try {
  report = JSON.parse(readFileSync(reportPath, 'utf8'));
} catch {
  console.error('the tests ended without a report');
  process.exit(status || 1);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const tests = report.testResults.flatMap((file) => file.assertionResults);
/** Their process died before they came to an end. */
const lost = tests.filter((one) => one.status === 'pending').length;
/** What is before, around or after the tests of a file. */
const failedFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
).length;
// Whatever else went wrong, such as an error that no test waited for, the run failed.
const failed = Math.max(report.numFailedTests + failedFiles + lost, status === 0 ? 0 : 1);
for (const { name, assertionResults } of report.testResults) {
  const skipped = assertionResults.filter(({ status }) => status === 'skipped' || status === 'todo');
  const [first] = skipped;
  if (first === undefined) continue;
  const more = skipped.length === 1 ? '' : ` and ${skipped.length - 1} more`;
  console.log(`skipped: ${relative(root, name)}: ${first.fullName}${more}`);
}
if (isFastAlone) console.log('not played: the long ones; npm run test:long');
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exit(status !== 0 || failed > 0 || report.numPassedTests === 0 ? 1 : 0);

/** Its exit code; null = ended by a signal. Whoever ends this, ends the tests: they are waited for, so that nothing is left behind. */
function ended(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('error', () => resolve(1)).on('close', (code) => resolve(code)));
}
