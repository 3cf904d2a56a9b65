// coord status
import { visibleJson } from '../../documents/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { readView } from '../../operations/view.ts';
import { lastFetchMs } from '../../system/fleet-folder.ts';
import type { Reading } from '../context.ts';
import { statusLines } from '../show-status.ts';

export async function run(context: Reading, options: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const view = readView(folder);
  if (view === null) throw new CoordError('LOCAL_STATE', `${folder.root} has never synced`, 'coord sync');
  if (options.json) context.out(visibleJson(JSON.stringify(view, null, 2)));
  else {
    for (const line of statusLines(view, context, lastFetchMs(folder))) context.out(line);
  }
  return EXIT.done;
}
