// Ink, React and what they need, in one file of their own that `coord top` alone loads, with the licences of all that went in. They are
// no dependencies: a fleet's computers install none of them.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

const BUNDLE = 'ink.js';
const LICENSES = 'ink.LICENSES.txt';
const PACKAGE = /^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

/** Made once for each state of what goes in: tests build the program many times. */
export async function bundleInk(esbuild, common) {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'src/cli/top/ink.ts', 'scripts/bundle-ink.mjs'])
    hash.update(readFileSync(join(root, path)));
  const cache = join(root, 'node_modules', '.cache', `ink-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(cache)) {
    const own = `${cache}.${process.pid}`;
    await makeBundle(esbuild, { ...common, outdir: own });
    try {
      renameSync(own, cache);
    } catch {
      // Another build was quicker.
      rmSync(own, { recursive: true, force: true });
    }
  }
  for (const name of [BUNDLE, LICENSES]) copyFileSync(join(cache, name), join(common.outdir, name));
}

async function makeBundle(esbuild, common) {
  const { metafile } = await esbuild.build({
    ...common,
    packages: 'bundle',
    entryPoints: [{ in: 'src/cli/top/ink.ts', out: 'ink' }],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    // Some of it is CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [noDevtools, alwaysDraws],
    minify: true,
    // They stand in the file beside it.
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
  });
  const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  writeFileSync(join(common.outdir, LICENSES), [...packages].sort().map(licenseOf).join('\n'));
}

/** A debugger for those who work on the library; it would open a connection. */
const noDevtools = {
  name: 'no devtools',
  setup: ({ onLoad }) => onLoad({ filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: '' })),
};

/** Ink draws nothing where CI is set; here somebody sits at a terminal, that was looked at before. */
const alwaysDraws = {
  name: 'always draws',
  setup: ({ onLoad }) => onLoad({ filter: /[\\/]is-in-ci[\\/]index\.js$/ }, () => ({ contents: 'export default false;' })),
};

function licenseOf(path) {
  const folder = join(root, path);
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined && license !== 'MIT') throw new Error(`${name}: no file of its licence, and it is not MIT: ${license}`);
  const text = file === undefined ? mit(author?.name ?? author) : readFileSync(join(folder, file), 'utf8').trim();
  return `${'='.repeat(78)}\n${name} ${version} · ${license}\n${'='.repeat(78)}\n\n${text}\n`;
}

/** For a package that says MIT and ships no text of it. */
function mit(author) {
  const own = readFileSync(join(root, 'node_modules', 'ink', 'license'), 'utf8').trim();
  return own.replace(/(^Copyright.*\n)+/m, `Copyright (c) ${author}\n`);
}
