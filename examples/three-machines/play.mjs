// Plays the example on this one computer, by the real program in processes of its own: three machines with a folder and a home each, a repo
// for the fleet and one for the thermometer. Agents are the stand-in, or with --real the claude that is installed here.
// node play.mjs <path of coord's main.js> [--keep <folder>] [--real]
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MACHINES = ['mac', 'pc', 'box'];
/** A round is a sync of each machine, as from cron. */
const ROUNDS_MAX = 6;

const here = import.meta.dirname;
const [main, ...options] = process.argv.slice(2);
const has = (name) => options.includes(name);
const kept = has('--keep') ? options[options.indexOf('--keep') + 1] : undefined;
if (main === undefined || (has('--keep') && kept === undefined)) {
  console.error('usage: node play.mjs <main.js> [--keep <folder>] [--real]');
  process.exit(2);
}
const root = kept === undefined ? mkdtempSync(join(tmpdir(), 'coord-three-')) : resolve(kept);
const at = (...parts) => join(root, ...parts);
const [hub, app] = [at('fleet.git'), at('thermometer.git')];

try {
  play();
} finally {
  if (kept === undefined) rmSync(root, { recursive: true, force: true });
  else console.log(`\nall of it: ${root}`);
}

function play() {
  tell('A repo for the fleet, and the project that is to be finished.');
  mkdirSync(at('bin'), { recursive: true });
  script(at('bin', 'coord'), `exec '${process.execPath}' '${resolve(main)}' "$@"`);
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', hub);
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', app);
  cpSync(join(here, 'app'), at('work'), { recursive: true });
  git(at('work'), 'init', '--quiet', '--initial-branch=main');
  git(at('work'), 'add', '--all');
  git(at('work'), 'commit', '--quiet', '--message', 'What there is');
  git(at('work'), 'push', '--quiet', app, 'main');

  tell('Three owners join, and say what may run on their machines (machines/*.sh).');
  for (const name of MACHINES) {
    mkdirSync(at(name, 'fleet'), { recursive: true });
    mkdirSync(at(name, 'home', '.local', 'bin'), { recursive: true });
    if (!has('--real'))
      script(
        at(name, 'home', '.local', 'bin', 'claude'),
        `exec '${process.execPath}' '${join(here, 'stand-in', 'claude.mjs')}' "$@"`,
      );
    run(name, '/bin/sh', ['-e', join(here, 'machines', `${name}.sh`)], `sh machines/${name}.sh`);
  }

  tell('On the mac, a person saves the settings of the fleet and the spec, and plans it.');
  const clone = at('person');
  git(root, 'clone', '--quiet', hub, clone);
  cpSync(join(here, 'fleet.yaml'), join(clone, 'coordination', 'fleet.yaml'));
  git(clone, 'commit', '--quiet', '--all', '--message', 'Who does what');
  git(clone, 'push', '--quiet');
  mkdirSync(at('mac', 'fleet', 'coordination', 'specs'), { recursive: true });
  writeFileSync(at('mac', 'fleet', 'coordination', 'specs', 'thermometer.md'), spec());
  coord('mac', 'plan', 'specs/thermometer.md');

  tell('Each machine syncs now and then, and does what is meant for it.');
  for (let round = 1; round <= ROUNDS_MAX && percent() < 100; round += 1)
    for (const name of ['pc', 'mac', 'box']) coord(name, 'sync', '--wait');

  tell('The branches that the tasks have left, and the project on its main:');
  git(at('work'), 'fetch', '--quiet', app, 'main');
  show(git(app, 'branch', '--list', 'coord/*', 'main'));
  show(git(at('work'), 'show', '--stat', '--format=%s', 'FETCH_HEAD'));
  tell('The board:');
  coord('mac', 'sync');
  coord('mac', 'status');
  coord('mac', 'plan');
  if (percent() < 100) {
    console.error('\nThe MVP is not done: see above.');
    process.exitCode = 1;
  }
}

function spec() {
  return readFileSync(join(here, 'thermometer.md'), 'utf8').replace(/repo: [^,]+/, `repo: '${app}'`);
}

/** Of the board as it stands in the repo: what everybody reads. */
function percent() {
  const shown = spawnSync('git', ['--git-dir', hub, 'show', 'main:coordination/features.json'], { encoding: 'utf8' });
  return shown.status === 0 ? (JSON.parse(shown.stdout).mvps[0]?.percent ?? 0) : 0;
}

function coord(name, ...args) {
  run(name, process.execPath, [resolve(main), ...args], `coord ${args.join(' ')}`);
}

function run(name, program, args, shown) {
  console.log(`\n$ ${shown}   # on ${name}`);
  const home = at(name, 'home');
  const env = {
    ...{
      PATH: `${at('bin')}:${process.env.PATH}`,
      HOME: has('--real') ? process.env.HOME : home,
      LANG: process.env.LANG ?? 'C.UTF-8',
    },
    ...{ COORD_HOME: at(name, 'coord'), HUB: hub, REPO: app },
  };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: at(name, 'fleet'), env, encoding: 'utf8' });
  if (error) throw error;
  show(`${stdout}${stderr}`);
  if (status !== 0) throw new Error(`${shown} ended with ${status} on ${name}`);
}

function git(cwd, ...args) {
  const who = ['-c', 'user.name=A person', '-c', 'user.email=person@example.com'];
  const { status, stdout, stderr } = spawnSync('git', [...who, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function script(path, line) {
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

function tell(line) {
  console.log(`\n${line}`);
}

function show(text) {
  for (const line of text.trimEnd().split('\n')) if (line !== '') console.log(`  ${line}`);
}
