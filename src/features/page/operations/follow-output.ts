// Tells what a run writes: what there is, and then what comes, until it is over or nobody listens. Of a run elsewhere what its machine reported,
// and its lines as they come where the fleet has a bell: they are a hint, and the report is what counts (B1).
import { closeSync, fstatSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { isOver } from '../../../core/orders/order-end.ts';
import { stepWithLog } from '../../../operations/orders/chain-edits.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import { type LocalLog, newestLog } from '../../../operations/orders/run-log.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { syncedView, type View } from '../../../operations/sync/view.ts';
import { openUntrusted } from '../../../system/files/open-file.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

/** Of a longer log the end is told: a page keeps all of it. */
const BACKLOG_BYTES = 256 * 1024;
const CHUNK_BYTES = 64 * 1024;
const POLL_MS = 300;
const LOOK_MS = 1_000;

/** `isCut`: something before it is missing. */
export type Said =
  | { readonly text: string; readonly machine: number; readonly isCut?: true }
  /** `isLive`: more of it would come by itself. */
  | { readonly over: true; readonly isLive: boolean };

/** Throws NOT_FOUND before it says anything. */
export async function followOutput(
  world: World,
  folder: FleetFolder,
  named: string,
  { signal, say }: { readonly signal: AbortSignal; say(said: Said): void },
): Promise<void> {
  const view = syncedView(folder);
  const id = stepWithLog(view, named);
  const local = newestLog(folder, id);
  const isLive = local === null ? await followElsewhere(world, folder, view, id, { signal, say }) : true;
  if (local !== null) await followHere(local, view.self.machine, { signal, say });
  if (!signal.aborted) say({ over: true, isLive });
}

interface Listener {
  readonly signal: AbortSignal;
  say(said: Said): void;
}

async function followHere(log: LocalLog, machine: number, { signal, say }: Listener): Promise<void> {
  const { file } = openUntrusted(log.path);
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  try {
    let at = Math.max(0, fstatSync(file).size - BACKLOG_BYTES);
    let isCut = at > 0;
    while (!signal.aborted) {
      const over = log.isOver();
      for (let size = -1; size !== 0 && !signal.aborted; at += size) {
        size = readSync(file, buffer, 0, CHUNK_BYTES, at);
        const text = decoder.write(buffer.subarray(0, size));
        if (text !== '') say({ text, machine, ...(isCut ? { isCut } : {}) });
        if (text !== '') isCut = false;
      }
      if (over) return;
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    closeSync(file);
  }
}

/** False = nobody tells its lines as they come. */
async function followElsewhere(
  world: World,
  folder: FleetFolder,
  view: View,
  id: string,
  { signal, say }: Listener,
): Promise<boolean> {
  const order = findOrder(view, id);
  for (const [machine, { tail }] of Object.entries(order.machines ?? { [String(order.machine ?? 0)]: order }))
    if (tail !== undefined) say({ text: tail, machine: Number(machine) });
  const machines = othersWith(view, id);
  if (isOver(order) || machines.length === 0) return true;
  const heard = await Promise.all(
    (await world.features()).flatMap(({ live }) =>
      live === undefined
        ? []
        : live(folder, { order: id, machines }, ({ machine, text, isCut }) =>
            say({ text, machine, ...(isCut ? { isCut } : {}) }),
          ),
    ),
  );
  const hearing = heard.find((one) => one !== null) ?? null;
  if (hearing === null) return false;
  try {
    while (!signal.aborted && !isEnded(folder, id)) await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  } finally {
    await hearing.end();
  }
  return true;
}

function isEnded(folder: FleetFolder, id: string): boolean {
  const { orders } = syncedView(folder);
  const order = Object.hasOwn(orders, id) ? orders[id] : undefined;
  return order === undefined || isOver(order);
}

/** Those that run it now. */
function othersWith({ orders, self }: View, id: string): readonly number[] {
  const { machine, machines = {}, state } = orders[id] ?? {};
  const one = machine === undefined || state !== 'IN_PROGRESS' ? [] : [machine];
  const all = Object.entries(machines).flatMap(([number, run]) => (run.state === 'IN_PROGRESS' ? [Number(number)] : []));
  return [...new Set([...one, ...all])].filter((number) => number !== self.machine);
}
