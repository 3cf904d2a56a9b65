// `coord status` for people: what needs them first, then machines, orders, and what is not on the remote yet.
import { counted } from '../../core/base/counted.ts';
import { minuteTime } from '../../core/base/time.ts';
import { senderLabel } from '../../core/messages/sender-label.ts';
import type { Refusal } from '../../core/model/ledger/push.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { assignWords, type StatusOrder } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { editWords, waitWords } from '../../core/orders/edit-words.ts';
import { isOver } from '../../core/orders/order-end.ts';
import { changedNote } from '../../core/orders/work-hash.ts';
import { haltsOf } from '../../core/status/halt-words.ts';
import { needSubject } from '../../core/status/needs-you-entry.ts';
import { historyLines } from '../../documents/board/readme-history.ts';
import { markedState } from '../../documents/text/state-mark.ts';
import { comeBack } from '../../operations/machine/assert-not-left.ts';
import { oddRefLines } from '../../operations/sync/odd-refs.ts';
import { versionWarnings } from '../../operations/sync/versions.ts';
import { foldersHereLines, heldSentence, helpFor, type View } from '../../operations/sync/view.ts';
import { firstWait } from '../../operations/sync/waiting-edits.ts';
import type { Reading } from '../context.ts';
import { comingWords } from './coming-words.ts';
import { progressWords } from './progress-words.ts';
import { machineLines } from './show-machines.ts';
import { mvpLines } from './show-progress.ts';
import { paintState } from './state-words.ts';
import { machinesShown, ordersShown } from './status-selection.ts';
import { syncedWords } from './synced-words.ts';
import { ago, CELL_MAX, columns, oneLine, plainCell } from './table.ts';

const WARNINGS_MAX = 10;

/** `notes`: what else stands in the way here. */
export function statusLines(view: View, context: Reading, fetchedMs: number | null, notes: readonly string[]): string[] {
  const { paint } = context;
  const nowMs = context.nowMs();
  const synced = syncedWords(view.sync.unsyncedSince, fetchedMs, nowMs);
  const head = `${paint.bold(`${view.self.machine} ${view.self.name}`)} · ${view.self.remote} · ${synced}`;
  return [
    head,
    ...troubleLines(view, context),
    ...notes.map((line) => paint.yellow(`! ${plainCell(line, 1000)}`)),
    ...unreadLine(view, context),
    ...(view.sync.shortening === undefined ? [] : historyLines(view.sync.shortening)),
    ...section('Needs you', needsYouLines(view), context),
    ...section('Warnings', warningLines(view), context),
    ...section('Progress', view.progress === undefined ? [] : mvpLines(view.progress), context),
    ...section('Machines', shownMachineLines(view, context, fetchedMs), context),
    ...section('Orders', shownOrderLines(view, context), context),
  ];
}

function shownMachineLines(view: View, context: Reading, fetchedMs: number | null): readonly string[] {
  const { isShown, more } = machinesShown(view);
  const machines = Object.fromEntries(Object.entries(view.machines).filter(([number]) => isShown(number)));
  return [...machineLines({ ...view, machines }, context, fetchedMs), ...(more === null ? [] : [more])];
}

function shownOrderLines(view: View, context: Reading): readonly string[] {
  const { isShown, more } = ordersShown(view);
  return [...orderLines(view, context, (_, id) => isShown(id)), ...(more === null ? [] : [more])];
}

function unreadLine({ self }: View, { paint }: Reading): string[] {
  if (self.unread === 0) return [];
  return [paint.bold(`${counted(self.unread, 'unread message')}: coord inbox`)];
}

function section(title: string, lines: readonly string[], { paint }: Reading): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map((line) => `  ${line}`)];
}

/** What stands between this machine and the others, what it waits for by itself, and that it may do nothing for them. */
export function troubleLines(view: View, { paint, nowMs }: Pick<Reading, 'paint' | 'nowMs'>): string[] {
  const { allows: kinds, policyProblem } = view.self;
  const allows =
    hasLeft(view) || kinds.length > 0 || policyProblem !== undefined ? [] : ['nothing may run here: coord allow shell'];
  const held = heldSentence(view.sync.heldUntil, nowMs());
  return [...troubles(view, nowMs), ...(held === null ? [] : [held]), ...allows].map((line) =>
    paint.yellow(`! ${plainCell(line, 1000)}`),
  );
}

/** Sentences, each with the command that helps: what a person may have to do something about. */
export function troubles(view: View, nowMs: () => number): readonly string[] {
  const { sync, self } = view;
  const lines: string[] = [];
  for (const { sentence, hint } of haltsOf(view)) lines.push(`${sentence}: ${hint}`);
  if (sync.unsyncedSince !== null)
    lines.push(
      `unsynced since ${minuteTime(sync.unsyncedSince)} (${ago(sync.unsyncedSince, nowMs())}): ${sync.trouble?.message ?? ''}; try: ${helpFor(sync.trouble?.code ?? 'UNKNOWN')}`,
    );
  if (sync.boardRefused !== null)
    lines.push(`BOARD_REFUSED since ${sync.boardRefused.since}: ${sync.boardRefused.detail}; ${wayOut(sync.boardRefused)}`);
  lines.push(...oddRefLines(view), ...(sync.distrust ?? []), ...(sync.mishaps ?? []));
  if (sync.pendingEdits.length > 0) lines.push(pendingWords(view));
  for (const { at, edit, reason } of sync.lostEdits) lines.push(`not done, ${ago(at, nowMs())}: ${editWords(edit)}: ${reason}`);
  if (self.policyProblem !== undefined) lines.push(self.policyProblem);
  lines.push(...versionWarnings(view));
  lines.push(...foldersHereLines(sync));
  if (hasLeft(view)) lines.push(`this machine has left the fleet; to come back: ${comeBack(view.self)}`);
  return lines;
}

/** By itself: a machine that was removed is told so by its halt. */
export function hasLeft({ machines, self, sync }: View): boolean {
  return machines[String(self.machine)]?.state === 'LEFT' && sync.removedBy === null;
}

function pendingWords(view: View): string {
  const { pendingEdits, editsWait } = view.sync;
  const { length } = pendingEdits;
  const edits = `${counted(length, 'edit')} not on the remote yet`;
  const wait = length === 1 ? 'it waits' : 'they wait';
  if (haltsOf(view).length > 0) return `${edits}; ${wait} while this machine has halted`;
  const first = firstWait(Object.values(editsWait));
  if (first?.kind === 'fix') return `${edits}; ${wait} for a person to fix ${first.what}`;
  if (first !== null) return `${edits}; ${wait}: ${waitWords(first)}; a later sync looks again`;
  return `${edits}; the next sync sends ${length === 1 ? 'it' : 'them'}`;
}

/** F4, where the refusal does not name its own. */
function wayOut({ hint }: Refusal): string {
  return hint === undefined ? 'where only people may push it, put "board: coord-board" into fleet.yaml' : `try: ${hint}`;
}

function needsYouLines(view: View): string[] {
  // The command stands at the end: it must not be cut off.
  return columns(needsHere(view).map(([what, why]) => [plainCell(what, 40), plainCell(why, 400)]));
}

/** What was forgiven or ignored in documents of people: who wrote it takes it for done. */
function warningLines({ faults }: View): string[] {
  const warnings = faults.filter(({ level }) => level === 'warning');
  const lines = warnings.slice(0, WARNINGS_MAX).map(({ document, line, message }) => {
    const place = line === undefined ? '' : ` line ${line}`;
    return plainCell(`${document}${place}: ${message}`, 400);
  });
  const more = warnings.length - lines.length;
  return more === 0 ? lines : [...lines, `and ${more} more: coord status --json`];
}

/** Urgent messages to this machine, and then what the fleet needs. */
export function needsHere(view: View): readonly (readonly [what: string, why: string])[] {
  const urgent = view.self.urgent.map(({ from, name, what }): [string, string] => [
    senderLabel({ from, name }),
    `urgent message: ${what}; coord inbox`,
  ]);
  const needs = view.needsYou.map((item): [string, string] => [
    needSubject(item, (machine) => listedName(machine, view.machines)),
    item.why,
  ]);
  return [...urgent, ...needs];
}

export function orderLines(
  view: View,
  { paint, nowMs }: Reading,
  isMeant: (order: StatusOrder, id: string) => boolean = () => true,
): string[] {
  const meant = wholeOrders(view.orders).filter(([id, order]) => isMeant(order, id));
  const rows = meant.map(([id, order]) => [
    id,
    markedState(order.state),
    plainCell(order.assign, CELL_MAX),
    detail(order, changedWords(id, order, view), nowMs()),
  ]);
  if (rows.length === 0) return [];
  return columns([['ORDER', 'STATE', 'FOR', 'WHAT IS KNOWN'], ...rows], (cell, column, row) =>
    row === 0 ? paint.dim(cell) : column === 1 ? paintState(cell, paint) : cell,
  );
}

function changedWords(id: string, order: StatusOrder, { orders }: View): string[] {
  const changed = changedNote(id, order, orders);
  return changed === null ? [] : [changed];
}

/** Of an order that goes on elsewhere; null = it failed nowhere, or has ended and says so itself. */
export function failedSoFar(order: StatusOrder): string | null {
  const failed = Object.values(order.machines ?? {}).filter(({ state }) => state === 'FAILED').length;
  return failed === 0 || isOver(order) ? null : `${failed} failed so far`;
}

function detail(order: StatusOrder, notes: readonly string[], nowMs: number): string {
  const runs = Object.values(order.machines ?? {});
  const done = runs.filter((run) => run.state === 'COMPLETED').length;
  const failed = failedSoFar(order);
  const words = [
    ...(runs.length > 0 ? [`${done} of ${runs.length} done`] : []),
    ...(failed === null ? [] : [failed]),
    ...(order.machine === undefined || assignWords(order.assign).every((word) => word.startsWith(`${order.machine} `))
      ? []
      : [`on ${order.machine}`]),
    ...(order.exitCode === undefined || order.exitCode === null || order.exitCode === 0 ? [] : [`exit code ${order.exitCode}`]),
    ...notes,
    ...comingWords(order, nowMs),
    ...(order.reason === undefined ? [] : [order.reason]),
    ...(order.finishedAt === undefined
      ? order.startedAt === undefined
        ? []
        : [`started ${ago(order.startedAt, nowMs)}`]
      : [ago(order.finishedAt, nowMs)]),
    ...(order.state === 'IN_PROGRESS' ? progressWords(order.progress, nowMs) : []),
    ...(order.tail === undefined || order.tail === '' ? [] : [`“${oneLine(order.tail.trimEnd().split('\n').at(-1) ?? '', 40)}”`]),
  ];
  return plainCell(words.join(' · '), 110);
}
