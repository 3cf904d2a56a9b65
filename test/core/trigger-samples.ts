// Values for the tests of triggers (O19): `alarm` waits for `backup`, which machine 2 runs.
import { seeTriggers } from '../../src/core/decide/triggers-seen.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { OrderEvent, Trigger } from '../../src/core/model/orders/trigger.ts';
import { ended, journal, order, type SampleFleet, snapshot, view } from './samples.ts';

const FAILED: Trigger = { kind: 'failed', of: 'backup' };
export const trigger = (change: Partial<Order> = {}, on: Trigger = FAILED) => order('alarm', { on, ...change });
export const backup = (change: Partial<Order> = {}) => order('backup', { assign: { kind: 'machine', machine: 2 }, ...change });
export const failure = (change: object = {}) => ended('backup', { state: 'FAILED', exitCode: 3, ...change });
export const others = (...runs: ReturnType<typeof ended>[]) => [view(1), view(2, { results: { ended: runs } })];
export const fleetOf = (machines: SampleFleet['machines'], ...orders: Order[]): SampleFleet => ({
  orders: orders.length === 0 ? [trigger(), backup()] : orders,
  ...(machines === undefined ? {} : { machines }),
});

/** The journal after these looks, one after the other; the first one shows the trigger. */
export function looked(looks: readonly SampleFleet[], state: JournalState = journal()): JournalState {
  return looks.reduce((known, fleet) => seeTriggers(known, snapshot(fleet)), state);
}

export const open = (state: JournalState): readonly OrderEvent[] => state.triggers?.alarm?.open ?? [];
export const before = fleetOf(others());
export const failedNow = fleetOf(others(failure()));
