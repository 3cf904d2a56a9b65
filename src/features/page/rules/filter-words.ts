// The words that a list of orders is narrowed by: `state:failed on:pc deploy`. All of them must hold. Pure.
import type { StatusMachine, StatusOrder } from '../../../core/model/status/status.ts';

type Named = readonly [id: string, order: StatusOrder];
type Machines = Readonly<Record<string, StatusMachine>>;

/** `-word` = what it holds for is left out. */
export function filterOrders(orders: readonly Named[], typed: string, machines: Machines): readonly Named[] {
  const tests = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-')
    .map((word) => (word.startsWith('-') ? not(testOf(word.slice(1), machines)) : testOf(word, machines)));
  return orders.filter((named) => tests.every((holds) => holds(named)));
}

type Test = (named: Named) => boolean;

function not(test: Test): Test {
  return (named) => !test(named);
}

function testOf(word: string, machines: Machines): Test {
  const [, key, value = ''] = /^(state|on|is):(.*)$/.exec(word) ?? [];
  if (key === 'state') return ([, { state }]) => state.toLowerCase().replace('_', '-').startsWith(value.replace('_', '-'));
  if (key === 'on') return ([, order]) => machinesOf(order).some((number) => isMachine(number, value, machines));
  if (key === 'is') return ([, order]) => isKind(order, value);
  return ([id, { title = '', assign }]) => [id, title, assign].some((text) => text.toLowerCase().includes(word));
}

/** Where it runs or ran; of one that has not begun, nowhere. */
function machinesOf({ machine, machines = {} }: StatusOrder): readonly string[] {
  return [...(machine === undefined ? [] : [String(machine)]), ...Object.keys(machines)];
}

function isMachine(number: string, value: string, machines: Machines): boolean {
  return number === value || (Object.hasOwn(machines, number) && machines[number]?.name.toLowerCase() === value);
}

function isKind({ schedule, on, steps, chain, approval }: StatusOrder, value: string): boolean {
  switch (value) {
    case 'schedule':
      return schedule !== undefined;
    case 'trigger':
      return on !== undefined;
    case 'chain':
      return steps !== undefined;
    case 'step':
      return chain !== undefined;
    case 'approval':
      return approval === 'awaited';
    default:
      return false;
  }
}
