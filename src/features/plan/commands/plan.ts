// coord plan
import type { Context } from '../../../cli/context.ts';
import { warnUnsent } from '../../../cli/output/consequence.ts';
import { progressLines } from '../../../cli/output/show-progress.ts';
import { columns, plainCell } from '../../../cli/output/table.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import { isEndState } from '../../../core/model/orders/run.ts';
import { faultText } from '../../../core/model/status/fault.ts';
import { progressShape } from '../../../documents/board/features.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { PlanRow } from '../documents/plan-changes.ts';
import { approveDraft, type DraftReport, draftTasks } from '../operations/draft.ts';
import { type PlanReport, planSpec } from '../operations/plan.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly agent?: string;
  readonly approve?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, spec: string, options: Options): Promise<number> {
  const { dryRun = false, yes = false, json = false, agent, approve = false } = options;
  const folder = context.fleet();
  const world = await context.world();
  if (agent !== undefined && (approve || dryRun || yes))
    throw new CoordError('USAGE', '--agent drafts, and places nothing: expected it alone', 'coord plan --help');
  if (agent !== undefined)
    return draft(context, await draftTasks(world, folder, spec, { agent, onLine: working(context) }), json);
  if (approve && dryRun) throw new CoordError('USAGE', 'expected --approve or --dry-run, found both', 'coord plan --help');
  if (approve) approveDraft(world, folder, spec);
  const report = await context.busy('syncing', planSpec(world, folder, spec, { dryRun, yes }));
  if (json) context.out(visibleJson(JSON.stringify(shape(report, dryRun), null, 2)));
  else show(context, report, dryRun);
  if (report.done !== null) warnUnsent(context, report.done);
  if (report.mustAsk && !dryRun)
    throw new CoordError('FAILED', askSentence(report), `coord plan ${shellWord(report.path)} --yes`);
  return hasFault(report) ? EXIT.failed : EXIT.done;
}

/** Shows the agent's steps to the person at the terminal. */
function working(context: Context): (line: string) => void {
  return (line) => context.note(context.paint.dim(plainCell(line, 160)));
}

function draft(context: Context, { path, titles, line }: DraftReport, json: boolean): number {
  if (json) context.out(visibleJson(JSON.stringify({ spec: path, line, titles }, null, 2)));
  else {
    context.out(`drafted ${titles.length} tasks in ${path}, line ${line}; nothing is placed:`);
    for (const title of titles) context.out(`  - ${plainCell(title, 160)}`);
    context.out(`read them there, then: coord plan ${shellWord(path)} --approve, or take "(draft)" out of the heading`);
  }
  return EXIT.done;
}

/** Without a spec: how far all is, as the last sync left it. */
export async function progress(context: Context, { json = false, ...others }: Options): Promise<number> {
  if (Object.keys(others).length > 0)
    throw new CoordError(
      'USAGE',
      `which spec? --${Object.keys(others)[0]?.replace('dryRun', 'dry-run')} needs one`,
      'coord plan specs/dao.md',
    );
  const view = readView(context.fleet());
  const known = view?.progress ?? { mvps: [], features: [] };
  if (json) context.out(visibleJson(JSON.stringify(progressShape(known), null, 2)));
  else if (view?.progress === undefined)
    context.out('no MVP and no feature yet: a spec names an MVP with "mvp:" in its front matter; coord plan specs/<name>.md');
  else for (const line of progressLines(known)) context.out(line);
  return EXIT.done;
}

function hasFault({ faults, rows }: PlanReport): boolean {
  return faults.some(({ level }) => level === 'fault') || rows.some(({ what }) => what === 'kept');
}

function show(context: Context, report: PlanReport, dryRun: boolean): void {
  const { paint } = context;
  const { path, spec, rows, faults } = report;
  const name = spec.mvp === null ? '' : ` · MVP ${spec.mvp}`;
  context.out(plainCell(`${paint.bold(path)}${name} · ${rows.filter(({ task }) => task !== null).length} tasks`, 300));
  const cells = rows.map((row) =>
    [WORDS[row.what], row.id ?? '-', forWhom(row), detail(row, report)].map((it) => plainCell(it, 160)),
  );
  for (const line of columns([['', 'ORDER', 'FOR', 'TASK'], ...cells], (cell, _, row) => (row === 0 ? paint.dim(cell) : cell)))
    context.out(`  ${line}`);
  for (const fault of faults) {
    const line = plainCell(`! ${faultText(fault)}`, 600);
    context.note(fault.level === 'fault' ? paint.red(line) : paint.yellow(line));
  }
  if (!report.mustAsk) context.out(summary(report, dryRun));
}

const WORDS: Readonly<Record<PlanRow['what'], string>> = {
  new: '+ new',
  changed: '~ changed',
  held: '~ runs',
  same: '  same',
  done: '✓ ticked',
  kept: '! not its',
  bad: '! bad',
  gone: '- gone',
};

function forWhom({ entry }: PlanRow): string {
  if (entry === null) return '-';
  const assign: Json | undefined = entry.assign;
  if (assign === undefined) return typeof entry.type === 'string' ? `routing of ${entry.type}` : 'any';
  if (typeof assign !== 'object' || assign === null) return String(assign);
  return Object.values(assign).flat().join(', ');
}

/** The command stands at the end: it must not be cut off. */
function detail({ what, id, title, entry, task, fields, mustRerun }: PlanRow, { view, path }: PlanReport): string {
  const state = id === null ? undefined : view.orders[id]?.state;
  const after = Array.isArray(entry?.after) ? ` · after ${entry.after.join(', ')}` : '';
  const words = title.slice(0, 60);
  const isEnded = isEndState(state);
  switch (what) {
    case 'new':
      return `${words}${after}`;
    case 'changed':
      return `${words} · ${fields.join(', ')}${mustRerun ? ` · it has ended; to run it again: coord retry ${shellWord(id ?? '')}` : ''}`;
    case 'held':
      return `${words} · ${fields.join(', ')} waits until it has ended; then: coord plan ${shellWord(path)}`;
    case 'same':
      return `${words} · ${state ?? 'placed'}${task?.ticked && !isEnded ? ` · ticked; if it is done: coord cancel ${shellWord(id ?? '')}` : ''}`;
    case 'done':
      return `${words} · no order: already done`;
    case 'kept':
      return `${words} · ORDERS.json has an order with that id that is not from this spec: give the task an "id"`;
    case 'bad':
      return `${words} · not placed, see below`;
    case 'gone':
      return `${words} · no longer in the spec · ${state ?? 'placed'}: coord ${isEnded ? 'order remove' : 'cancel'} ${id}`;
  }
}

function summary({ rows, done }: PlanReport, dryRun: boolean): string {
  const count = (what: PlanRow['what']) => rows.filter((row) => row.what === what && row.edit !== null).length;
  const words = [
    [count('new'), 'placed'],
    [count('changed') + count('held'), 'changed'],
  ].flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]));
  if (words.length === 0) return 'nothing to change';
  return done === null ? `${dryRun ? 'it would be ' : ''}${words.join(', ')}` : `${words.join(', ')} · how far it is: coord plan`;
}

/** Whether one is the other with a new name is for a person to say. */
function askSentence({ rows }: PlanReport): string {
  const came = rows.filter(({ what }) => what === 'new');
  const went = rows.filter(({ what }) => what === 'gone');
  const [one, other] = [came[0], went[0]];
  const renamed =
    came.length === 1 && went.length === 1
      ? `if “${one?.title}” is “${other?.title}” with a new name, write "id: ${other?.id}" below it`
      : 'a task that was only renamed gets the "id" of its order';
  return `nothing was done: ${came.length} new, and ${went.length} no longer in the spec; ${renamed}; if not`;
}

function shape({ path, spec, rows, faults, mustAsk, done }: PlanReport, dryRun: boolean): object {
  return {
    ...{ spec: path, mvp: spec.mvp, owner: spec.owner, dryRun, mustAsk, landed: done?.landed ?? null },
    tasks: rows.map(({ what, id, title, task, entry, fields, mustRerun }) => ({
      ...{ what, order: id, title, line: task?.line ?? null, ticked: task?.ticked ?? null, fields, mustRerun, entry },
    })),
    faults,
  };
}
