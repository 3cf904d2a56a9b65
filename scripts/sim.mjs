// `npm run sim -- --seeds N --seed S`: bundles the simulation and runs it. Everything happens in memory; nothing is left behind.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './ensure-installed.mjs';

const USAGE = `npm run sim -- [--seeds <n>] [--seed <n>] [--events <n>]
  --seeds <n>   how many histories (1000)
  --seed <n>    the first of them (1)
  --events <n>  how much of a history is shown when it breaks a rule (30)`;

/** Takes a number of histories; `plugins` may change the program on its way into the bundle. */
export async function bundleSim(outfile, plugins = []) {
  await bundleFor('test/sim/main.ts', outfile, plugins);
}

/** A program of the tests, with what it is made of, as one file for node. */
export async function bundleFor(entry, outfile, plugins = []) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    define: { COORD_VERSION: '"0.0.0-sim"', COORD_BUILD: '"sim"' },
    logLevel: 'warning',
    plugins,
  });
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'an unknown commit';
  }
}

async function main() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        events: { type: 'string', default: '30' },
        help: { type: 'boolean', default: false },
      },
    }));
    for (const name of ['seeds', 'seed', 'events'])
      if (!/^[0-9]{1,9}$/.test(values[name])) throw new Error(`--${name} wants a number, found ${values[name]}`);
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(64);
  }
  if (values.help) return console.log(USAGE);
  ensureInstalled();
  const outfile = join(root, 'node_modules', '.cache', `coord-sim-${process.pid}`, 'main.js');
  try {
    await bundleSim(outfile);
    const { seeds, seed, events } = values;
    const asked = { seeds: Number(seeds), seed: Number(seed), events: Number(events), commit: commit() };
    const run = spawnSync(process.execPath, ['--enable-source-maps', outfile, JSON.stringify(asked)], { stdio: 'inherit' });
    process.exitCode = run.status ?? 1;
  } finally {
    rmSync(join(outfile, '..'), { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith('sim.mjs')) await main();
