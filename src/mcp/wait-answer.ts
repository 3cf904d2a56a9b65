// wait_for_order: not having ended in time is an answer and no error, because the agent then waits again or does something else.
import type { StatusOrder } from '../core/model/status/status.ts';
import { CoordError } from '../errors.ts';
import { waitForOrder } from '../operations/orders/wait-for-order.ts';
import type { World } from '../operations/sync/dependencies.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { orderAnswer } from './status-answer.ts';
import type { Answer, Call, ToolArgs } from './tool-answers.ts';
import { WAIT_SECONDS } from './tools.ts';

/** Clients take silence for death. */
const WORD_EVERY_MS = 5_000;

export async function waitAnswer(
  world: World,
  folder: FleetFolder,
  { order: id, timeout_seconds: seconds = WAIT_SECONDS.usual }: ToolArgs<'wait_for_order'>,
  { signal, progress }: Call,
): Promise<Answer> {
  const startedMs = performance.now();
  const timeoutMs = seconds * 1000;
  let last: StatusOrder | null = null;
  let trouble: string | null = null;
  let endHere: string | null = null;
  const tell = () =>
    progress(performance.now() - startedMs, timeoutMs, last === null ? `looking for ${id}` : `${id} is ${last.state}`);
  const ticking = setInterval(tell, WORD_EVERY_MS);
  try {
    const { order, needs } = await waitForOrder(world, folder, id, {
      timeoutMs,
      signal,
      onChange: (now, _view, here) => {
        last = now;
        endHere = here;
        trouble = null;
        tell();
      },
      onTrouble: (message) => {
        trouble = message;
      },
    });
    const { text, structured } = orderAnswer(id, order);
    if (needs === null) return { text, structured: { ended: true, ...structured } };
    return {
      text: `it needs a person; do not wait for it: ${needs}\n${text}`,
      structured: { ended: false, needs, ...structured },
    };
  } catch (error) {
    const seen = last as StatusOrder | null;
    if (!(error instanceof CoordError) || error.code !== 'TIMEOUT' || seen === null) throw error;
    const { text, structured } = orderAnswer(id, seen);
    const how =
      endHere === null ? `not ended after ${seconds} s; it goes on, wait again if you need it` : `after ${seconds} s: ${endHere}`;
    const why = trouble === null ? '' : `\nthe remote was not reached: ${trouble}`;
    return {
      text: `${how}\n${text}${why}`,
      structured: { ended: false, trouble, ...structured },
    };
  } finally {
    clearInterval(ticking);
  }
}
