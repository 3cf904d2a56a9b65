// Makes people's edits from this machine (D5): recorded on disk first, then sent. Offline they wait, visibly. An edit that ORDERS.json on
// main does not admit is reported as an error.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import type { EditWait, Intention, Json, OrderEdit, PersonEdit } from '../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { together } from '../../core/orders/edit-parts.ts';
import { isOver, isRepeated } from '../../core/orders/order-end.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { withStepWork } from '../../documents/orders/step-edits.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { readText } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { mustNotHaveLeft } from '../machine/assert-not-left.ts';
import { recordingTimes } from '../messages/outbox-time.ts';
import type { World } from '../sync/dependencies.ts';
import { markTold } from '../sync/edit-rejections.ts';
import { openMachine } from '../sync/open-machine.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { syncSaved, withSaved } from '../sync/sync-saved.ts';
import { readView, type View } from '../sync/view.ts';
import { fateOf } from '../sync/waiting-edits.ts';
import { archivedOrder } from './archived-orders.ts';
import { mustBeGoodOrder, toChange } from './check-order.ts';
import { checkedTogether } from './checked-together.ts';

export interface EditReport {
  readonly sync: SyncReport;
  readonly view: View;
  /** True = main shows it; false = it waits in the outbox here. */
  readonly landed: boolean;
  /** Why it waits though the remote answers; null = it does not. */
  readonly waitsFor: EditWait | null;
  /** T6: what waits for a signature, each with why. */
  readonly unsigned: readonly string[];
}

/** Records the edits, then syncs. */
export async function editOrders(world: World, folder: FleetFolder, edits: readonly PersonEdit[]): Promise<EditReport> {
  const { ids, unsigned } = await recordEdits(world, folder, edits);
  const report = await syncSaved(world, folder);
  const view = report.view;
  if (view === null) throw withSaved(neverReached());
  const { lost: refused, ...standing } = fateOf(report, ids);
  const [lost] = refused;
  // The person who asked is told now; after an answer the next status tells.
  if (world.wasAnswered?.() !== true) markTold(folder, refused);
  if (lost !== undefined) {
    throw new CoordError('FAILED', lost.reason, lookAt(lost.edit, view));
  }
  return { sync: report, view, ...standing, unsigned };
}

function lookAt(edit: PersonEdit, view: View): string {
  if (edit.kind === 'pause' || edit.kind === 'resume') return 'coord status';
  // What keeps an entry out of the list need not be one of its id.
  if (edit.kind !== 'add' || !Object.hasOwn(view.orders, edit.order.id)) return 'coord order list';
  const id = shellWord(edit.order.id);
  return `coord order show ${id}; or coord retry ${id}, which runs it again`;
}

export const neverReached = () => new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');

export interface RecordedEdits extends Pick<EditReport, 'unsigned'> {
  /** Names under which they wait for the next sync. */
  readonly ids: readonly string[];
}

/** They go with the next sync; those that `canWait`, with its turn (H2). */
export async function recordEdits(
  world: World,
  folder: FleetFolder,
  edits: readonly PersonEdit[],
  marks: Pick<Intention, 'canWait'> = {},
): Promise<RecordedEdits> {
  const opened = await openMachine(world, folder);
  const ids: string[] = [];
  try {
    await mustNotHaveLeft(opened);
    const nextTime = recordingTimes(await opened.journal.intentions(), world.clock);
    const seen = ordersHere(folder);
    for (const edit of edits) {
      const id = world.random.uuid();
      await opened.journal.record({ id, recordedAt: nextTime(), edit: withStepWork(seen, edit), ...marks });
      ids.push(id);
    }
    world.step('edit-recorded');
    const unsigned: string[] = [];
    const by = world.isPerson === true ? 'person' : world.isAgent === true ? 'agent' : null;
    if (by === null) return { ids, unsigned };
    const { ledger, journal } = opened;
    for (const feature of await world.features()) {
      const sealed = await feature.seal?.({ by, folder, ledger, journal, edits });
      unsigned.push(...(sealed?.unsigned ?? []));
      for (const edit of sealed?.edits ?? []) {
        const id = world.random.uuid();
        await journal.record({ id, recordedAt: nextTime(), edit, ...marks });
        ids.push(id);
      }
    }
    return { ids, unsigned };
  } catch (error) {
    const count = Math.min(ids.length, edits.length);
    if (count === 0) throw error;
    if (edits.length === 1) throw withSaved(error);
    throw withSaved(error, `of ${edits.length} edits, ${count} are saved here, and a later sync pushes them`);
  } finally {
    await opened.ledger.close();
  }
}

/** ORDERS.json as the last sync left it here. */
export function ordersHere(folder: FleetFolder): string {
  const path = join(folder.projection, ORDERS_PATH);
  return existsSync(path) ? readText(path) : '';
}

/** The order as the last sync showed it; throws NOT_FOUND. `isNow`: that sync was made for this, so nobody else knows more. */
export function findOrder(folder: FleetFolder, view: View, id: string, isNow = false): StatusOrder {
  const order = Object.hasOwn(view.orders, id) ? view.orders[id] : undefined;
  if (order !== undefined) return order;
  const template = listedId(id);
  if (template !== id && Object.hasOwn(view.orders, template))
    throw new CoordError('NOT_FOUND', `${id} is one run of order ${template}`, `coord order show ${shellWord(template)}`);
  const archived = archivedOrder(folder, id);
  if (archived === null) {
    const why = `no order ${JSON.stringify(id)} in ORDERS.json`;
    throw isNow
      ? new CoordError('NOT_FOUND', why, 'coord order list')
      : new CoordError('NOT_FOUND', `${why}, as of the last sync`, 'coord sync');
  }
  const { path, state, endedAt } = archived;
  const end = `it was ${state}${endedAt === null ? '' : ` on ${endedAt.slice(0, 10)}`}`;
  const told = view.self.signed === true ? `as ${path} says, which nobody signs` : `and stands in ${path}`;
  const again = `coord order add ${shellWord(archived.id)} … -- <command> places one of that id anew`;
  throw new CoordError('NOT_FOUND', `order ${archived.id} was archived: ${end}, ${told}; ${again}`, 'coord order list --all');
}

/** The same, in what `freshView` gave: offline it saw nothing new. */
export function findOrderNow(folder: FleetFolder, view: View, id: string): StatusOrder {
  return findOrder(folder, view, id, view.sync.trouble === null);
}

/** The view of a sync that is made for it; offline, of the last one. */
export async function freshView(world: World, folder: FleetFolder): Promise<View> {
  const report = await sync(world, folder);
  const view = report.view ?? readView(folder);
  if (view === null) throw neverReached();
  return view;
}

/** An order as it was before the edit. */
export interface Before {
  readonly id: string;
  readonly before: StatusOrder;
}

export async function cancelOrders(
  world: World,
  folder: FleetFolder,
  ids: readonly string[],
): Promise<EditReport & { readonly orders: readonly Before[] }> {
  return editEach(world, folder, ids, (id) => ({ kind: 'set', id, field: 'cancelled', value: true }));
}

export async function removeOrders(
  world: World,
  folder: FleetFolder,
  ids: readonly string[],
): Promise<EditReport & { readonly orders: readonly Before[] }> {
  return editEach(world, folder, ids, (id) => ({ kind: 'remove', id }));
}

async function editEach(world: World, folder: FleetFolder, ids: readonly string[], editOf: (id: string) => OrderEdit) {
  const view = await freshView(world, folder);
  const orders = await checkedTogether(ids, (id): Before => ({ id, before: findOrderNow(folder, view, id) }));
  return { ...(await editOrders(world, folder, together(orders.map(({ id }) => editOf(id))))), orders };
}

/** Changes fields of an order; throws FAILED where it has ended, because nothing would come of it. */
export async function setOrder(
  world: World,
  folder: FleetFolder,
  id: string,
  fields: Readonly<Record<string, Json>>,
): Promise<EditReport> {
  const order = findOrderNow(folder, await freshView(world, folder), id);
  // A template's state is that of its last time.
  if (isOver(order) && !isRepeated(order))
    throw new CoordError('FAILED', `order ${id} has ended: it is ${order.state}`, `coord retry ${shellWord(id)}`);
  mustBeGoodOrder({ id, run: 'true', ...fields }, toChange(id, 'coord order set --help'));
  return editOrders(
    world,
    folder,
    Object.entries(fields).map(([field, value]): OrderEdit => ({ kind: 'set', id, field, value })),
  );
}
