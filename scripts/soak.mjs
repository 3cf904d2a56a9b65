// `npm run soak -- --syncs N`: one daemon on one machine syncs thousands of times in a row, while orders, messages and edits come by.
// Prints how much memory it holds on the way, which must not grow with the number of syncs. Linux alone.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

const { values } = parseArgs({ options: { syncs: { type: 'string', default: '3000' } } });
const wanted = Number(values.syncs);
/** A new order and a message come after so many syncs. */
const NEWS_EACH = 25;

ensureInstalled();
const program = join(root, 'node_modules', '.cache', `coord-soak-${process.pid}`);
const place = mkdtempSync(join(tmpdir(), 'coord-soak-'));
const [hub, folder, home, clone] = ['hub.git', 'fleet', 'home', 'clone'].map((name) => join(place, name));
const env = {
  PATH: process.env.PATH,
  HOME: home,
  COORD_HOME: join(place, 'coord'),
  COORD_LOOK_MS: '1',
  GIT_CONFIG_NOSYSTEM: '1',
};
let daemon = null;
try {
  await build(program);
  mkdirSync(home);
  git(['init', '--quiet', '--bare', '--initial-branch=main', hub], place);
  coord(['init', hub, folder, '--name', 'pc'], place);
  coord(['allow', 'shell'], folder);
  git(['clone', '--quiet', hub, clone], place);
  // The most there is: the hub is a folder, and nobody has to save its pushes.
  person('coordination/fleet.yaml', () => 'pushes_per_minute: 600\n');
  daemon = spawn(process.execPath, [join(program, 'main.js'), 'daemon', 'run'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await soak();
} finally {
  daemon?.kill('SIGKILL');
  for (const path of [place, program]) rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

async function soak() {
  const startedMs = performance.now();
  const marks = [100, 500, 1000, 2000, 3000, 5000, 10_000, wanted].filter(
    (mark, at, all) => mark <= wanted && all.indexOf(mark) === at,
  );
  let news = 0;
  for (const mark of marks) {
    for (let syncs = syncsSoFar(); syncs < mark; syncs = syncsSoFar()) {
      if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${daemon.exitCode}`);
      if (syncs >= news * NEWS_EACH) {
        news += 1;
        comes(news);
      }
      await delay(20);
    }
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.log(`after ${mark} syncs: ${memory()} · ${news} orders · ${seconds} s`);
  }
  const { orders } = JSON.parse(git(['show', 'main:coordination/STATUS.json'], hub));
  const done = Object.values(orders).filter(({ state }) => state === 'COMPLETED').length;
  console.log(
    textOf(join(folder, '.coord', 'daemon.log'))
      .split('\n')
      .slice(-12)
      .join('\n'),
  );
  console.log(`${done} orders completed of the last ${Object.keys(orders).length} that are listed`);
}

/** A person's order on the hub, a message to the machine, and one that somebody writes here. */
function comes(number) {
  person('coordination/ORDERS.json', (before) => {
    const listed = before === '' ? [] : JSON.parse(before.replaceAll(/^ *\/\/.*$/gm, '')).orders;
    const orders = [...listed, { id: `order-${number}`, assign: 1, run: `echo ${number}; head -c 2000 /dev/zero | tr '\\0' x` }];
    return `${JSON.stringify({ version: 1, orders: orders.slice(-30) }, null, 2)}\n`;
  });
  person('coordination/messages/0_TO_1.md', (before) => `${before}\n## Note ${number}\nSomething of no use.\n`.slice(-20_000));
  mkdirSync(join(folder, 'coordination', 'messages'), { recursive: true });
  writeFileSync(join(folder, 'coordination', 'messages', '1_TO_0.md'), `Answer ${number}\n`, { flag: 'a' });
}

function person(path, change) {
  for (;;) {
    git(['fetch', '--quiet'], clone);
    git(['reset', '--quiet', '--hard', 'origin/main'], clone);
    const file = join(clone, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, change(textOf(file)));
    git(['add', '--all'], clone);
    try {
      git(['commit', '--quiet', '--allow-empty', '--message', 'An edit'], clone);
      git(['push', '--quiet', 'origin', 'HEAD:main'], clone);
      return;
    } catch {
      // The machine was quicker.
    }
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function syncsSoFar() {
  return Number(/"syncs": (\d+)/.exec(textOf(join(folder, '.coord', 'daemon.json')))?.[1] ?? 0);
}

function memory() {
  const [, kilobytes] = /VmRSS:\s*(\d+)/.exec(textOf(`/proc/${daemon.pid}/status`)) ?? [];
  const files = execFileSync('ls', [`/proc/${daemon.pid}/fd`], { encoding: 'utf8' })
    .trim()
    .split('\n').length;
  return `${Math.round(Number(kilobytes) / 1024)} MiB resident, ${files} files open`;
}

function coord(args, cwd) {
  return execFileSync(process.execPath, [join(program, 'main.js'), ...args], { cwd, env, encoding: 'utf8' });
}

function git(args, cwd) {
  const who = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  return execFileSync('git', args, {
    cwd,
    env: { ...env, ...who },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
}
