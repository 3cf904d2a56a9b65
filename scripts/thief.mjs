// `npm run thief -- --pushes N --seed S`: somebody with the push token of a signed fleet of three, who tries N random pushes (test/features/trust/thief),
// in memory. Fails where something starts that nobody signed, or where work is not done two heartbeats after he ends.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { bundleFor } from './sim.mjs';

ensureInstalled();
const { values } = parseArgs({
  options: {
    pushes: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    events: { type: 'string', default: '20' },
  },
});
const outfile = join(root, 'node_modules', '.cache', `coord-thief-${process.pid}`, 'main.js');
try {
  await bundleFor('test/features/trust/thief/main.ts', outfile);
  const asked = JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])));
  const run = spawnSync(process.execPath, ['--enable-source-maps', outfile, asked], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(join(outfile, '..'), { recursive: true, force: true });
}
