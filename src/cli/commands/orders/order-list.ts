// coord order list
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { withProgressHere } from '../../../operations/sync/progress-here.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { Reading } from '../../context.ts';
import { orderLines } from '../../output/show-status.ts';

export async function run(context: Reading, options: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const synced = syncedView(folder);
  const view = withProgressHere(folder, synced);
  if (options.json) context.out(visibleJson(JSON.stringify(view.orders, null, 2)));
  else {
    const lines = orderLines(view, context);
    for (const line of lines) context.out(line);
    if (lines.length === 0) context.out('no orders');
  }
  return EXIT.done;
}
