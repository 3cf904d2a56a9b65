// Runs `coord edit`: a person changes ORDERS.json in the editor, and what they changed goes as the edits of a saved file do (D5), from the text
// that the editor was opened with, whatever main holds by then.
import { join } from 'node:path';
import type { OrderEdit } from '../../core/model/ledger/intention.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { commentsIn } from '../../documents/json/json-text.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { diffOrders } from '../../documents/orders/orders-diff.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import { type Edited, editText } from '../../system/files/editor.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { savedEdit } from '../../system/fleet/projection.ts';
import type { World } from '../sync/dependencies.ts';
import { markTold } from '../sync/edit-rejections.ts';
import { openMachine } from '../sync/open-machine.ts';
import { syncSaved, withSaved } from '../sync/sync-saved.ts';
import { savedFrom } from '../sync/take-saved-edits.ts';
import { fateOf } from '../sync/waiting-edits.ts';
import { type EditReport, freshView, neverReached, ordersHere, recordEdits } from './edit-orders.ts';

export interface FileEdit {
  /** Those that main has, or that wait here. */
  readonly edits: readonly OrderEdit[];
  /** Those that main did not take, with why. */
  readonly lost: EditReport['view']['sync']['lostEdits'];
  readonly report: EditReport;
  /** Where the whole text lies, if it has comments that no edit carries (D5); null = it has none. */
  readonly keptAt: string | null;
}

interface Opened {
  readonly text: string;
  /** What the text was edited from: another one where a person has saved the file here, and it was not taken. */
  readonly base: string;
}

/** `again`: asked where the text cannot go as it is. Null = nothing was changed. What cannot go stays in the file that the error names. */
export async function editOrdersFile(
  world: World,
  folder: FleetFolder,
  again: (faults: readonly string[], path: string) => Promise<boolean>,
): Promise<FileEdit | null> {
  const opened = await openOrders(world, folder);
  let edited = await editText(world.env, ORDERS_PATH, opened.text);
  for (;;) {
    if (edited.text === opened.text) {
      edited.done();
      return null;
    }
    const checked = checkedEdits(opened.base, edited.text);
    if ('edits' in checked) return await send(world, folder, opened, edited, checked.edits);
    if (!(await again(checked.faults, edited.path)))
      throw new CoordError('FAILED', `nothing was sent; what you typed is in ${edited.path}`, null);
    edited = await edited.again();
  }
}

/** As the sync just now left it. Throws FAILED where no edit of it could be told from it. */
async function openOrders(world: World, folder: FleetFolder): Promise<Opened> {
  await freshView(world, folder);
  const opened = await openMachine(world, folder);
  try {
    const text = ordersHere(folder);
    const saved = savedEdit(folder, ORDERS_PATH, opened.ledger);
    const base = saved === null ? text : await savedFrom(opened, saved.from);
    const path = join(folder.projection, ORDERS_PATH);
    if (base === null || text === '')
      throw new CoordError('FAILED', `${path} cannot be edited: it is not known what it was on main`, 'coord doctor');
    const diff = diffOrders(base, base);
    if (diff.kind === 'unclear')
      throw new CoordError('FAILED', `${ORDERS_PATH} has to be fixed on main first: ${diff.reason}`, 'coord status');
    return { text, base };
  } finally {
    await opened.ledger.close();
  }
}

/** Faults that stand in the base already are nobody's of today. */
export function checkedEdits(
  base: string,
  text: string,
): { readonly edits: readonly OrderEdit[] } | { readonly faults: readonly string[] } {
  const diff = diffOrders(base, text);
  if (diff.kind === 'unclear') return { faults: [diff.reason] };
  const known = new Set(faultsIn(base).map(({ what }) => what));
  const faults = faultsIn(text).flatMap(({ what, words }) => (known.has(what) ? [] : [words]));
  return faults.length > 0 ? { faults } : { edits: diff.edits };
}

function faultsIn(text: string) {
  const faults = parseOrders(text).faults.filter(({ level }) => level === 'fault');
  return faults.map((fault) => ({
    what: JSON.stringify([fault.order?.id, fault.expected, fault.found, fault.unknown]),
    words: faultText(fault),
  }));
}

async function send(
  world: World,
  folder: FleetFolder,
  opened: Opened,
  edited: Edited,
  edits: readonly OrderEdit[],
): Promise<FileEdit> {
  if (edits.length === 0)
    throw new CoordError('FAILED', `only comments or layout differ: nothing was sent; what you typed is in ${edited.path}`, null);
  const before = ordersHere(folder);
  const { ids, unsigned } = await recordEdits(world, folder, edits).catch((error: unknown) => {
    if (!(error instanceof CoordError)) throw error;
    throw new CoordError(error.code, `${error.message}; what you typed is in ${edited.path}`, error.hint, { cause: error });
  });
  // What was saved here and could not be taken is part of what was edited.
  if (opened.text !== opened.base && before === opened.text) writeWhole(join(folder.projection, ORDERS_PATH), opened.base, 0o666);
  const keptAt = hasNewComment(opened.base, edited.text) ? edited.path : null;
  if (keptAt === null) edited.done();
  const report = await syncSaved(world, folder);
  const { view } = report;
  if (view === null) throw withSaved(neverReached());
  const { lost, ...standing } = fateOf(report, ids);
  markTold(folder, lost);
  const others = edits.filter((_, at) => !lost.some(({ id }) => id === ids[at]));
  return { edits: others, lost, keptAt, report: { sync: report, view, ...standing, unsigned } };
}

function hasNewComment(base: string, text: string): boolean {
  const known = new Set(commentsIn(base));
  return commentsIn(text).some((comment) => !known.has(comment));
}
