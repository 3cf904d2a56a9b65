// `npm run chaos -- --kills N --seed S`: builds the program, bundles test/chaos and plays it. Linux alone. The program lies below
// node_modules while it plays; the hub and the computers in a temporary folder, which is kept where something was violated, where it
// broke off with an error, or with `--keep`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

const USAGE = `npm run chaos -- [--kills <n>] [--seed <n>] [--machines <n>] [--daemons <n>] [--keep]
  --kills <n>     how many times something is killed with kill -9 (1000)
  --seed <n>      of what is ordered and whom a kill meets (1)
  --machines <n>  2 to 20 (8)
  --daemons <n>   so many of them have a daemon, the others a cron (half of them)
  --keep          leaves the folder for a look`;

function asked() {
  try {
    const number = (text) => ({ type: 'string', default: text });
    const { values } = parseArgs({
      options: {
        kills: number('1000'),
        seed: number('1'),
        machines: number('8'),
        daemons: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    for (const name of ['kills', 'seed', 'machines'])
      if (!/^[0-9]{1,9}$/.test(values[name])) throw new Error(`--${name} wants a number, found ${values[name]}`);
    const machines = Number(values.machines);
    if (machines < 2 || machines > 20) throw new Error(`--machines wants 2 to 20, found ${machines}`);
    const daemons = values.daemons === undefined ? Math.floor(machines / 2) : Number(values.daemons);
    if (!(daemons >= 0 && daemons <= machines)) throw new Error(`--daemons wants 0 to ${machines}, found ${values.daemons}`);
    return { ...values, machines, daemons, kills: Number(values.kills), seed: Number(values.seed) };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(64);
  }
}

const wanted = asked();
if (wanted.help) {
  console.log(USAGE);
  process.exit(0);
}
if (process.platform !== 'linux') {
  console.error('npm run chaos reads /proc and so runs on Linux alone');
  process.exit(64);
}
ensureInstalled();
// Below the project, so that the dependencies, which stay outside the bundle, are found.
const folder = join(root, 'node_modules', '.cache', `coord-chaos-${process.pid}`);
try {
  await build(join(folder, 'program'));
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/chaos/main.ts'],
    outfile: join(folder, 'chaos.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    define: { COORD_VERSION: '"chaos"', COORD_BUILD: '"chaos"' },
    logLevel: 'warning',
  });
  const what = JSON.stringify({ ...wanted, program: join(folder, 'program', 'main.js') });
  const play = spawn(process.execPath, [join(folder, 'chaos.js'), what], { stdio: 'inherit' });
  // Ctrl-C meets both; a signal for this process alone is handed on. It clears away first.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => play.kill(signal));
  const [code] = await once(play, 'exit');
  process.exitCode = code ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
