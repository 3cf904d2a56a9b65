// What can be asked: the very things that the reading commands show, from the files that the last sync left. Nothing here changes anything.
import * as z from 'zod';
import { shellWord } from '../../core/base/shell-word.ts';
import { isoTime } from '../../core/base/time.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { isIsoTime } from '../../documents/text/iso-time.ts';
import { CoordError } from '../../errors.ts';
import { daemonStatus } from '../../operations/daemon/control.ts';
import { listedMachines, machineNamed } from '../../operations/machine/machine-named.ts';
import { listInbox, listSent } from '../../operations/messages/inbox.ts';
import { shownMark } from '../../operations/orders/as-seen.ts';
import { stepWithLog } from '../../operations/orders/chain-edits.ts';
import { findOrder } from '../../operations/orders/edit-orders.ts';
import { newestLog } from '../../operations/orders/run-log.ts';
import { syncedView } from '../../operations/sync/view.ts';
import { readTimeline } from '../../operations/timeline/timeline.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readLastBytes } from '../../system/runs/log-end.ts';
import { type Api, type ApiDeps, queryOf } from '../api.ts';
import { HEALTH_PATH, STREAM_PATH } from '../guard/admission.ts';
import { Refused } from '../guard/refusal.ts';
import { digestOf } from '../stream/stream-state.ts';

/** Of a log, the end: what a person looks at. */
const LOG_BYTES = 64 * 1024;

export function readRoutes(app: Api, { world, folder, turnToRead, sight }: ApiDeps): void {
  app.get(HEALTH_PATH, (c) => c.json({ ok: true, version: world.version, folder: folder.root, daemon: daemonStatus(folder) }));
  app.get('/api/v1/fleet', async (c) => {
    syncedView(folder);
    const now = await sight();
    const { fleet, machines, orders, needsYou } = now;
    return c.json({ ...fleet, machines, orders, needsYou, digest: digestOf(now) });
  });
  app.get('/api/v1/machines', (c) => c.json(syncedView(folder).machines));
  app.get('/api/v1/machines/:machine', (c) => {
    const view = syncedView(folder);
    const { number } = machineNamed(c.req.param('machine'), listedMachines(view.machines));
    const lastHeard = view.sync.lastHeard[String(number)] ?? null;
    return c.json({ number, isSelf: number === view.self.machine, lastHeard, ...view.machines[String(number)] });
  });
  app.get('/api/v1/orders', (c) => c.json(syncedView(folder).orders));
  app.get('/api/v1/orders/:id', (c) => {
    const view = syncedView(folder);
    const id = c.req.param('id');
    const order = findOrder(folder, view, id);
    const seen = shownMark(folder, view, id);
    return c.json(seen === null ? order : { ...order, seen });
  });
  app.get('/api/v1/orders/:id/log', (c) => c.json(logOf(folder, c.req.param('id'))));
  app.get('/api/v1/inbox', async (c) => {
    const { all } = queryOf(c, INBOX);
    const messages = await listInbox(world, folder);
    return c.json(all === 'true' ? messages : messages.filter(({ taken }) => !taken));
  });
  app.get('/api/v1/sent', async (c) => c.json(await listSent(world, folder)));
  app.get('/api/v1/needs-you', (c) => c.json(syncedView(folder).needsYou));
  app.get('/api/v1/timeline', async (c) => {
    const { order = null, machine = null, since, limit } = queryOf(c, TIMELINE);
    const request = { order, machine, since: since === undefined ? null : sinceOf(since, world.clock.now().wallMs), limit };
    // It reads the clone, under the lock of the cycle.
    const { events, machines, more, isCut, bad } = await turnToRead(c, () => readTimeline(world, folder, request));
    return c.json({ events, machines, more, cut: isCut, unreadable: bad });
  });
  app.get('/api/v1/search', async (c) => {
    const { words, limit } = queryOf(c, SEARCH);
    // What reads the documents for it is loaded with the first search.
    const { search } = await import('../../operations/search/search.ts');
    return c.json(await turnToRead(c, () => search(world, folder, words, limit)));
  });
  app.get(STREAM_PATH, () => {
    const message = 'expected an upgrade to a WebSocket, found a plain request';
    throw new Refused({ status: 426, code: 'UPGRADE_REQUIRED', message, hint: null, headers: { Upgrade: 'websocket' } });
  });
}

const INBOX = z.strictObject({ all: z.enum(['true', 'false'], 'expected true or false').optional() });
const SEARCH = z.strictObject({
  words: z.string('expected what to look for').max(1_000, 'expected at most 1000 characters'),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'expected a whole number from 1 to 999')
    .default('20')
    .transform(Number),
});
const TIMELINE = z.strictObject({
  order: z.string().max(200).optional(),
  machine: z.string().max(200).optional(),
  since: z.string().max(100).optional(),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'expected a whole number from 1 to 9999')
    .default('50')
    .transform(Number),
});

function sinceOf(word: string, nowMs: number): string {
  const ms = parseDuration(word);
  if (ms !== null) return isoTime(Math.max(0, nowMs - ms));
  if (isIsoTime(word)) return word;
  const expected = 'expected a length of time such as 2h, or a time such as 2026-11-20T22:00:00Z';
  throw new CoordError('USAGE', `"since": ${expected}, found ${JSON.stringify(word)}`, null);
}

/** The end of the full log of the newest run here that has one, else what was reported; `whole` = nothing comes before it. */
function logOf(folder: FleetFolder, named: string) {
  const view = syncedView(folder);
  const id = stepWithLog(view, named);
  const local = newestLog(folder, id);
  if (local !== null) {
    // It may be that of an earlier run.
    const { generation, attempt } = local.run;
    return { order: id, machine: view.self.machine, generation, attempt, over: local.isOver(), ...endOf(local.path) };
  }
  const order = findOrder(folder, view, id);
  const runs = order.machines === undefined ? { [String(order.machine ?? '')]: order } : order.machines;
  const all = Object.entries(runs).filter(([, { tail }]) => tail !== undefined);
  const told = all.find(([, { tail }]) => tail !== '') ?? all[0];
  if (told === undefined) {
    const why = order.reason === undefined ? '' : `, ${order.reason}`;
    throw new CoordError(
      'NOT_FOUND',
      `order ${id} has no output here: it is ${order.state}${why}`,
      `coord logs ${shellWord(id)}`,
    );
  }
  const [machine, { tail = '', attempt }] = told;
  const generation = order.reached ?? order.generation ?? 1;
  return { order: id, machine: Number(machine), generation, attempt, over: true, whole: false, text: tail };
}

function endOf(path: string): { readonly whole: boolean; readonly text: string } {
  const { bytes, isWhole } = readLastBytes(path, LOG_BYTES);
  return { whole: isWhole, text: bytes.toString('utf8') };
}
