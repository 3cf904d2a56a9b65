// coord import
import type { Context } from '../../../cli/context.ts';
import { fieldsFrom } from '../../../cli/input/order-options.ts';
import { warnUnsent } from '../../../cli/output/consequence.ts';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { mayOrderSet } from '../../../core/orders/allowed-variables.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import type { LeftOut } from '../documents/drafts.ts';
import { type Imported, importDrafts, type Source } from '../operations/import.ts';

interface Options {
  readonly add?: boolean;
  readonly agent?: string;
  readonly prefix?: string;
  readonly timezone?: string;
  readonly json?: boolean;
  readonly for?: string;
  readonly type?: string;
  readonly cwd?: string;
  readonly repo?: string;
}

export async function run(context: Context, source: Source, file: string, options: Options): Promise<number> {
  const folder = context.fleet();
  const { add = false, agent = null, prefix = null, timezone = null, json, ...given } = options;
  const { for: who, type, cwd, repo } = given;
  // Where nothing is said of it, each source has its own place.
  const { assign, ...more } = fieldsFrom({ for: who, type, cwd, repo }, 'add');
  const fields = { ...more, ...(who === undefined || assign === undefined ? {} : { assign }) };
  const request = { source, file, agent, prefix, timezone, fields, add };
  const imported = await context.busy('importing', importDrafts(await context.world(), folder, request));
  if (json) context.out(visibleJson(JSON.stringify(asJson(imported), null, 2)));
  else show(context, imported, add);
  if (imported.done !== null) warnUnsent(context, imported.done);
  return EXIT.done;
}

function asJson({ orders, left, done }: Imported): object {
  return { orders, left, placed: done !== null, landed: done?.landed ?? false };
}

/** The drafts as ORDERS.json would have them; what is said about them stands apart, so that they may be piped on. */
function show(context: Context, { orders, left, done }: Imported, add: boolean): void {
  if (!add && orders.length > 0) context.out(visibleJson(JSON.stringify({ orders }, null, 2)));
  for (const it of left) context.note(context.paint.yellow(leftLine(it)));
  for (const name of namesToAllow(orders))
    context.note(
      context.paint.yellow(`! ${name}: a machine sets it for an order only after: coord allow env ${shellWord(name)}`),
    );
  if (done !== null) context.out(`${counted(orders.length, 'order')} placed; each waits for approval: coord approve <id>`);
  else if (orders.length === 0) context.note('no drafts');
  else context.note(`${counted(orders.length, 'draft')}; --add places them, and each then waits for approval`);
}

/** O10: variables that the machine's owner has to allow by name. Drafts with variables are commands. */
function namesToAllow(orders: Imported['orders']): readonly string[] {
  const names = orders.flatMap(({ env }) => Object.keys(env ?? {}));
  return [...new Set(names)].filter((name) => !mayOrderSet(name, [], true));
}

function leftLine({ line, what, why }: LeftOut): string {
  const words = visibleText(`${line === null ? '' : `line ${line}: `}${what}: left out: ${why}`);
  return `! ${words.replaceAll(/\s+/g, ' ').slice(0, 400)}`;
}
