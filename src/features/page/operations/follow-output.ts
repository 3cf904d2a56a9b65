// Tells what a run writes: what there is, and then what comes, until it is over or nobody listens. Of a run elsewhere what its machine reported,
// and its lines as they come where the fleet has a bell: they are a hint, and the report is what counts (B1).
import { setTimeout as delay } from 'node:timers/promises';
import { isOver } from '../../../core/orders/order-end.ts';
import { stepWithLog } from '../../../operations/orders/chain-edits.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import { logHere } from '../../../operations/orders/log-here.ts';
import { followLog } from '../../../operations/orders/run-log.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { syncedView, type View } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { boundedSay, type Said } from '../rules/bounded-say.ts';

/** Of a longer log the end is told first: all of one has some 8 MB, and whoever searches it asks for that. */
const BACKLOG_BYTES = 256 * 1024;
const LOOK_MS = 1_000;
/** Of lines that come over the bell, each of at most a few kilobytes. */
const WAITING_MAX = 32;

export interface Listener {
  readonly signal: AbortSignal;
  /** Wants all of a log, and not its end. */
  readonly isWhole: boolean;
  /** No more of a log here is read before it has taken this. */
  say(said: Said): Promise<void>;
}

/** Of the newest run alone: what an earlier one wrote is not its output. Throws NOT_FOUND before it says anything. */
export async function followOutput(world: World, folder: FleetFolder, named: string, listener: Listener): Promise<void> {
  const { signal, isWhole, say } = listener;
  const view = syncedView(folder);
  const id = stepWithLog(view, named);
  const here = await logHere(folder, id);
  const { machine } = view.self;
  const write = (text: string, isCut: boolean) => say({ text, machine, ...(isCut ? { isCut } : {}) });
  const isHere = here?.isNewest === true;
  if (isHere) await followLog(here, { follow: true, ...(isWhole ? {} : { bytesMax: BACKLOG_BYTES }), signal, write });
  const isLive = isHere || (await followElsewhere(world, folder, view, id, listener));
  if (!signal.aborted) await say({ over: true, isLive });
}

/** False = nobody tells its lines as they come. */
async function followElsewhere(
  world: World,
  folder: FleetFolder,
  view: View,
  id: string,
  { signal, say }: Listener,
): Promise<boolean> {
  const order = findOrder(folder, view, id);
  for (const [machine, { tail }] of Object.entries(order.machines ?? { [String(order.machine ?? 0)]: order }))
    if (tail !== undefined) await say({ text: tail, machine: Number(machine) });
  const machines = othersWith(view, id);
  if (isOver(order) || machines.length === 0) return true;
  const pass = boundedSay(say, WAITING_MAX);
  const heard = await Promise.all(
    (await world.features()).flatMap(({ live }) =>
      live === undefined
        ? []
        : live(folder, { order: id, machines }, ({ machine, text, isCut }) => {
            pass({ text, machine, isHint: true, ...(isCut ? { isCut } : {}) });
          }),
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
