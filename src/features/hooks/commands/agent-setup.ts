// coord agent setup
import type { Context } from '../../../cli/context.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import type { SetupAgent } from '../documents/agent-setup/agents.ts';
import { applyChanges, type FileChange } from '../operations/changes.ts';
import { checkSetup } from '../operations/check-setup.ts';
import { removalChanges, removalNotes, type SetupOptions, setupChanges, setupNotes } from '../operations/setup.ts';

interface Options {
  readonly project?: boolean;
  readonly check?: boolean;
  readonly remove?: boolean;
  readonly print?: boolean;
}

export async function run(context: Context, agent: SetupAgent, options: Options): Promise<number> {
  const { project = false, check, remove, print } = options;
  if (check && (remove || print)) throw new CoordError('USAGE', '--check goes with neither --remove nor --print');
  // Without a fleet there would be no messages.
  const { root } = context.fleet();
  const world = await context.world();
  const setup: SetupOptions = { agent, isProject: project, mainPath: context.mainPath };
  if (check) {
    const { good, bad } = checkSetup(world, setup);
    for (const line of good) context.out(`${context.paint.green('✓')} ${line}`);
    for (const line of bad) context.out(`${context.paint.yellow('!')} ${line}`);
    return bad.length === 0 ? EXIT.done : EXIT.failed;
  }
  const changes = remove ? removalChanges(world, setup) : setupChanges(world, setup);
  const left = remove ? removalNotes(world, setup) : [];
  if (print) {
    for (const line of [...changes.flatMap(changeLines), ...left]) context.out(line);
    if (changes.length === 0 && left.length === 0) context.out('nothing to change');
    return EXIT.done;
  }
  const backups = applyChanges(changes, world.home);
  for (const { path, before, after } of changes) {
    context.out(`${after === null ? 'removed' : before === null ? 'made' : 'changed'}  ${path}`);
  }
  for (const path of backups) context.out(`backup   ${path}`);
  if (changes.length === 0 && !remove) context.out(`${agent} is set up already, for ${root}`);
  if (changes.length === 0 && remove && left.length === 0) context.out('nothing to remove');
  for (const line of remove ? left : setupNotes(world, setup)) context.out(line);
  return EXIT.done;
}

/** The lines that go and those that come; what is the same before and after them is left out. */
function changeLines({ path, before, after }: FileChange): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let [start, end] = [0, 0];
  const shortest = Math.min(old.length, now.length);
  while (start < shortest && old[start] === now[start]) start += 1;
  while (end < shortest - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [
    `${path}, from line ${start + 1}:`,
    ...old.slice(start, old.length - end).map((line) => `- ${line}`),
    ...now.slice(start, now.length - end).map((line) => `+ ${line}`),
  ];
}

function linesOf(text: string | null): readonly string[] {
  return text === null ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
