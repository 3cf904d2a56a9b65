// Which machines an order is meant for, as everybody computes it from the same snapshot (O1). Pure.
import type { Assign, Order } from './model/order.ts';
import type { MachineView } from './model/snapshot.ts';

export type Machines = ReadonlyMap<number, Pick<MachineView, 'document' | 'results'>>;

export type Assignment =
  | { readonly kind: 'machines'; readonly machines: readonly number[] }
  /** Nobody can take it as things stand. */
  | { readonly kind: 'nobody'; readonly reason: string };

/** Resolves `assign` of an order that this version supports (number, name, all). */
export function assignmentOf(order: Order, machines: Machines): Assignment {
  switch (order.assign.kind) {
    case 'machine':
      return single(order.assign.machine, machines);
    case 'name':
      return byName(order.assign.name, machines);
    case 'all': {
      const taking = present(machines).filter(
        (number) => order.joiners || !machines.get(number)?.results.before.includes(workName(order)),
      );
      return taking.length === 0
        ? { kind: 'nobody', reason: 'no machine has joined yet' }
        : { kind: 'machines', machines: taking };
    }
    case 'any':
    case 'list':
    case 'match':
      return { kind: 'nobody', reason: notYetSupported(order) };
  }
}

/** `id@generation`: names one piece of work (O8). */
export function workName(order: Pick<Order, 'id' | 'generation'>): string {
  return `${order.id}@${order.generation}`;
}

export function notYetSupported(order: Order): string {
  return `not yet supported: ${order.notYetSupported.join(', ')}`;
}

/** `2 builder`: how every face names a machine. */
export function machineLabel(number: number, machines: Machines): string {
  const name = machines.get(number)?.document.name;
  return name === undefined ? `${number}` : `${number} ${name}`;
}

/** The short phrase for an `assign`, for people. */
export function assignPhrase(assign: Assign, machines: Machines): string {
  switch (assign.kind) {
    case 'machine':
      return machineLabel(assign.machine, machines);
    case 'name':
      return assign.name;
    case 'all':
    case 'any':
      return assign.kind;
    case 'list':
      return assign.of.join(' or ');
    case 'match':
      return [...assign.tags, ...(assign.tool === null ? [] : [assign.tool])].join(' + ');
  }
}

function present(machines: Machines): number[] {
  return [...machines.values()]
    .filter((view) => view.document.state !== 'LEFT')
    .map((view) => view.document.machine)
    .sort((a, b) => a - b);
}

function single(number: number, machines: Machines): Assignment {
  const state = machines.get(number)?.document.state;
  if (state === undefined) return { kind: 'nobody', reason: `no machine ${number}; it starts when one joins` };
  if (state === 'LEFT') return { kind: 'nobody', reason: `${machineLabel(number, machines)} has left the fleet` };
  return { kind: 'machines', machines: [number] };
}

function byName(name: string, machines: Machines): Assignment {
  const wanted = name.toLowerCase();
  const named = present(machines).filter((number) => machines.get(number)?.document.name.toLowerCase() === wanted);
  const [first, second] = named;
  if (first === undefined) return { kind: 'nobody', reason: `no machine named ${name}; it starts when one joins` };
  if (second !== undefined) {
    return { kind: 'nobody', reason: `machines ${named.join(' and ')} are both named ${name}; assign by number` };
  }
  return { kind: 'machines', machines: [first] };
}
