// `npm run demo`: installs what is missing, builds, and plays the main job on this one computer; with --agents, examples/three-machines.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

ensureInstalled();
await build();
const main = join(root, 'dist', 'main.js');
const words = process.argv.slice(2).filter((word) => word !== '--agents');
const play = process.argv.includes('--agents') ? [join(root, 'examples', 'three-machines', 'play.mjs'), main] : [main, 'demo'];
const run = spawnSync(process.execPath, [...play, ...words], { stdio: 'inherit' });
process.exit(run.status ?? 1);
