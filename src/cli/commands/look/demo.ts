// coord demo: the main job, played by the real program in processes of its own. Every line that it prints is what a command
// said; nothing is staged. Three machines share this computer, each with a folder and a home of its own.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT } from '../../../errors.ts';
import type { Context } from '../../context.ts';
import { createStage } from './demo-stage.ts';

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

interface DemoOptions {
  readonly keep?: string;
  readonly bell?: boolean;
  readonly page?: boolean;
  readonly open: boolean;
}

export async function run(context: Context, options: DemoOptions): Promise<number> {
  const root = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'coord-demo-')) : resolve(options.keep);
  mkdirSync(root, { recursive: true });
  const stage = createStage(context, root);
  const hub = join(root, 'mac', '.coord', 'hub.git');

  stage.says('Three machines, one repo. The first lays the repo down (bare, on this disk), the others join.');
  stage.coord('mac', ['init', '--name', 'mac']);
  stage.coord('pc', ['join', hub, '.', '--name', 'pc', '--tags', 'gpu', '--slots', '2']);
  stage.coord('box', ['join', hub, '.', '--name', 'box']);

  stage.says('Nothing runs on a machine until its owner allows it there.');
  for (const name of MACHINES) stage.coord(name, ['allow', 'shell']);

  stage.says('A person somewhere else clones the repo, edits ORDERS.json, and pushes. Plain git, no coord.');
  const person = join(root, 'person');
  stage.git(['clone', '--quiet', hub, person], root);
  writeFileSync(join(person, 'coordination', 'ORDERS.json'), ORDERS);
  stage.git(['commit', '--quiet', '--all', '--message', 'Three orders'], person);
  stage.git(['push', '--quiet'], person);

  stage.says('Each machine syncs, as it would from cron: it runs the orders meant for it and reports back.');
  for (const name of MACHINES) stage.coord(name, ['sync', '--wait']);

  stage.says('What the person sees, who pulls or opens the repo on its host:');
  stage.git(['pull', '--quiet'], person);
  stage.git(['log', '--oneline', '--max-count=5'], person);
  stage.says('And what a machine shows:');
  stage.coord('mac', ['sync']);
  stage.coord('mac', ['status']);
  if (options.bell === true) await (await import('./demo-bell.ts')).playBell(stage, MACHINES);
  if (options.page === true)
    await (await import('./demo-page.ts')).playPage(context, stage, MACHINES, context.isTerminal && options.open);

  context.out('');
  context.out(`the board:  ${join(person, 'coordination', 'README.md')} and STATUS.json beside it`);
  context.out(`the repo:   ${hub}`);
  context.out(`a machine:  ${join(root, 'pc')} (${stage.typed('pc', 'status')})`);
  context.out(`all of it:  ${root} (delete it when you have seen enough)`);
  return EXIT.done;
}
