// What fleet_status says: a page at most, whatever the size of the fleet, and what is left out by number.
import { isoTime, minuteTime } from '../core/base/time.ts';
import { numberedName } from '../core/model/machines/machine-label.ts';
import type { StatusMachine, StatusOrder, StatusRun } from '../core/model/status/status.ts';
import { editWords } from '../core/orders/edit-words.ts';
import { haltsOf } from '../core/status/halt-words.ts';
import { needSubject } from '../core/status/needs-you-entry.ts';
import { quotedLines } from '../documents/messages/message-quote.ts';
import { visibleLine } from '../documents/text/escape-text.ts';
import { CoordError } from '../errors.ts';
import { listedMachines, machineNamed } from '../operations/machine/machine-named.ts';
import { findOrder } from '../operations/orders/edit-orders.ts';
import { syncedView, type View } from '../operations/sync/view.ts';
import { type FleetFolder, lastFetchMs } from '../system/fleet/fleet-folder.ts';
import { type McpPolicy, mcpWords } from '../system/policy/mcp-policy.ts';
import type { Answer, ToolArgs } from './tool-answers.ts';

const MOST = { machines: 50, orders: 30, needs: 20, lost: 5 } as const;
/** Of an output, the end: of one run alone, and of each of several. */
const TAIL_CHARACTERS = { alone: 4_000, each: 1_000 };

const FIRST = ['IN_PROGRESS', 'BLOCKED', 'ASSIGNED', 'QUEUED', 'FAILED'];

export function statusAnswer(folder: FleetFolder, mayDo: McpPolicy, { order, machine }: ToolArgs<'fleet_status'>): Answer {
  const view = syncedView(folder);
  if (order !== undefined && machine !== undefined)
    throw new CoordError('USAGE', '"order" and "machine": expected one of them', null);
  if (order !== undefined) return orderAnswer(order, findOrder(folder, view, order));
  if (machine !== undefined) return machineAnswer(view, String(machine));
  return fleetAnswer(folder, view, mayDo);
}

export function orderAnswer(id: string, order: StatusOrder): Answer {
  const runs = Object.entries(order.machines ?? {});
  const short = { ...order, ...cutTail(order, TAIL_CHARACTERS.alone) };
  const machines = Object.fromEntries(
    runs.slice(0, MOST.machines).map(([number, run]) => [number, { ...run, ...cutTail(run, TAIL_CHARACTERS.each) }]),
  );
  const text = [
    orderLine(id, order),
    ...tailLines(short),
    ...Object.entries(machines).flatMap(([number, run]) => [`on ${number}: ${runWords(run)}`, ...tailLines(run)]),
  ];
  return {
    text: text.join('\n'),
    structured: { order: { id, ...short, ...(runs.length === 0 ? {} : { machines }) } },
  };
}

function machineAnswer(view: View, word: string): Answer {
  const { number } = machineNamed(word, listedMachines(view.machines));
  const machine = view.machines[String(number)];
  if (machine === undefined) throw new CoordError('NOT_FOUND', `no machine ${number} in this fleet`, 'coord machines');
  return { text: machineLine(number, machine, view), structured: { machine: { number, ...machine } } };
}

function fleetAnswer(folder: FleetFolder, view: View, mayDo: McpPolicy): Answer {
  const { self, sync, summary } = view;
  const fetchMs = lastFetchMs(folder);
  const asOf = fetchMs === null ? null : isoTime(fetchMs);
  const allMachines = Object.entries(view.machines).filter(([, { state }]) => state !== 'LEFT');
  const machines = allMachines.slice(0, MOST.machines);
  const rank = ({ state }: StatusOrder) => FIRST.indexOf(state) + (FIRST.includes(state) ? 0 : FIRST.length + 1);
  const allOrders = Object.entries(view.orders)
    .filter(([, { chain }]) => chain === undefined)
    .sort(([, a], [, b]) => rank(a) - rank(b));
  const orders = allOrders.slice(0, MOST.orders);
  const needs = view.needsYou.slice(0, MOST.needs);
  const inTheWay = inTheWayOf(view);
  const left = {
    machines: allMachines.length - machines.length,
    orders: allOrders.length - orders.length,
    needsYou: view.needsYou.length - needs.length,
  };
  const text = [
    `this is machine ${self.machine} ${self.name}; as of ${asOf ?? 'no sync yet'}${sync.unsyncedSince === null ? '' : `, unsynced since ${minuteTime(sync.unsyncedSince)}`}`,
    ...inTheWay.map((line) => `! ${oneLine(line, 1_000)}`),
    `unread messages: ${self.unread} · you may ${mcpWords(mayDo) ?? 'only read'}`,
    '',
    'machines:',
    ...machines.map(([number, machine]) => `  ${machineLine(Number(number), machine, view)}`),
    ...leftOut(left.machines),
    '',
    `orders: ${orders.length === 0 ? 'none' : ''}`.trim(),
    ...orders.map(([id, order]) => `  ${orderLine(id, order)}`),
    ...leftOut(left.orders),
    ...(needs.length === 0 ? [] : ['', 'these need a person:']),
    ...needs.map((need) => `  ${needSubject(need, (number) => `machine ${number}`)}: ${oneLine(need.why)}`),
    ...leftOut(left.needsYou),
  ];
  return {
    text: text.join('\n'),
    structured: {
      self: { machine: self.machine, name: self.name, unread: self.unread },
      asOf,
      unsyncedSince: sync.unsyncedSince,
      allowed: mayDo,
      summary,
      machines: machines.map(([number, { name, state, doubted, emergency, lastSeen, runs, tags, tools, allows }]) => {
        return { number: Number(number), name, state, doubted, emergency, lastSeen, runs, tags, tools, allows };
      }),
      orders: orders.map(([id, { state, reason, title, machine, assign }]) => ({ id, state, reason, title, machine, assign })),
      needsYou: needs,
      ...(inTheWay.length === 0 ? {} : { inTheWay }),
      left,
    },
  };
}

/** What keeps this machine from its part, and edits from here that main did not take. */
function inTheWayOf(view: View): readonly string[] {
  const lost = view.sync.lostEdits.slice(0, MOST.lost);
  return [
    ...haltsOf(view).map(({ sentence, hint }) => `${sentence}: ${hint}`),
    ...lost.map(({ edit, reason }) => `not done: ${editWords(edit)}: ${reason}`),
    ...leftOut(view.sync.lostEdits.length - lost.length).map((words) => words.trim()),
  ];
}

function leftOut(count: number): readonly string[] {
  return count > 0 ? [`  and ${count} more`] : [];
}

function machineLine(
  number: number,
  { name, state, doubted, emergency, runs, tags, allows, lastSeen }: StatusMachine,
  { self }: View,
): string {
  const words = [
    `${numberedName(number, oneLine(name))}${number === self.machine ? ' (this one)' : ''}`,
    state,
    doubted === undefined ? '' : `not believed: ${oneLine(doubted)}`,
    emergency === undefined ? '' : `EMERGENCY: ${oneLine(emergency)}`,
    runs.length === 0 ? '' : `runs ${runs.join(', ')}`,
    tags.length === 0 ? '' : `tags ${tags.map((word) => oneLine(word)).join(', ')}`,
    allows.length === 0 ? 'allows nothing to run' : `allows ${allows.join(', ')}`,
    `last seen ${lastSeen}`,
  ];
  return words.filter(Boolean).join(' · ');
}

function orderLine(id: string, order: StatusOrder): string {
  const where = order.machine === undefined ? `for ${oneLine(order.assign)}` : `on ${order.machine}`;
  return [id, runWords(order), where, order.title === undefined ? '' : JSON.stringify(oneLine(order.title))]
    .filter(Boolean)
    .join(' · ');
}

function runWords({ state, reason, exitCode }: StatusRun): string {
  const code = exitCode === undefined || exitCode === null ? '' : `exit code ${exitCode}`;
  return [state, code, reason === undefined || reason === code ? '' : oneLine(reason)].filter(Boolean).join(' · ');
}

function tailLines({ tail }: StatusRun): readonly string[] {
  return tail === undefined || tail === '' ? [] : ['the end of its output:', ...quotedLines(tail.trimEnd())];
}

function cutTail({ tail }: StatusRun, characters: number): { readonly tail?: string } {
  return tail === undefined ? {} : { tail: tail.slice(-characters) };
}

function oneLine(text: string, max = 200): string {
  return visibleLine(text, max);
}
