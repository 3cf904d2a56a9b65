// Guarantees that node_modules holds exactly what package-lock.json names, before anything that needs it runs.
// Uses nothing but Node: it is the first thing a fresh clone executes. Does not touch an up-to-date install.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the project folder and ends this process with its exit code if it failed. */
export function mustRun(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
  if (result.error) {
    console.error(`${command} could not be started: ${result.error.message}`);
    process.exit(70);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs the locked dependencies if they are missing or differ from the lock file. */
export function ensureInstalled() {
  const stampPath = join(root, 'node_modules', '.coord-lock-hash');
  const lockHash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === lockHash) return;
  console.log('installing dependencies: npm ci --include=dev');
  mustRun('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stampPath, lockHash);
}
