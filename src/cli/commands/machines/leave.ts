// coord leave
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { EVERYBODY, type Reader } from '../../../core/model/messages/message.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { leaveFleet } from '../../../operations/machine/leave.ts';
import { mustBePurgeable, purge } from '../../../operations/machine/purge.ts';
import { type SyncTriggers, syncTriggersOf } from '../../../operations/service/sync-triggers.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { plainCell } from '../../output/table.ts';
import { takenWords } from '../../output/taken-words.ts';
import { syncLine } from '../look/sync.ts';

interface Options {
  readonly stop?: boolean;
  readonly purge?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleetHere();
  const world = await context.world();
  if (options.purge) await mustBePurgeable(world, folder);
  const leaving = leaveFleet(world, folder, options.stop ?? false, (report) => {
    if (report.running.length > 0)
      context.note(`${syncLine(report)} · waits for runs to end; to stop them, in another terminal: coord leave --stop`);
  });
  const { machine, name, already, unsent } = await context.busy('leaving', leaving);
  const remote = readView(folder)?.self.remote ?? '<url>';
  if (!options.json) {
    context.out(`machine ${machine} ${plainCell(name, 100)} ${already ? 'had left the fleet already' : 'has left the fleet'}`);
    context.out('  its results, history and messages stay on the board');
    for (const [to, count] of Object.entries(unsent)) context.out(`  ${unsentWords(to, count)}`);
  }
  const taken = options.purge ? await context.busy('purging', purge(world, folder)) : null;
  const called = stillCalled(await syncTriggersOf(world, folder.root));
  if (options.json) {
    const onRemote = taken?.map(({ ref, why }) => ({ ref, deleted: why === null, why })) ?? [];
    const done = {
      machine,
      name,
      already,
      unsent,
      purged: taken !== null,
      onRemote,
      stillCalled: called.map(({ remove }) => remove),
    };
    context.out(visibleJson(JSON.stringify(done, null, 2)));
    return EXIT.done;
  }
  for (const one of taken ?? []) context.out(`  ${takenWords(one, remote)}`);
  if (taken !== null) context.out(`  removed the files of coord in ${folder.root}`);
  for (const { what, remove } of called) context.out(`  ${what}: ${remove}`);
  context.out(
    `  to come back: coord join ${remote === '<url>' ? remote : shellWord(remote)} ${shellWord(folder.root)} --as ${machine}`,
  );
  return EXIT.done;
}

function unsentWords(to: Reader, count: number): string {
  const were = count === 1 ? 'was' : 'were';
  return `${counted(count, 'message')} to ${to === EVERYBODY ? 'all' : to} ${were} not sent: its log is full`;
}

/** What goes on starting coord here; the folder is named, because after a purge nothing else tells which one it was. */
function stillCalled({ root, service, hub, cron }: SyncTriggers): { readonly what: string; readonly remove: string }[] {
  const remove = (what: string) => `coord --dir ${shellWord(root)} ${what}`;
  const isThere = (one: typeof service) => one !== null && one.installed !== 'no';
  return [
    ...(isThere(service) ? [{ what: 'its service is still there', remove: remove('service remove') }] : []),
    ...(isThere(hub) ? [{ what: 'the service of its hub is still there', remove: remove('service remove --hub') }] : []),
    ...(cron !== null && cron.line !== null ? [{ what: 'cron still runs it', remove: remove('cron remove') }] : []),
  ];
}
