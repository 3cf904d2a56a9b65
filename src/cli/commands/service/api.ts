// coord api, coord api on, off, port, token
import { API_PORT } from '../../../documents/machine/api-settings.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type ApiStatus, apiStatus, apiToken, setApi } from '../../../operations/api/api-status.ts';
import type { Context } from '../../context.ts';

/** Exits 1 where it should answer and does not, and where it is off. */
export async function status(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const seen = await apiStatus(context.fleet(), process.env);
  if (options.json) context.out(JSON.stringify(seen, null, 2));
  else show(context, seen);
  return seen.answers ? EXIT.done : EXIT.failed;
}

export async function turn(context: Context, enabled: boolean): Promise<number> {
  const folder = context.fleet();
  await setApi(folder, 'enabled', enabled);
  show(context, await apiStatus(folder, process.env));
  return EXIT.done;
}

export async function port(context: Context, word: string): Promise<number> {
  const folder = context.fleet();
  const number = word === 'auto' ? null : Number(word);
  if (number !== null && !(Number.isInteger(number) && number >= API_PORT.min && number <= API_PORT.max))
    throw new CoordError(
      'USAGE',
      `expected auto, or a port from ${API_PORT.min} to ${API_PORT.max}, found ${word}`,
      'coord api port --help',
    );
  await setApi(folder, 'port', number);
  show(context, await apiStatus(folder, process.env));
  return EXIT.done;
}

export async function token(context: Context, options: { readonly new?: boolean }): Promise<number> {
  context.out(apiToken(context.fleet(), options.new === true));
  return EXIT.done;
}

function show(
  context: Context,
  { enabled, faults, daemon, url, outside, trouble, answers, token: path, tokenIsOpen }: ApiStatus,
): void {
  const { yellow } = context.paint;
  for (const fault of faults) context.note(yellow(visibleText(`! ${fault}`)));
  if (faults.length > 0) context.out('off until that is fixed');
  else if (!enabled) context.out('off: coord api on');
  else if (!daemon) context.out('on, but no daemon runs: coord daemon start');
  else if (answers) context.out(`answers on ${url} · token in ${path}`);
  else context.out(url === null ? 'on, but not listening' : `on, but nothing answers on ${url}: coord daemon restart`);
  if (outside !== null) context.note(yellow(`! anyone with the token reaches it on ${outside} too, unencrypted`));
  if (trouble !== null && faults.length === 0) context.note(yellow(visibleText(`! ${trouble}`)));
  if (tokenIsOpen) context.note(yellow(visibleText(`! others on this computer can read ${path}: coord api token --new`)));
}
