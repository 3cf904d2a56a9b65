// What the tests of narrowed share with the long ones.
import type { Fleet } from '../../e2e/fleet.ts';

export const orders = (fleet: Fleet) => (JSON.parse(fleet.board('ORDERS.json')) as { orders: Record<string, unknown>[] }).orders;
