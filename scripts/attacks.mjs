// `npm run attacks`: every attack that was played against the program, as the tests that hold it off (test/attacks). `--floods`: the table of what
// a push of 1 MB can cost one cycle, each measured in a process of its own; fails where one costs more than 5 s or 300 MB, or keeps an order
// that it does not concern from running.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { bundleFor } from './sim.mjs';

const SECONDS_MAX = 5;
const MEGABYTES_MAX = 300;

ensureInstalled();
const { values, positionals } = parseArgs({ options: { floods: { type: 'boolean', default: false } }, allowPositionals: true });
process.exit(values.floods ? await floods(positionals.join(' ')) : tests());

function tests() {
  return spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), 'test/attacks'], { stdio: 'inherit' }).status ?? 1;
}

/** `only`: part of a name. */
async function floods(only) {
  const outfile = join(root, 'node_modules', '.cache', `coord-attacks-${process.pid}`, 'main.js');
  try {
    await bundleFor('test/attacks/main.ts', outfile);
    const ask = (...args) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [outfile, ...args], { encoding: 'utf8', timeout: 600_000 });
      return status === 0
        ? JSON.parse(stdout)
        : { error: stderr.trim().split('\n').slice(-3).join(' ') || 'no answer within 10 minutes' };
    };
    let isOver = false;
    console.log(`${'input'.padEnd(56)} ${'seconds'.padStart(8)} ${'MB'.padStart(6)}  another order`);
    for (const [at, { name, takes }] of ask().entries()) {
      if (!name.includes(only)) continue;
      const { seconds, megabytes, canaryRan, error } = ask(String(at));
      const isBad = error !== undefined || seconds > SECONDS_MAX || megabytes > MEGABYTES_MAX || !(canaryRan || takes !== null);
      isOver ||= isBad;
      const said = error ?? (canaryRan ? 'ran' : takes !== null ? `waits: ${takes} cannot be read` : 'did NOT run');
      const figures = error === undefined ? [seconds.toFixed(2), megabytes.toFixed(0)] : ['', ''];
      console.log(`${name.padEnd(56)} ${figures[0].padStart(8)} ${figures[1].padStart(6)}  ${said}${isBad ? '  ← over' : ''}`);
    }
    return isOver ? 1 : 0;
  } finally {
    rmSync(join(outfile, '..'), { recursive: true, force: true });
  }
}
