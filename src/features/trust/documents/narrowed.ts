// What a person may order who may not order everything (T3): by the ids of entries, by kinds of work, by the machines where it starts. Pure.
import type { Order } from '../../../core/model/orders/order.ts';
import type { Holder, Only } from './trust-document.ts';

/** Why this entry is not theirs to place, or null. `orders`: all that it makes. */
export function whyNotTheirs(holder: Holder, id: string, orders: readonly Order[]): string | null {
  const limit = limitOf(holder, id, orders);
  return limit === null ? null : `signed by ${holder.name}, who may place ${limit}`;
}

/** What they may place, where this entry is beyond it; else null. */
export function limitOf({ only = {} }: Pick<Holder, 'only'>, id: string, orders: readonly Order[]): string | null {
  const { ids, kinds } = only;
  if (ids !== undefined && !ids.some((pattern) => fits(pattern, id))) return `only ${ids.join(', ')}`;
  // A check is a shell command.
  const asked = orders.flatMap(({ work, check }): string[] => [work.kind, ...(check === null ? [] : ['shell'])]);
  const kind = asked.find((it) => kinds !== undefined && !kinds.includes(it));
  return kind === undefined ? null : `only ${kinds?.join(', ')}, not ${kind}`;
}

/** Why it does not start on this machine, although it is theirs to place, or null. */
export function whyNotHere({ name, only }: Holder, machine: number): string | null {
  const { machines } = only ?? {};
  if (machines === undefined || machines.includes(String(machine))) return null;
  return `signed by ${name}, whose orders start only on ${machines.length === 1 ? 'machine' : 'machines'} ${machines.join(', ')}`;
}

/** For people: what it comes to; empty = everything. */
export function onlyWords({ ids, kinds, machines }: Only = {}): string {
  const parts = [ids?.join(', '), kinds?.join(', '), machines === undefined ? undefined : `on ${machines.join(', ')}`];
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? '' : ` · only ${said.join(' · ')}`;
}

/** `*` at the end stands for any. */
function fits(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
