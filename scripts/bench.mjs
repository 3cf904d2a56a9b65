// `npm run bench`: installs what is missing, builds the program and the bench for this run alone, and measures what coord costs
// beside what a user would do instead. Everything lies in temporary folders that are removed; nothing leaves this computer.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

const NAMES = [
  ...['idle', 'report', 'crowd', 'heartbeat', 'distribution', 'take-over', 'drain', 'capacity', 'start', 'agent-hook', 'mcp'],
  ...['workspaces', 'history'],
  ...[
    'compact',
    'day',
    'rest',
    'edit',
    'answer',
    'poll',
    'programs',
    'bell',
    'bell-rest',
    'page',
    'page-looks',
    'year',
    'scale',
    'trust',
  ],
];

const USAGE = `npm run bench -- [--only <name>]... [--quick] [--minutes <n>] [--write]
  --only <name>  measure only this (idle, report, crowd, heartbeat, distribution,
                 take-over, drain, capacity, start, agent-hook, mcp, workspaces, history; and what takes
                 minutes and is measured only when it is named: compact, day, rest, edit, answer,
                 poll, programs, bell, bell-rest, page, page-looks, year, scale, trust);
                 may be given again
  --quick        fewer turns and smaller crowds: under a minute, and less exact
  --minutes <n>  how long what is at rest is watched (default 3)
  --write        write what was measured into docs/performance.md as well; not with
                 --quick`;

/** What the environment may ask of a part. */
const ASKED = ['CROWD', 'DAY', 'NODE_OPTIONS', 'PAGE_MACHINES', 'YEAR_DAYS', 'YEAR_KEEP', 'YEAR_LOOK_MS', 'YEAR_PLOT'];

const options = optionsOf(process.argv.slice(2));
ensureInstalled();
// Below the project, so that the dependencies, which stay outside the bundles, are found.
const built = join(root, 'node_modules', '.cache', `coord-bench-${process.pid}`);
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'coord-bench-')));
try {
  await build(join(built, 'program'));
  await bundle(built);
  process.exitCode = await measure();
} finally {
  for (const folder of [built, scratch]) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function optionsOf(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '3' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.write && values.quick) throw new Error('--write wants a run that is not --quick');
    if (!(Number(values.minutes) > 0)) throw new Error(`--minutes ${values.minutes}: expected a number above 0`);
    const unknown = values.only.filter((name) => !NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`no bench named ${unknown.join(', ')}: expected ${NAMES.join(', ')}`);
    if (!values.help) return { ...values, minutes: Number(values.minutes) };
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(64);
  }
}

/** main.ts, and what runs in processes of its own. */
async function bundle(outdir) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    outdir,
    entryPoints: ['main', 'hub-server', 'crowd-writers', 'capacity-cycles', 'bell-worker', 'trust-look'].map(
      (name) => `scripts/bench/${name}.ts`,
    ),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
}

/** What a user would have instead, in a cache of this project alone: the path of its file; null = nobody asks for it, or it cannot be had. */
function peer(bench, name, version, file) {
  if (!options.only.includes(bench)) return null;
  const folder = join(root, 'node_modules', '.cache', 'bench-peers', name);
  const path = join(folder, 'node_modules', name, file);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, `${name}@${version}`];
  const { status, error } = spawnSync('npm', words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status === 0 && existsSync(path)) return path;
  console.error(
    `bench: ${bench}: without ${name}, which could not be installed (${error?.message ?? `npm ended with ${status}`})`,
  );
  return null;
}

/** Nobody's git settings, proxies or credentials reach what is measured. */
function measure() {
  const home = join(scratch, 'home');
  const settings = join(home, '.gitconfig');
  mkdirSync(home);
  writeFileSync(settings, '[user]\n\tname = A person\n\temail = person@example.com\n[init]\n\tdefaultBranch = main\n');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMPDIR: scratch,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: settings,
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(ASKED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
  };
  const peers = {
    pm2: peer('programs', 'pm2', 7, 'bin/pm2'),
    bullmq: peer('bell', 'bullmq', 5, 'dist/cjs/index.js'),
  };
  const asked = JSON.stringify({ ...options, ...peers, scratch, project: root, program: join(built, 'program', 'main.js') });
  const child = spawn(process.execPath, [join(built, 'main.js'), asked], { env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
}
