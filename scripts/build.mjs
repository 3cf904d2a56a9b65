// Makes dist/, or the folder that is named: the program with one chunk a subcommand, and as entries of their own the quick commands
// and the watchdog. Every package is taken in, of the version in the lock file: what was tested is what runs, an install brings
// nothing else along, and a start reads some 50 files instead of 250.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

/** Packages in the old format ask for node's own modules by `require`, which a module does not have. */
const REQUIRE = "import { createRequire as coordRequire } from 'node:module';\nconst require = coordRequire(import.meta.url);";

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
    mainFields: ['module', 'main'],
    define: { COORD_VERSION: JSON.stringify(version) },
    plugins: [noEngines],
    metafile: true,
    logLevel: 'warning',
  };
  const chunks = { splitting: true, chunkNames: 'chunks/[name]-[hash]', banner: { js: REQUIRE } };
  const made = [
    await esbuild.build({ ...common, ...chunks, entryPoints: ['src/main.ts'], plugins: [noEngines, leaveOutQuick] }),
    // One file: each further one costs a start about a millisecond.
    await esbuild.build({ ...common, entryPoints: ['src/quick.ts'] }),
    // One file: an upgrade that replaces the chunks cannot break the start of a run.
    await esbuild.build({ ...common, entryPoints: ['src/runs/watchdog.ts'] }),
  ];
  // Wherever it lies: without this, node reads each file twice to find out what it is.
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(outdir, 'LICENSES.txt'), licensesOf(made.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  chmodSync(join(outdir, 'main.js'), 0o755);
}

/** The quick commands are an entry of their own. */
const leaveOutQuick = {
  name: 'leave out quick',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/quick\.ts$/ }, () => ({ path: './quick.js', external: true })),
};

/** Front matter is read by an engine of ours. Those that gray-matter brings, one of which runs code, are not even there. */
const noEngines = {
  name: 'no engines',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]gray-matter[\\/]lib[\\/]engines\.js$/ }, () => ({ contents: 'module.exports = {};' })),
};

/** Of every package that something was taken from: its name, its version, and the licence as it came. */
function licensesOf(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? `Its licence: ${license}` : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return `Packages that are part of this program, each with its licence.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('build.mjs')) {
  ensureInstalled();
  await build(process.argv[2]);
}
