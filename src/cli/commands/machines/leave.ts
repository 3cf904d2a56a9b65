// coord leave
import { shellWord } from '../../../core/base/shell-word.ts';
import { EXIT } from '../../../errors.ts';
import { leaveFleet } from '../../../operations/machine/leave.ts';
import { purge } from '../../../operations/machine/purge.ts';
import { type SyncTriggers, syncTriggersOf } from '../../../operations/service/sync-triggers.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { plainCell } from '../../output/table.ts';
import { syncLine } from '../look/sync.ts';

interface Options {
  readonly stop?: boolean;
  readonly purge?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleetHere();
  const world = await context.world();
  const leaving = leaveFleet(world, folder, options.stop ?? false, (report) => {
    if (report.running.length > 0)
      context.note(`${syncLine(report)} · waits for runs to end; to stop them, in another terminal: coord leave --stop`);
  });
  const { machine, name, already } = await context.busy('leaving', leaving);
  const remote = readView(folder)?.self.remote ?? '<url>';
  context.out(`machine ${machine} ${plainCell(name, 100)} ${already ? 'had left the fleet already' : 'has left the fleet'}`);
  context.out('  its results, history and messages stay on the board');
  if (options.purge) {
    await purge(world, folder);
    context.out(`  removed the files of coord in ${folder.root}`);
  }
  for (const line of stillCalled(await syncTriggersOf(world, folder.root))) context.out(`  ${line}`);
  context.out(
    `  to come back: coord join ${remote === '<url>' ? remote : shellWord(remote)} ${shellWord(folder.root)} --as ${machine}`,
  );
  return EXIT.done;
}

/** What goes on starting coord here; the folder is named, because after a purge nothing else tells which one it was. */
function stillCalled({ root, service, cron }: SyncTriggers): string[] {
  const lines: string[] = [];
  const remove = (what: string) => `coord --dir ${shellWord(root)} ${what} remove`;
  if (service !== null && service.installed !== 'no') lines.push(`its service is still there: ${remove('service')}`);
  if (cron !== null && cron.line !== null) lines.push(`cron still runs it: ${remove('cron')}`);
  return lines;
}
