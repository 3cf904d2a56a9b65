// Ink, React and what they need, in one file of their own that `coord top` alone loads.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

const BUNDLE = 'ink.js';
const INPUTS = 'inputs.json';

/** Made once for each state of what goes in: tests build the program many times. Returns the files that went in. */
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
  copyFileSync(join(cache, BUNDLE), join(common.outdir, BUNDLE));
  return JSON.parse(readFileSync(join(cache, INPUTS), 'utf8'));
}

async function makeBundle(esbuild, common) {
  const { metafile } = await esbuild.build({
    ...common,
    entryPoints: [{ in: 'src/cli/top/ink.ts', out: 'ink' }],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [noDevtools, alwaysDraws],
    minify: true,
    // They stand in LICENSES.txt.
    legalComments: 'none',
  });
  writeFileSync(join(common.outdir, INPUTS), JSON.stringify(Object.keys(metafile.inputs)));
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
