// coord sign, coord verify
import type { Context } from '../../../cli/context.ts';
import { canAsk, confirmed } from '../../../cli/input/confirm.ts';
import { warnUnsent } from '../../../cli/output/consequence.ts';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime } from '../../../core/base/time.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { expandHome } from '../../../system/files/home-path.ts';
import {
  type CheckedOrder,
  checkedOrders,
  exportSignatures,
  signOrders,
  unsignedWordText,
  withSigning,
} from '../operations/check-signatures.ts';
import { entryOf, type Signing } from '../operations/signing-place.ts';
import { type ToBeSigned, textsOf, toBeSigned } from '../operations/to-be-signed.ts';
import { showToBeSigned } from './show-to-be-signed.ts';

interface SignOptions {
  readonly key?: string;
  readonly expires?: string;
  readonly yes?: boolean;
}

export async function sign(context: Context, named: readonly string[], { key, expires, yes }: SignOptions): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const lengthMs = expires === undefined ? null : parseDuration(expires);
  if (expires !== undefined && lengthMs === null)
    throw new CoordError('USAGE', `expected --expires as a duration such as 7d, found ${expires}`, 'coord sign --help');
  const shown = await context.busy(
    'syncing',
    withSigning(world, folder, true, (signing, ledger) => toBeSigned(signing, ledger, wantedOf(signing, named))),
  );
  if (shown.length === 0) {
    context.out('no order waits for a signature');
    return EXIT.done;
  }
  if (yes !== true && !canAsk())
    throw new CoordError('USAGE', 'expected --yes: there is no terminal to ask on', 'coord sign --yes');
  const ids = await chosenOf(context, shown, yes === true);
  if (ids.length === 0) return EXIT.failed;
  const until = lengthMs === null ? null : isoTime(context.nowMs() + lengthMs);
  const asked = { ids, file: key ?? null, expires: until };
  const report = await context.busy('syncing', signOrders(world, folder, asked, textsOf(shown)));
  context.out(visibleText(`signed ${counted(ids.length, 'order')}: ${ids.slice(0, 10).join(', ')}`));
  warnUnsent(context, report);
  return EXIT.done;
}

/** What was named, or else all that waits for a signature. Throws NOT_FOUND. */
function wantedOf(signing: Signing, named: readonly string[]): readonly CheckedOrder[] {
  const all = checkedOrders(signing);
  // T6: a step is signed with its chain.
  const entries = named.map((id) => [id, entryOf(signing, id)] as const);
  const unknown = entries.find(([, entry]) => entry === null);
  if (unknown !== undefined)
    throw new CoordError('NOT_FOUND', `no entry ${JSON.stringify(unknown[0])} in ORDERS.json`, 'coord order list');
  if (named.length === 0) return all.filter(({ why }) => why !== null);
  return all.filter(({ id }) => entries.some(([, entry]) => entry === id));
}

/** Shows each of them, and asks unless that is settled. */
async function chosenOf(context: Context, shown: readonly ToBeSigned[], isSettled: boolean): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const it of shown) {
    showToBeSigned(context, it);
    if (it.fault === null && (isSettled || (await confirmed(`Sign ${it.id}?`)))) ids.push(it.id);
  }
  return ids;
}

interface VerifyOptions {
  readonly export?: string;
  readonly json?: boolean;
}

export async function verify(context: Context, { export: folder, json }: VerifyOptions): Promise<number> {
  const fleet = context.fleet();
  const { orders, exported, refused } = await withSigning(await context.world(), fleet, false, async (signing) => ({
    orders: checkedOrders(signing),
    exported: folder === undefined ? null : exportSignatures(signing, expandHome(folder)),
    refused: signing.refused,
  }));
  const isWhole = orders.every(({ why, unsignedWords }) => why === null && unsignedWords.length === 0) && refused === null;
  if (json) context.out(visibleJson(JSON.stringify({ orders, refused, exported }, null, 2)));
  else {
    for (const order of orders) context.out(visibleText(lineOf(order)));
    if (refused !== null) context.out(visibleText(`! ${refused}`));
    for (const line of exported?.lines ?? []) context.out(visibleText(line));
    if (orders.length === 0) context.out('ORDERS.json lists no orders');
  }
  return isWhole ? EXIT.done : EXIT.failed;
}

function lineOf({ id, by, passkey, at, why, unsignedWords }: CheckedOrder): string {
  if (why !== null) return `✗ ${id}  ${why}; coord sign ${shellWord(id)}`;
  const words =
    unsignedWords.length === 0
      ? ''
      : ` · not signed: ${unsignedWords.map(({ order, word }) => unsignedWordText({ order, word })).join(', ')}`;
  const tapped = passkey === null ? '' : ` with a passkey of ${passkey}`;
  return `${words === '' ? '✓' : '✗'} ${id}  signed by ${by ?? 'nobody'} ${at ?? ''}${tapped}${words}`;
}
