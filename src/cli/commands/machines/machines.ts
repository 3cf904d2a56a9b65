// coord machines
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { versionWarnings } from '../../../operations/sync/versions.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import { lastFetchMs } from '../../../system/fleet/fleet-folder.ts';
import type { Reading } from '../../context.ts';
import { machineLines } from '../../output/show-machines.ts';

export async function run(context: Reading, options: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const view = syncedView(folder);
  if (options.json) context.out(visibleJson(JSON.stringify(view.machines, null, 2)));
  else {
    for (const line of machineLines(view, context, lastFetchMs(folder))) context.out(line);
    for (const line of versionWarnings(view)) context.note(context.paint.yellow(visibleText(`! ${line}`)));
  }
  return EXIT.done;
}
