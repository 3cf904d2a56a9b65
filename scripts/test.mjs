// `npm test`: installs what is missing, builds, runs every test, and closes with the line `N passed, N failed`.
// Arguments are handed to vitest: npm test -- test/core
// Where there is a disk in memory, tests work there, unless TMPDIR names another place.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { memoryScratch } from './memory-scratch.mjs';

ensureInstalled();
await build();

const scratch = mkdtempSync(join(tmpdir(), 'coord-test-report-'));
const reportPath = join(scratch, 'report.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const memory = process.env.TMPDIR === undefined ? memoryScratch() : null;
const status = await ended(
  spawn(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`, ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: memory === null ? process.env : { ...process.env, TMPDIR: memory },
    },
  ),
);
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
const failedFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
const failed = report.numFailedTests + failedFiles;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(status !== 0 || failed > 0 || report.numPassedTests === 0 ? 1 : 0);

/** Its exit code; null = ended by a signal. Whoever ends this, ends the tests: they are waited for, so that nothing is left behind. */
function ended(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('error', () => resolve(1)).on('close', (code) => resolve(code)));
}
