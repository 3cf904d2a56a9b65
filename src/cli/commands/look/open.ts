// coord open
import { EXIT } from '../../../errors.ts';
import { boardPage } from '../../../operations/machine/board-page.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import { openInBrowser } from '../../../system/process/browser.ts';
import type { Context } from '../../context.ts';

export async function run(context: Context, named: string | null): Promise<number> {
  const folder = context.fleet();
  const page = boardPage(folder, syncedView(folder), named);
  const { env } = await context.world();
  context.out((await openInBrowser(page, env, process.platform)) ? `opened ${page}` : page);
  return EXIT.done;
}
