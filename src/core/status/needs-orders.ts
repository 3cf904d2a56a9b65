// Needs-you of orders and documents: what cannot be read, what is blocked or failed, and what was lost with a machine.

import { CYCLE_RULES } from '../../features/cycle.ts';
import { shellWord } from '../base/shell-word.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { ToldReason } from '../model/orders/reason.ts';
import type { OrderState } from '../model/orders/run.ts';
import { type Fault, faultSentence } from '../model/status/fault.ts';
import type { NeedsYou, StatusOrder, StatusRun } from '../model/status/status.ts';
import { mayBeResolved } from '../orders/manual-resolution.ts';
import { codeOf } from '../orders/read-reason.ts';
import { isOffline } from './machine-status.ts';
import { type NeedKind, toldNeed } from './needs-you-entry.ts';

/** Equal faults of one line are listed once. */
export const documentNeed: NeedKind = {
  code: 'document',
  alert: 'fault',
  ways: ['expected'],
  find({ faults, machines, ordersReadable }) {
    const needs = new Map<string, NeedsYou>();
    for (const fault of faults.filter(({ level }) => level === 'fault')) {
      const { document, line } = fault;
      const place = line === null ? '' : ` (line ${line})`;
      const hold = document === 'ORDERS.json' && !ordersReadable ? 'nothing new starts until it is fixed: ' : '';
      const why = `${hold}${toldFault(fault, machines)}${place}`;
      needs.set(`${document} ${why}`, { code: 'document', document, why });
    }
    return [...needs.values()];
  },
};

/** With the order and its machine, which people know better than the line. */
export function toldFault(fault: Fault, machines: Machines): string {
  const { order } = fault;
  if (order === undefined) return faultSentence(fault);
  const { id, assign } = order;
  const whom = assign === null ? '' : ` (for ${typeof assign === 'number' ? machineLabel(assign, machines) : assign})`;
  return `order ${id}${whom}: ${faultSentence(fault)}`;
}

export const orderNeed: NeedKind = {
  code: 'order',
  alert: 'order',
  ways: ['coord approve', 'coord retry', 'coord order resolve', 'coord allow', 'coord answer', 'when one joins'],
  find({ orders, shown, asks }) {
    // A fault of ORDERS.json already tells of an entry that cannot be read; a cancelled order needs nobody.
    const silent = new Set([
      ...orders.refused.map((entry) => entry.id),
      ...orders.orders.filter((order) => order.cancelled || order.unknown !== undefined).map((order) => order.id),
    ]);
    // An order that waits for others needs nobody itself: they move it, or ask.
    const stands = (id: string, { state }: StatusOrder) => (state === 'BLOCKED' ? asks.get(id) !== null : state === 'FAILED');
    return shown
      .filter(([id, order]) => stands(id, order) && !silent.has(id))
      .map(([id, order]): NeedsYou => {
        const why = asks.get(id) ?? order;
        return { code: 'order', order: id, ...whyNeeded(id, order, why), ...codeNeeded(order, why) };
      });
  },
};

/** `asks`: the reason that asks a person. */
function whyNeeded(order: string, it: StatusOrder, asks: ToldReason): Pick<NeedsYou, 'why' | 'told'> {
  const { state, exitCode, reason, machine } = it;
  if (state === 'BLOCKED')
    return asks.told === undefined ? { why: asks.reason ?? 'blocked' } : toldNeed(asks.told, { order, machine });
  const hasEnded = exitCode !== undefined && exitCode !== null;
  const code = hasEnded ? ` with exit code ${exitCode}` : '';
  const see = hasEnded ? `; to see why: coord logs ${shellWord(order)}` : '';
  const cause = `failed${code}${reason === undefined ? '' : `: ${reason}`}`;
  const ways = [{ way: 'runAgain' } as const, ...(mayBeResolved(it) ? [{ way: 'resolve' } as const] : [])];
  // The way to the log stands in the sentence alone: whoever has buttons has the log beside them.
  return { ...toldNeed([cause, ...ways], { order }), why: toldNeed([`${cause}${see}`, ...ways], { order }).why };
}

function codeNeeded(order: StatusOrder, asks: ToldReason): Pick<NeedsYou, 'because'> {
  const code = order.state === 'BLOCKED' ? codeOf(asks) : order.reason === undefined ? 'exitCode' : order.code;
  return code === undefined ? {} : { because: code };
}

const MOVES: readonly OrderState[] = ['IN_PROGRESS', 'QUEUED', 'ASSIGNED'];

/** Orders that stand still because their machine is away. */
export const offlineNeed: NeedKind = {
  code: 'offline',
  alert: 'order',
  ways: ['coord machines remove'],
  find({ shown, machines }) {
    const offline = new Set([...machines.keys()].filter((machine) => isOffline(machine, machines)));
    if (offline.size === 0) return [];
    return shown.flatMap(([id, order]) =>
      runsOf(order)
        .filter(([machine, run]) => MOVES.includes(run.state) && offline.has(machine) && run.takeOver === undefined)
        .map(([machine]): NeedsYou => {
          const back = backAgain(machine, machines.get(machine)?.document);
          const why = `${machineLabel(machine, machines)} is offline; ${back}, or if it is gone: coord machines remove ${machine}`;
          return { code: 'offline', order: id, machine, why };
        }),
    );
  },
};

function backAgain(machine: number, document: MachineDocument | undefined): string {
  const ways = CYCLE_RULES.flatMap(({ back }) => back?.(machine, document) ?? []);
  return ways[0] ?? 'start it';
}

function runsOf(order: StatusOrder): (readonly [machine: number, run: StatusRun])[] {
  if (order.machines !== undefined) return Object.entries(order.machines).map(([machine, run]) => [Number(machine), run]);
  return order.machine === undefined ? [] : [[order.machine, order]];
}
