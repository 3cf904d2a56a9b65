// Names the orders that `coord run` places, and takes them off the list once it has shown their output. The run stays in the history, and
// its log where it ran.
import type { StatusOrder } from '../../core/model/status/status.ts';
import { isOver } from '../../core/orders/order-end.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { livingDaemon } from '../daemon/pid-file.ts';
import type { World } from '../sync/dependencies.ts';
import { sync } from '../sync/sync.ts';
import { recordEdits } from './edit-orders.ts';

const RUN_ID = /^run-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$/;

/** `random`: four hexadecimal digits. */
export function runId(nowMs: number, random: string): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `run-${stamp}-${random}`;
}

/** Call once its end and its output were shown. Of any other order, and of one that has not ended as far as this machine believes, it changes nothing. */
export async function leaveTheList(world: World, folder: FleetFolder, id: string, order: StatusOrder): Promise<void> {
  if (!RUN_ID.test(id) || !isOver(order)) return;
  await recordEdits(world, folder, [{ kind: 'remove', id }], { canWait: true });
  // A daemon hears of it by itself.
  if (livingDaemon(folder) === null) await sync(world, folder);
}
