// The checks that read the code without running it: types, lint and format, dead code. `npm run check` runs the tests after them.
import { join } from 'node:path';
import { ensureInstalled, mustRun, root } from './ensure-installed.mjs';

ensureInstalled();
const bin = (name) => join(root, 'node_modules', '.bin', name);
for (const [what, command, ...args] of [
  ['types', 'tsc', '-p', '.'],
  // What a browser runs knows its globals and none of node's.
  ['types of the page', 'tsc', '-p', 'src/features/page/browser'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['dead code', 'knip'],
]) {
  console.log(`check: ${what}`);
  mustRun(bin(command), args);
}
