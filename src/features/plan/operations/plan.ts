// Makes orders of a spec for `coord plan specs/dao.md` (D10), by one edit of all of them (D5.11). Planning again changes what has changed
// and doubles nothing; no order is removed, and nothing is written into the spec.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sameValue } from '../../../core/base/same-value.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { SpecDocument } from '../../../core/model/orders/spec.ts';
import type { Fault } from '../../../core/model/status/fault.ts';
import { faultText } from '../../../core/model/status/fault.ts';
import { together } from '../../../core/orders/edit-parts.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import { readView, type View } from '../../../operations/sync/view.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { begunOf, entriesIn, type Fields, type PlanRow, planRows, specOf } from '../documents/plan-changes.ts';
import { parseSpec } from '../documents/spec.ts';
import { specPrefix } from '../documents/spec-names.ts';
import { type Entry, plannedOrders } from '../documents/spec-orders.ts';
import { mustBeTaken, specPath, specText } from './spec-file.ts';

/** How far back what the spec had written is looked for. */
const VERSIONS_MAX = 50;

export interface PlanReport {
  readonly path: string;
  readonly spec: SpecDocument;
  readonly rows: readonly PlanRow[];
  /** Of the spec; nothing of their tasks is placed. */
  readonly faults: readonly Fault[];
  /** Something came and something went: a person has to say whether that is one task with another name. */
  readonly mustAsk: boolean;
  readonly view: View;
  /** Null = there was nothing to do, or it was not done. */
  readonly done: EditReport | null;
}

interface Options {
  /** Says what it would do, by what the last sync left here. */
  readonly dryRun: boolean;
  /** Tasks that came beside some that went are new ones. */
  readonly yes: boolean;
}

export async function planSpec(world: World, folder: FleetFolder, given: string, { dryRun, yes }: Options): Promise<PlanReport> {
  const path = specPath(world, folder, given);
  const view = (dryRun ? readView(folder) : null) ?? (await freshView(world, folder));
  if (!dryRun) mustBeTaken(view, path);
  const { value: spec, faults: specFaults } = parseSpec(specText(folder, path), path);
  if (spec === null || spec.tasks === null) throw unreadable(specFaults);
  if (spec.tasks.length === 0) throw noTasks(spec);
  const listed = entriesIn(ordersText(folder));
  if (listed === null) throw new CoordError('FAILED', `${ORDERS_PATH} cannot be read: nothing is planned`, 'coord status');
  const waiting = [...listed].map(([id, { after }]) => ({ id, after: wordsIn(after) }));
  const planned = plannedOrders(spec, waiting);
  const hasPlaced = [...listed.values()].some((entry) => specOf(entry) === path);
  const earlier = hasPlaced ? await earlierEntries(world, folder, path, waiting) : [];
  const rows = planRows({
    ...{ path, prefix: specPrefix(path), planned: planned.tasks, listed },
    begun: (id) => begunOf(view.orders[id]),
    wrote: (id, field, value) => earlier.some((it) => it.id === id && sameValue(it[field] ?? null, value)),
  });
  const mustAsk =
    !yes && rows.some(({ what }) => what === 'new') && rows.some((row) => row.what === 'gone' && isOpen(row, view, listed));
  const edits = together(rows.flatMap(({ edit }) => (edit === null ? [] : [edit])));
  const faults = [...specFaults, ...planned.faults];
  const report = { path, spec, rows, faults, mustAsk, view };
  if (dryRun || mustAsk || edits.length === 0) return { ...report, done: null };
  const done = await editOrders(world, folder, edits);
  return { ...report, view: done.view, done };
}

function isOpen({ id }: PlanRow, { orders }: View, listed: ReadonlyMap<string, Fields>): boolean {
  const state = id === null ? undefined : orders[id]?.state;
  return listed.get(id ?? '')?.cancelled !== true && !['COMPLETED', 'CANCELLED'].includes(state ?? '');
}

function unreadable(faults: readonly Fault[]): CoordError {
  const [first] = faults.filter(({ level }) => level === 'fault');
  const said = first === undefined ? 'the spec cannot be read' : faultText(first);
  return new CoordError('FAILED', `nothing is planned: ${said}`, null);
}

function noTasks({ path, drafts }: SpecDocument): CoordError {
  return drafts.length > 0
    ? new CoordError(
        'FAILED',
        `the tasks of ${path} are a draft: nothing is planned`,
        `coord plan ${shellWord(path)} --approve, or take "(draft)" out`,
      )
    : new CoordError(
        'FAILED',
        `${path} has no tasks: expected a heading "## Tasks", and below it "- [ ] What is to be done"`,
        null,
      );
}

function ordersText(folder: FleetFolder): string {
  const path = join(folder.projection, ORDERS_PATH);
  return existsSync(path) ? readText(path) : '{"orders":[]}';
}

function wordsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : [];
}

/** What the versions of the spec that main has had would have written. */
async function earlierEntries(
  world: World,
  folder: FleetFolder,
  path: string,
  listed: readonly { readonly id: string; readonly after: readonly string[] }[],
): Promise<readonly Entry[]> {
  const { ledger } = await openMachine(world, folder);
  try {
    const texts = await ledger.read(await ledger.versions(path, VERSIONS_MAX));
    return [...texts.values()].flatMap((blob) => {
      const spec = blob.kind === 'text' ? parseSpec(blob.text, path).value : null;
      const tasks = spec === null ? [] : plannedOrders(spec, listed).tasks;
      return tasks.flatMap(({ entry }) => (entry === null ? [] : [entry]));
    });
  } finally {
    await ledger.close();
  }
}
