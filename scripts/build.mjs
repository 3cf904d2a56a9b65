// Makes dist/, or the folder that is named: the program with one chunk a subcommand, and as entries of their own the
// quick commands, the watchdog and the screen of `coord top`.
// Dependencies stay outside the bundle, so that npm and its auditors see them. Two go in, and stay among the dependencies all the
// same: of zod every start would load 95 files, half of them words of languages that nothing here speaks, and of node-cron, which
// reads a line here, all that runs its jobs.
import { chmodSync, copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleInk } from './bundle-ink.mjs';
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
  const chunks = {
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [
      leaveOut('./quick.ts', './quick.js'),
      leaveOut('../top/screen.ts', '../top.js'),
      leaveOut('zod', '../zod.js'),
      takeIn('node-cron'),
    ],
  };
  await esbuild.build({ ...common, entryPoints: ['src/main.ts'], ...chunks });
  // One file: each further one costs a start about a millisecond.
  await esbuild.build({ ...common, entryPoints: ['src/quick.ts'] });
  // One file: an upgrade that replaces the chunks cannot break the start of a run.
  await esbuild.build({ ...common, entryPoints: ['src/runs/watchdog.ts'] });
  // One file: as chunks it would share some with all other commands, which would have more files to load.
  const besides = [leaveOut('./ink.ts', './ink.js'), leaveOut('zod', './zod.js'), takeIn('node-cron')];
  const topEntry = { in: 'src/cli/top/screen.ts', out: 'top' };
  await esbuild.build({ ...common, entryPoints: [topEntry], plugins: besides });
  await bundleZod(esbuild, common);
  await bundleInk(esbuild, common);
  for (const license of ['zod/LICENSE', 'node-cron/LICENSE.md']) {
    copyFileSync(join(root, 'node_modules', license), join(outdir, license.replace('/', '.')));
  }
  chmodSync(join(outdir, 'main.js'), 0o755);
}

/** What is imported as `name` is found in an entry of its own, at `path` from whoever asks for it. */
function leaveOut(name, path) {
  return {
    name: `leave out ${name}`,
    setup({ onResolve }) {
      const filter = new RegExp(`^${name.replaceAll('.', '\\.')}$`);
      onResolve({ filter }, () => ({ path, external: true }));
    },
  };
}

/** Of this package, what is used becomes part of the program. */
function takeIn(name) {
  return {
    name: `take in ${name}`,
    setup({ onResolve }) {
      const path = fileURLToPath(import.meta.resolve(name));
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path, sideEffects: false }));
    },
  };
}

/** Zod in one file of its own, without the languages of its messages: faults are said in words of ours. */
async function bundleZod(esbuild, common) {
  const noLanguages = {
    name: 'no languages',
    setup: ({ onLoad }) => onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: '' })),
  };
  const entryPoints = [{ in: fileURLToPath(import.meta.resolve('zod')), out: 'zod' }];
  await esbuild.build({ ...common, entryPoints, minify: true, sourcemap: false, plugins: [noLanguages] });
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('build.mjs')) {
  ensureInstalled();
  await build(process.argv[2]);
}
