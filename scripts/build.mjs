// Makes dist/, or the folder that is named: the program with one chunk a subcommand, and the watchdog as an entry of its own.
// Dependencies stay outside the bundle, so that npm and its auditors see them.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

export async function build(outdir = join(root, 'dist')) {
  const esbuild = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(outdir, { recursive: true, force: true });
  const common = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    define: { COORD_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  };
  await esbuild.build({ ...common, entryPoints: ['src/main.ts'], splitting: true, chunkNames: 'chunks/[name]-[hash]' });
  // One file: an upgrade that replaces the chunks cannot break the start of a run.
  await esbuild.build({ ...common, entryPoints: ['src/runs/watchdog.ts'] });
  chmodSync(join(outdir, 'main.js'), 0o755);
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('build.mjs')) {
  ensureInstalled();
  await build(process.argv[2]);
}
