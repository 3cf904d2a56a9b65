// Makes the browser page in `page/` of the build: its script and its style named after their content, and the document that names them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './ensure-installed.mjs';

const SOURCE = join(root, 'src', 'features', 'page', 'browser');
/** As they are. */
const COPIED = ['icon.svg', 'app.webmanifest'];

/** Returns the names of the files that something was taken from. */
export async function buildPage(esbuild, outdir) {
  const target = join(outdir, 'page');
  mkdirSync(target, { recursive: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    outdir: target,
    entryPoints: ['main.tsx', 'style.css'].map((name) => join(SOURCE, name)),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const outputOf = (source) => basename(Object.entries(metafile.outputs).find(([, it]) => it.entryPoint?.endsWith(source))[0]);
  const page = readFileSync(join(SOURCE, 'index.html'), 'utf8')
    .replace('{{script}}', outputOf('main.tsx'))
    .replace('{{style}}', outputOf('style.css'));
  writeFileSync(join(target, 'index.html'), page);
  for (const name of COPIED) copyFileSync(join(SOURCE, name), join(target, name));
  return Object.keys(metafile.inputs);
}
