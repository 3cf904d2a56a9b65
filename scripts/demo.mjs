// `npm run demo`: installs what is missing, builds, and plays the main job on this one computer.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

ensureInstalled();
await build();
const run = spawnSync(process.execPath, [join(root, 'dist', 'main.js'), 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
