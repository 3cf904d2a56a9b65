// coord cron install, remove, status
import { formatDuration } from '../../../documents/text/duration.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import {
  type CronDone,
  cronCaveats,
  cronStatus,
  cronSyncLine,
  everyMsFrom,
  installCron,
  removeCron,
} from '../../../operations/service/cron-sync.ts';
import { sync } from '../../../operations/sync/sync.ts';
import type { Context } from '../../context.ts';
import { rootOf } from './service.ts';

interface Options {
  readonly every: string;
  readonly print?: boolean;
  readonly json?: boolean;
}

export async function install(context: Context, { every, print, json }: Options): Promise<number> {
  const folder = context.fleet();
  const { root } = folder;
  const world = await context.world();
  const everyMs = everyMsFrom(every);
  if (print) {
    context.out(cronSyncLine(world, root, context.mainPath, everyMs));
    return EXIT.done;
  }
  const { outcome, line } = await installCron(world, root, context.mainPath, everyMs);
  const caveats = await cronCaveats(world);
  if (json) context.out(JSON.stringify({ outcome, line, everyMs, caveats }, null, 2));
  else {
    const said = { installed: 'is now', replaced: 'is now', unchanged: 'was already' }[outcome as 'installed'];
    context.out(`coord sync ${said} run by cron every ${formatDuration(everyMs)}`);
    context.out(`  crontab: ${line}`);
    for (const caveat of caveats) context.note(context.paint.yellow(`! ${caveat}`));
  }
  // H2: the others hear now that this machine comes by more seldom, or they would take it for lost before cron has called once.
  const { trouble } = await context.busy('syncing', sync(world, folder));
  if (trouble !== null)
    context.note(context.paint.yellow(`! not synced: ${trouble.message}; the other machines learn of it with the next sync`));
  return EXIT.done;
}

export async function remove(context: Context, { json }: Pick<Options, 'json'>): Promise<number> {
  const root = rootOf(context, context.fleetHere);
  const done: CronDone = await removeCron(await context.world(), root);
  if (json) context.out(JSON.stringify(done, null, 2));
  else
    context.out(
      done.outcome === 'removed' ? `cron no longer runs coord for ${root}` : `no line of coord for ${root} in the crontab`,
    );
  return EXIT.done;
}

export async function status(context: Context, { json }: Pick<Options, 'json'>): Promise<number> {
  const root = rootOf(context);
  const world = await context.world();
  const seen = await cronStatus(world, root);
  const { line, everyMs, other, hasCrontab, log } = seen;
  const caveats = line === null ? [] : await cronCaveats(world);
  if (json) context.out(JSON.stringify({ ...seen, caveats }, null, 2));
  else if (line === null) {
    if (other !== null) context.out(`a line that coord did not write names ${root}: ${visibleText(other)}`);
    else context.out(`${hasCrontab ? 'no line' : 'no crontab on this computer, and so no line'} for ${root}; coord cron install`);
  } else {
    context.out(
      `cron runs coord sync ${everyMs === null ? 'at times that were changed by hand' : `every ${formatDuration(everyMs)}`}`,
    );
    context.out(`  crontab: ${visibleText(line)}`);
    if (log !== '') context.out(context.paint.yellow(`! its last sync said: ${visibleText(log)}`));
    for (const caveat of caveats) context.out(context.paint.yellow(`! ${caveat}`));
  }
  return line === null ? EXIT.failed : EXIT.done;
}
