// coord dash
import type { Context } from '../../../cli/context.ts';
import { EXIT } from '../../../errors.ts';
import { openInBrowser } from '../../../system/process/browser.ts';
import { pageAddress } from '../operations/page-address.ts';

interface DashOptions {
  readonly open: boolean;
  readonly readOnly?: boolean;
}

/** Off a terminal, and where there is no browser, it prints the address, with the ticket. */
export async function run(context: Context, { open, readOnly = false }: DashOptions): Promise<number> {
  const { env } = await context.world();
  const { url, withTicket } = await pageAddress(context.fleet(), process.env, readOnly);
  const isOpened = open && context.isTerminal && (await openInBrowser(withTicket, env, process.platform));
  context.out(isOpened ? `opened ${url}` : withTicket);
  if (!isOpened) context.note('it lets one browser in, once, within a minute');
  return EXIT.done;
}
