// coord logs
import { shellWord } from '../../../core/base/shell-word.ts';
import type { StatusOrder } from '../../../core/model/status/status.ts';
import { isOver, isRepeated } from '../../../core/orders/order-end.ts';
import { markedState } from '../../../documents/text/state-mark.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { stepWithLog } from '../../../operations/orders/chain-edits.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import { hasOutput, logHere } from '../../../operations/orders/log-here.ts';
import { newestLog } from '../../../operations/orders/run-log.ts';
import { waitForOrder } from '../../../operations/orders/wait-for-order.ts';
import { readView, syncedView, type View } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Context } from '../../context.ts';
import { showLive } from '../../output/live-lines.ts';
import { runsIn, showEarlier, showLog, showReported } from '../../output/run-output.ts';
import { troubleNote } from './wait.ts';

export async function run(context: Context, named: string, options: { readonly follow?: boolean }): Promise<number> {
  const folder = context.fleet();
  const follow = options.follow === true;
  const before = readView(folder);
  const id = stepWithLog(before, named);
  const earlier = newestLog(folder, id)?.path;
  const here = await logHere(folder, id);
  const listed = listedIn(before, id);
  // A schedule has no end to wait for.
  const mayCome = here === null || (!here.isNewest && listed !== undefined && !isRepeated(listed));
  const goesOn = follow && mayCome && listed !== undefined && !isOver(listed);
  if (here !== null && !goesOn) {
    await showLog(context, folder, here, follow);
    return EXIT.done;
  }
  const view = syncedView(folder);
  const order = listedIn(view, id);
  if (goesOn) return await followReported(context, folder, id, earlier);
  const told = order === undefined ? [] : runsIn(order).filter(([, { tail }]) => tail !== undefined);
  if (told.some(([, { tail = '' }]) => hasOutput({ tail }))) {
    for (const [machine, { tail = '' }] of told) showReported(context, id, machine, tail);
    return EXIT.done;
  }
  const silent = told.map(([machine]) => machine);
  if (await showEarlier(context, folder, id, silent)) return EXIT.done;
  const { state, reason } = findOrder(folder, view, id);
  throw new CoordError(
    'NOT_FOUND',
    `order ${id} has no output here: it is ${state}${reason === undefined ? '' : `, ${reason}`}`,
    order === undefined || isOver(order) ? `coord order show ${shellWord(id)}` : `coord logs -f ${shellWord(id)}`,
  );
}

function listedIn(view: View | null, id: string): StatusOrder | undefined {
  return view !== null && Object.hasOwn(view.orders, id) ? view.orders[id] : undefined;
}

/** What other machines report of it until it has ended; what runs here after all is followed as it is written. `earlier`: the log here of a run before. */
async function followReported(context: Context, folder: FleetFolder, id: string, earlier: string | undefined): Promise<number> {
  const shown = new Map<string, string>();
  const here = new AbortController();
  const live = await showLive(context, folder, id, syncedView(folder));
  const show = async ([machine, { tail = '', attempt }]: ReturnType<typeof runsIn>[number]) => {
    const mark = `${attempt} ${tail}`;
    if (tail === '' || shown.get(machine) === mark) return;
    shown.set(machine, mark);
    if (!(await live.hasShown(machine, tail))) showReported(context, id, machine, tail);
  };
  let showing = Promise.resolve();
  const waiting = waitForOrder(await context.world(), folder, id, {
    timeoutMs: null,
    signal: here.signal,
    onTrouble: troubleNote(context),
    onChange(order) {
      const log = newestLog(folder, id);
      if (log !== null && log.path !== earlier) return here.abort();
      context.note(`${id} ${markedState(order.state)} · its output is reported when the run ends`);
      for (const told of runsIn(order)) showing = showing.then(() => show(told));
    },
  });
  try {
    const { needs } = await waiting;
    if (needs !== null) {
      context.note(context.paint.red(`order ${id} waits for a person: ${needs}`));
      return EXIT.failed;
    }
  } catch (error) {
    if (!here.signal.aborted) throw error;
  } finally {
    await showing;
    await live.end();
  }
  const log = newestLog(folder, id);
  if (log !== null && log.path !== earlier) await showLog(context, folder, { ...log, isNewest: true }, true);
  return EXIT.done;
}
