// What moves in the picture of the network: messages that were written, and orders that began or ended, as two snapshots tell it. Pure.
import { EVERYBODY } from '../../../core/model/messages/message.ts';
import { entryOf, type Snapshot } from './snapshot.ts';

/** Between the hub and a machine. */
export interface Flight {
  readonly key: string;
  readonly machine: number;
  readonly goes: 'to hub' | 'from hub';
  readonly what: 'message' | 'run';
}

/** More at once nobody follows. */
const FLIGHTS_MAX = 12;
/** Of a first look everything is new. */
export function flightsBetween(before: Snapshot | null, after: Snapshot): readonly Flight[] {
  if (before === null || before === after) return [];
  return [...letters(before, after), ...runs(before, after)].slice(0, FLIGHTS_MAX);
}

function letters(before: Snapshot, { inbox, sent, self }: Snapshot): readonly Flight[] {
  const flights: Flight[] = [];
  const fly = (key: string, from: number, to: number) => {
    if (from > 0) flights.push({ key: `${key} out`, machine: from, goes: 'to hub', what: 'message' });
    if (to > 0) flights.push({ key: `${key} in`, machine: to, goes: 'from hub', what: 'message' });
  };
  if (before.inbox !== inbox)
    for (const [key, { from }] of Object.entries(inbox))
      if (entryOf(before.inbox, key) === undefined) fly(`inbox ${key}`, from, self.machine);
  if (before.sent !== sent)
    for (const [key, { to, state }] of Object.entries(sent)) {
      const known = entryOf(before.sent, key);
      if (known === undefined) fly(`sent ${key}`, self.machine, 0);
      if (known !== undefined && known.state !== state && to !== EVERYBODY) fly(`sent ${key} ${state}`, 0, Number(to));
    }
  return flights;
}

function runs(before: Snapshot, { orders }: Snapshot): readonly Flight[] {
  if (before.orders === orders) return [];
  return Object.entries(orders).flatMap(([id, order]): readonly Flight[] => {
    const known = entryOf(before.orders, id);
    if (known === order || order.machine === undefined || known?.state === order.state) return [];
    const flight = (goes: Flight['goes']): Flight => ({
      key: `run ${id} ${order.state} ${order.attempt ?? 0}`,
      machine: order.machine ?? 0,
      goes,
      what: 'run',
    });
    if (order.state === 'IN_PROGRESS') return [flight('from hub')];
    return order.state === 'COMPLETED' || order.state === 'FAILED' ? [flight('to hub')] : [];
  });
}
