// Runs `coord retry`: a raised generation runs an order anew (O8), with or without a change of its entry, in one edit.
import { join } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import type { FieldBefore, Json, OrderChange, OrderEdit } from '../../core/model/ledger/intention.ts';
import { faultSentence } from '../../core/model/status/fault.ts';
import { together } from '../../core/orders/edit-parts.ts';
import { mayBeRetried } from '../../core/orders/order-end.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { type JsonNode, memberOf, toValue } from '../../documents/json/json-node.ts';
import { parseResults } from '../../documents/machine/results.ts';
import { parseResultsPage } from '../../documents/machine/results-pages.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { diffOrders } from '../../documents/orders/orders-diff.ts';
import { type SeenOrder, seenOrder } from '../../documents/orders/seen-order.ts';
import { readEntryText, readOrdersText } from '../../documents/orders/step-nodes.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { rulesOf } from '../../features/rules.ts';
import { editText } from '../../system/files/editor.ts';
import { namesIn, readText } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import type { View } from '../sync/view.ts';
import { chainRetry, sessionEdit, stepAt } from './chain-edits.ts';
import { mustBeGoodOrder, toChange } from './check-order.ts';
import { checkedTogether } from './checked-together.ts';
import { type EditReport, editOrders, findOrderNow, freshView } from './edit-orders.ts';

export interface Retried {
  readonly id: string;
  readonly generation: number;
}

export interface RetryOptions {
  /** Of one order alone. */
  readonly edit: boolean;
  /** O17: its agent goes on in its session, with these words where there are any; null = afresh. */
  readonly resume: true | string | null;
}

/** Each order, or the newest occurrence of a scheduled one. It must have ended, or be one that nobody goes on with. */
export async function retryOrders(
  world: World,
  folder: FleetFolder,
  ids: readonly string[],
  options: RetryOptions,
): Promise<EditReport & { readonly orders: readonly Retried[] }> {
  const view = await freshView(world, folder);
  const orders = await checkedTogether(ids, (id) => retryOf(world, folder, view, id, options));
  return { ...(await editOrders(world, folder, together(orders.map(({ change }) => change)))), orders };
}

async function retryOf(
  world: World,
  folder: FleetFolder,
  view: View,
  id: string,
  { edit, resume }: RetryOptions,
): Promise<Retried & { readonly change: OrderChange }> {
  const order = findOrderNow(folder, view, id);
  if (!mayBeRetried(order))
    throw new CoordError('FAILED', `order ${id} has not ended: it is ${order.state}`, `coord cancel ${shellWord(id)}`);
  if (resume !== null) mustHaveSession(view, folder, stepAt(view, id));
  const chained = chainRetry(view, id, order, resume);
  if (chained !== null) {
    if (edit)
      throw new CoordError(
        'USAGE',
        `order ${id} is a chain or a step of one: expected an order of its own`,
        'edit ORDERS.json, and save',
      );
    return { id, generation: chained.generation, change: chained.edit };
  }
  const { changes, was, seen } = edit ? await editedFields(world, folder, id) : NO_CHANGES;
  const chosen = changes.find((it) => it.kind === 'set' && it.field === 'generation');
  // What ran under a higher generation than is listed stands: only a still higher one is new work.
  const next = Math.max(order.generation ?? 1, order.reached ?? 0) + 1;
  const generation = chosen?.kind === 'set' && Number(chosen.value) > next ? Number(chosen.value) : next;
  // Beside an editor, what it saved of sessions stands.
  const session = edit && resume === null ? [] : [sessionEdit(id, resume)];
  const taken = ['generation', 'cancelled', 'resolved', ...session.map(({ field }) => field)];
  const others = changes.filter((it) => !('field' in it) || !taken.includes(it.field));
  const fields: OrderEdit[] = [
    ...others,
    { kind: 'set', id, field: 'generation', value: generation, ...(was === null ? {} : { was }) },
    // A retry means that it should run, even if it had failed and was cancelled after that, or a word ends the next generation already.
    { kind: 'unset', id, field: 'cancelled' },
    { kind: 'unset', id, field: 'resolved' },
    ...session,
  ];
  const change = { kind: 'change' as const, id, fields, ...(seen === null ? {} : { seen: { order: id, ...seen } }) };
  return { id, generation, change };
}

const HEAD = `// The order as it is listed. It runs again with what you save here; an empty file, or an editor that fails, changes nothing.\n`;

interface Changes {
  readonly changes: readonly OrderEdit[];
  /** The generation that the change was made on: if somebody raised it meanwhile, that is other work. Null = there is no change. */
  readonly was: FieldBefore | null;
  /** What the editor was opened with: nothing lands on an entry that somebody changed meanwhile. */
  readonly seen: SeenOrder | null;
}

const NO_CHANGES: Changes = { changes: [], was: null, seen: null };

/** What the person changed in the entry. Throws where nothing is meant, or what is meant cannot be. */
async function editedFields(world: World, folder: FleetFolder, id: string): Promise<Changes> {
  const before = entryText(folder, id);
  const seen = seenOrder(`{"orders":[${before}]}`, id);
  const edited = await editText(world.env, `${id}.json`, `${HEAD}${before}\n`);
  if (edited.text.trim() === '') {
    edited.done();
    throw new CoordError('FAILED', `the file was left empty: order ${id} is not retried`, null);
  }
  try {
    const after = entryIn(edited.text);
    if (after.id !== id) throw new CoordError('USAGE', `the id is ${JSON.stringify(after.id)} now: expected "${id}"`, null);
    mustBeGoodOrder({ ...after, id }, toChange(id, `coord retry ${shellWord(id)} --edit`));
    const diff = diffOrders(`{"orders":[${before}]}`, JSON.stringify({ orders: [after] }));
    if (diff.kind === 'unclear') throw new CoordError('USAGE', `the order cannot be read: ${diff.reason}`, null);
    edited.done();
    const { generation } = entryIn(before);
    return { changes: diff.edits, was: generation === undefined ? [] : [generation], seen };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    throw new CoordError(error.code, `${error.message}; nothing was changed, what you typed is in ${edited.path}`, error.hint, {
      cause: error,
    });
  }
}

/** Where the remote is away, this machine may know of none that it has. */
function mustHaveSession({ sync }: View, folder: FleetFolder, id: string): void {
  const { value } = parseOrders(readText(join(folder.projection, ORDERS_PATH)));
  const order = value?.orders.find((it) => it.id === id);
  if (order === undefined) return;
  const worker = rulesOf(order.work).worker?.(order.work);
  if (worker === undefined)
    throw new CoordError(
      'USAGE',
      `order ${id} is not for an agent: there is no session to resume`,
      `coord retry ${shellWord(id)}`,
    );
  if (sync.unsyncedSince === null && !hasSession(folder, id, worker))
    throw new CoordError('FAILED', `${worker} has no session of order ${id} to resume`, `coord retry ${shellWord(id)}`);
}

/** As the sync just now left it. */
function entryText(folder: FleetFolder, id: string): string {
  const path = join(folder.projection, ORDERS_PATH);
  const { root } = readOrdersText(readText(path));
  const list = root?.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  const entries = (list?.kind === 'array' ? list.items : []).filter((item) => idOf(item) === id);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1)
    throw new CoordError('FAILED', `order ${id} cannot be read in ${path}`, `coord retry ${shellWord(id)}`);
  return JSON.stringify(toValue(entry), null, 2);
}

function idOf(item: JsonNode): Json | undefined {
  const value = item.kind === 'object' ? memberOf(item, 'id')?.value : undefined;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function entryIn(text: string): Readonly<Record<string, Json>> {
  const { root, faults } = readEntryText(text, 'the order');
  const fault = faults.find(({ level }) => level === 'fault');
  if (root?.kind !== 'object' || fault !== undefined || root.badKeys.length > 0) {
    const why = fault === undefined ? 'expected an object, each name once' : `line ${fault.line}: ${faultSentence(fault)}`;
    throw new CoordError('USAGE', `the order cannot be read: ${why}`, null);
  }
  return toValue(root) as Record<string, Json>;
}

/** Whether an agent has a session of an order anywhere, as this machine's copies of the results tell (O17). */
function hasSession({ projection }: FleetFolder, order: string, agent: string): boolean {
  const folder = join(projection, 'results');
  return namesIn(folder).some((name) => {
    if (!/^[1-9][0-9]{0,3}(?:-[1-9][0-9]{0,2})?\.json$/.test(name)) return false;
    const text = readText(join(folder, name));
    const { value } = parseResults(text, name);
    const runs = value === null ? (parseResultsPage(text, name).value?.older ?? []) : [...value.older, ...value.ended];
    return runs.some(
      ({ order: id, outputs }) => listedId(id) === order && outputs?.agent === agent && outputs.session !== undefined,
    );
  });
}
