// Makes coordination/ anew: the board of a small fleet that really ran, three machines with a few orders. For when a document's
// form changes: node scripts/example-board.mjs
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

ensureInstalled();
await build();
const scratch = mkdtempSync(join(tmpdir(), 'coord-example-'));
const hub = join(scratch, 'fleet.git');
const person = join(scratch, 'person');

const run = (command, args, options = {}) => execFileSync(command, args, { encoding: 'utf8', ...options });
const git = (...args) =>
  run('git', ['-c', 'user.name=A person', '-c', 'user.email=person@example.com', ...args], { cwd: scratch });
const home = join(scratch, 'home');
mkdirSync(home);
const coord = (name, ...args) =>
  run(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
    cwd: scratch,
    env: { PATH: process.env.PATH, HOME: home, COORD_HOME: join(scratch, `${name}-home`), COORD_DIR: join(scratch, name) },
  });

const ORDERS = `{
  "$schema": "./schemas/orders.schema.json",
  "version": 1,
  "orders": [
    // one machine, by number or by name
    { "id": "hello", "assign": 2, "run": "echo hello" },
    { "id": "report", "title": "Something to hand on", "assign": "pc",
      "run": ["sh", "-c", "echo rows=42 >> $COORD_OUTPUT; echo counted 42 rows"], "check": "test -n \\"$COORD_OUTPUT\\"" },

    // every machine
    { "id": "tidy", "title": "Clean up everywhere", "assign": "all", "run": "echo nothing to clean up", "timeout": "5m" },

    // one that fails, and one that waits for its machine's owner
    { "id": "backup", "assign": "mac", "run": "echo the disk is not mounted; exit 3", "attempts": 2 },
    { "id": "restart", "assign": "box", "run": "echo restarting", "cwd": "/" }
  ]
}
`;

try {
  git('init', '--quiet', '--bare', '--initial-branch=main', hub);
  coord('mac', 'init', hub, join(scratch, 'mac'), '--name', 'mac');
  coord('pc', 'join', hub, join(scratch, 'pc'), '--name', 'pc', '--tags', 'gpu,linux', '--slots', '2');
  coord('box', 'join', hub, join(scratch, 'box'), '--name', 'box');
  git('clone', '--quiet', hub, person);
  writeFileSync(join(person, 'coordination', 'ORDERS.json'), ORDERS);
  git('-C', person, 'commit', '--quiet', '--all', '--message', 'Orders');
  git('-C', person, 'push', '--quiet');
  for (const name of ['mac', 'pc', 'box']) {
    coord(name, 'allow', 'shell');
    coord(name, 'sync', '--wait');
  }
  git('-C', person, 'pull', '--quiet');
  const target = join(root, 'coordination');
  rmSync(target, { recursive: true, force: true });
  cpSync(join(person, 'coordination'), target, { recursive: true });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
