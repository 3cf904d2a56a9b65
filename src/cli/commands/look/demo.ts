// coord demo: the main job, played by the real program in processes of its own. Every line that it prints is what a command
// said; nothing is staged. Three machines share this computer, each with a folder and a home of its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import type { Context } from '../../context.ts';

const MACHINES = ['mac', 'pc', 'box'] as const;

const ORDERS = `{
  "$schema": "./schemas/orders.schema.json",
  "version": 1,
  "orders": [
    { "id": "hello", "title": "For one machine", "assign": "pc", "run": "echo hello from $(uname -s)" },
    { "id": "disk", "title": "For every machine", "assign": "all", "run": "df -h . | tail -n 1" },
    { "id": "flaky", "title": "One that fails", "assign": "box", "run": "echo looking for the cable; exit 3" }
  ]
}
`;

export async function run(context: Context, options: { readonly keep?: string }): Promise<number> {
  const root = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'coord-demo-')) : resolve(options.keep);
  mkdirSync(root, { recursive: true });
  const stage = createStage(context, root);
  const hub = join(root, 'mac', '.coord', 'hub.git');

  stage.says(
    'Three machines, one repo. The first lays the repo down (an embedded hub: a bare repo on this disk), the others join.',
  );
  stage.coord('mac', ['init', '--name', 'mac'], join(root, 'mac'));
  stage.coord('pc', ['join', hub, '.', '--name', 'pc', '--tags', 'gpu', '--slots', '2'], join(root, 'pc'));
  stage.coord('box', ['join', hub, '.', '--name', 'box'], join(root, 'box'));

  stage.says('Nothing runs on a machine until its owner allows it there.');
  for (const name of MACHINES) stage.coord(name, ['allow', 'shell'], join(root, name));

  stage.says('A person somewhere else clones the repo, edits ORDERS.json, and pushes. Plain git, no coord.');
  const person = join(root, 'person');
  stage.git(['clone', '--quiet', hub, person], root);
  writeFileSync(join(person, 'coordination', 'ORDERS.json'), ORDERS);
  stage.git(['commit', '--quiet', '--all', '--message', 'Three orders'], person);
  stage.git(['push', '--quiet'], person);

  stage.says('Each machine syncs, as it would from cron: it runs the orders meant for it and reports back.');
  for (const name of MACHINES) stage.coord(name, ['sync', '--wait'], join(root, name));

  stage.says('What the person sees, who pulls or opens the repo on its host:');
  stage.git(['pull', '--quiet'], person);
  stage.git(['log', '--oneline', '--max-count=5'], person);
  stage.says('And what a machine shows:');
  stage.coord('mac', ['sync'], join(root, 'mac'));
  stage.coord('mac', ['status'], join(root, 'mac'));

  context.out('');
  context.out(`the board:  ${join(person, 'coordination', 'README.md')} and STATUS.json beside it`);
  context.out(`the repo:   ${hub}`);
  context.out(
    `a machine:  ${join(root, 'pc')} (COORD_HOME=${shellWord(join(root, 'pc-home'))} coord --dir ${shellWord(join(root, 'pc'))} status)`,
  );
  context.out(`all of it:  ${root} (delete it when you have seen enough)`);
  return EXIT.done;
}

function createStage(context: Context, root: string) {
  const { paint } = context;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: process.env.LANG,
    ...(context.isTerminal ? { FORCE_COLOR: '1' } : {}),
  };
  const show = (command: string, args: readonly string[], cwd: string, more: Record<string, string>, shown: string) => {
    context.out(paint.cyan(`$ ${shown}`));
    const result = spawnSync(command, args, {
      cwd,
      env: { ...env, ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (result.error) throw new CoordError('FAILED', `${command} could not be started: ${result.error.message}`, null);
    for (const line of `${result.stdout}${result.stderr}`.trimEnd().split('\n')) if (line !== '') context.out(`  ${line}`);
    if (result.status !== 0)
      throw new CoordError('FAILED', `the demo stopped: ${shown} ended with exit code ${result.status}`, null);
  };
  return {
    says(line: string) {
      context.out('');
      context.out(paint.bold(line));
    },
    coord(name: string, args: readonly string[], cwd: string) {
      mkdirSync(cwd, { recursive: true });
      const own = { COORD_HOME: join(root, `${name}-home`) };
      show(process.execPath, [context.mainPath, ...args], cwd, own, `coord ${args.join(' ')}${paint.dim(`   # on ${name}`)}`);
    },
    git(args: readonly string[], cwd: string) {
      const who = ['-c', 'user.name=A person', '-c', 'user.email=person@example.com'];
      show('git', [...who, ...args], cwd, {}, `git ${args.join(' ')}`);
    },
  };
}
