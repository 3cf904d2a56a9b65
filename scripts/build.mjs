// Makes dist/, or the folder that is named: the program with one chunk a subcommand, and as entries of their own the
// quick commands and the watchdog.
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
  const chunks = { splitting: true, chunkNames: 'chunks/[name]-[hash]', plugins: [leaveOut('quick')] };
  await esbuild.build({ ...common, entryPoints: ['src/main.ts'], ...chunks });
  // One file: each further one costs a start about a millisecond.
  await esbuild.build({ ...common, entryPoints: ['src/quick.ts'] });
  // One file: an upgrade that replaces the chunks cannot break the start of a run.
  await esbuild.build({ ...common, entryPoints: ['src/runs/watchdog.ts'] });
  chmodSync(join(outdir, 'main.js'), 0o755);
}

/** What is imported from src/<name>.ts is found in <name>.js, an entry of its own. */
function leaveOut(name) {
  return {
    name: `leave out ${name}`,
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^\\./${name}\\.ts$`) }, () => ({ path: `./${name}.js`, external: true }));
    },
  };
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('build.mjs')) {
  ensureInstalled();
  await build(process.argv[2]);
}
