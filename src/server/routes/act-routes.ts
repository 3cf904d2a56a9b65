// What can be done: the same operations that the commands call, with the same words where something is wrong. Each records on this disk
// first and then syncs, so that an answer says what became of it: `landed` false = it waits here, and goes with the next sync that can.
import type { Context } from 'hono';
import * as z from 'zod';
import { EVERYBODY } from '../../core/model/messages/message.ts';
import { PRIORITIES } from '../../core/model/orders/order.ts';
import { pausedWords } from '../../core/orders/pause.ts';
import { line, machine, text } from '../../operations/api/asked-values.ts';
import {
  type FleetPauseReport,
  type OwnPauseReport,
  PAUSE_LENGTH,
  type PauseWish,
  pauseByFleet,
  pauseHere,
  pauseMsIn,
} from '../../operations/machine/pause.ts';
import { resumeWarnings } from '../../operations/machine/pause-words.ts';
import { endEmergency } from '../../operations/messages/emergency.ts';
import { confirmInbox, type InboxCursor } from '../../operations/messages/inbox.ts';
import type { NamedMessage } from '../../operations/messages/mail-files.ts';
import { sendMessage } from '../../operations/messages/send.ts';
import { answerQuestion } from '../../operations/orders/answer-question.ts';
import { approveOrders, resolveOrder } from '../../operations/orders/approve-resolve.ts';
import type { NewOrder } from '../../operations/orders/check-order.ts';
import { cancelOrders } from '../../operations/orders/edit-orders.ts';
import { placeOrder } from '../../operations/orders/place-order.ts';
import { retryOrders } from '../../operations/orders/retry-order.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { edited, said, sentTo } from '../../operations/sync/reply-words.ts';
import { mustBeSynced, sync } from '../../operations/sync/sync.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type Api, type ApiDeps, bodyOf, type Env, smallBodyOf } from '../api.ts';
import { inTime, SLOW } from '../guard/in-time.ts';
import { badRequest } from '../guard/refusal.ts';

interface Answers<T> {
  shown(report: T): object;
  early(message: string | null): object;
  readonly status?: 200 | 201;
}

const asIs = (report: object) => report;

export function actRoutes(app: Api, deps: ApiDeps): void {
  const act = actsOf(deps);
  orderRoutes(app, deps.folder, act);
  messageRoutes(app, deps, act);
  pauseRoutes(app, deps, act);
  app.post('/api/v1/sync', async (c) => {
    await smallBodyOf(c, NOTHING);
    const report = await deps.turn(() => sync(deps.world, deps.folder));
    mustBeSynced(report);
    const { started, stopped, finished, received, waiting } = report;
    const ended = finished.map(({ order, state, exitCode }) => ({ order, state, exitCode }));
    return c.json({ started, stopped, finished: ended, received, waiting });
  });
}

type Act = ReturnType<typeof actsOf>;

function actsOf(deps: ApiDeps) {
  /** `early`: what can be said where it is recorded and its sync takes too long. */
  return async <T>(
    c: Context<Env>,
    work: (world: World) => Promise<T>,
    { shown, early, status = 200 }: Answers<T>,
  ): Promise<Response> => {
    const outcome = await inTime(deps, work, deps.actor(c.env.incoming));
    if (outcome.kind === 'done') return c.json(shown(outcome.report), status);
    return c.json({ ...early(outcome.message), landed: false, trouble: SLOW }, 202);
  };
}

function orderRoutes(app: Api, folder: FleetFolder, act: Act): void {
  app.post('/api/v1/orders', async (c) => {
    const order = (await bodyOf(c, ORDER)) as NewOrder;
    const { id } = order;
    const add = (world: World) => placeOrder(world, folder, order);
    return act(c, add, { shown: (report) => edited(id, report), early: () => ({ id }), status: 201 });
  });
  app.post('/api/v1/orders/:id/cancel', async (c) => {
    await smallBodyOf(c, NOTHING);
    const id = c.req.param('id');
    return act(c, (world) => cancelOrders(world, folder, [id]), {
      shown: (report) => ({ ...edited(id, report), before: report.orders[0]?.before.state }),
      early: () => ({ id }),
    });
  });
  app.post('/api/v1/orders/:id/retry', async (c) => {
    await smallBodyOf(c, NOTHING);
    const id = c.req.param('id');
    return act(c, (world) => retryOrders(world, folder, [id], { edit: false, resume: null }), {
      shown: (report) => ({ ...edited(id, report), generation: report.orders[0]?.generation }),
      early: () => ({ id }),
    });
  });
  app.post('/api/v1/orders/:id/approve', async (c) => {
    const { seen = null } = await smallBodyOf(c, APPROVE);
    const id = c.req.param('id');
    return act(c, (world) => approveOrders(world, folder, [id], seen), {
      shown: (report) => ({ ...edited(id, report), before: report.orders[0]?.before.approval }),
      early: () => ({ id }),
    });
  });
  app.post('/api/v1/orders/:id/answer', async (c) => {
    const { text: words } = await bodyOf(c, ANSWER);
    const id = c.req.param('id');
    return act(c, (world) => answerQuestion(world, folder, id, words), {
      shown: (report) => edited(id, report),
      early: () => ({ id }),
    });
  });
  app.post('/api/v1/orders/:id/resolve', async (c) => {
    const { as, note = null } = await smallBodyOf(c, RESOLVE);
    const id = c.req.param('id');
    return act(c, (world) => resolveOrder(world, folder, id, { as, note }), {
      shown: (report) => edited(id, report),
      early: () => ({ id }),
    });
  });
}

function messageRoutes(app: Api, { folder, actor }: Pick<ApiDeps, 'folder' | 'actor'>, act: Act): void {
  const send = (c: Context<Env>, to: string, words: string, priority: (typeof PRIORITIES)[number]) => {
    const name = actor(c.env.incoming);
    // The log that it goes into is this machine's, whoever asked.
    const body = name === null || words.trim() === '' ? words : `${words.trimEnd()}\n\n${name}, from the page`;
    return act(c, (world) => sendMessage(world, folder, { to, body, priority }), {
      shown: ({ id, to: reader, number, state, sync: report }) => ({ id, to: reader, number, state, ...said(report) }),
      early: (id) => ({ id, to, number: null, state: 'waiting' }),
      status: 201,
    });
  };
  app.post('/api/v1/messages', async (c) => {
    const { to, body, priority = 'normal' } = await bodyOf(c, MESSAGE);
    return send(c, String(to), body, priority);
  });
  app.post('/api/v1/inbox/take', async (c) => {
    const { confirm = {} } = await smallBodyOf(c, TAKE);
    let next: { readonly messages: readonly NamedMessage[]; readonly cursor: InboxCursor } = { messages: [], cursor: {} };
    const take = (world: World) =>
      confirmInbox(world, folder, confirm, (unread) => {
        next = unread;
      });
    return act(c, take, {
      shown: (report) => ({ ...next, ...(report === null ? { landed: true, trouble: null } : said(report)) }),
      early: () => next,
    });
  });
  app.post('/api/v1/emergency', async (c) => {
    const { message } = await bodyOf(c, EMERGENCY);
    return send(c, EVERYBODY, message, 'urgent');
  });
  app.post('/api/v1/emergency/resolve', async (c) => {
    await smallBodyOf(c, NOTHING);
    return act(c, (world) => endEmergency(world, folder), {
      shown: ({ what, sync: report }) => ({ over: what, ...said(report) }),
      early: () => ({}),
    });
  });
}

function pauseRoutes(app: Api, { folder, actor }: Pick<ApiDeps, 'folder' | 'actor'>, act: Act): void {
  app.post('/api/v1/pause', async (c) => {
    const { machine, fleet, for: length, note: words = '' } = await smallBodyOf(c, PAUSE);
    const note = notedBy(words, actor(c.env.incoming));
    const wish = { forMs: length === undefined ? null : pauseMsIn(length), note };
    const who = whoOf(machine, fleet);
    return act(c, (world) => pausing(world, folder, who, wish), { shown: asIs, early: () => ({}) });
  });
  app.post('/api/v1/resume', async (c) => {
    const { machine, fleet } = await smallBodyOf(c, RESUME);
    const who = whoOf(machine, fleet);
    return act(c, (world) => pausing(world, folder, who, null), { shown: asIs, early: () => ({}) });
  });
}

/** Who asked stands in the note, where people look for why a machine is paused. */
function notedBy(words: string, name: string | null): string {
  if (name === null) return words;
  const by = `by ${name}`;
  return words === '' ? by : `${words.slice(0, NOTE_MAX - by.length - 2).toWellFormed()}, ${by}`;
}

/** Undefined = this machine, null = all of them. */
function whoOf(machine: string | number | undefined, fleet: boolean | undefined): string | null | undefined {
  if (machine !== undefined && fleet === true) throw badRequest('"machine" and "fleet": expected one of them');
  return fleet === true ? null : machine === undefined ? undefined : String(machine);
}

async function pausing(world: World, folder: FleetFolder, who: string | null | undefined, wish: PauseWish | null) {
  if (who !== undefined) {
    const report = await pauseByFleet(world, folder, who, wish);
    return { who: report.label, ...sentTo(report), ...resumed(report, wish) };
  }
  const own = await pauseHere(world, folder, wish);
  const { label, already, sync: report } = own;
  const shown = report.view?.machines[String(report.view.self.machine)];
  const paused = shown?.state === 'PAUSED' ? pausedWords({ until: shown.pausedUntil ?? null }) : null;
  return { who: label, already, paused, ...said(report), ...resumed(own, wish) };
}

/** Of a resume, what pauses it still. */
function resumed(report: FleetPauseReport | OwnPauseReport, wish: PauseWish | null) {
  if (wish !== null) return {};
  const { stillBy } = report;
  return { ...('wasPaused' in report ? { wasPaused: report.wasPaused } : {}), stillBy, warnings: resumeWarnings(report) };
}

const NOTE_MAX = 200;
const fleet = z.boolean('expected true or false').optional();
const NOTHING = z.strictObject({}, 'expected {} or nothing');
/** What an order may hold is said by the parser of ORDERS.json. */
const ORDER = z.looseObject({ id: text(64) }, 'expected an order as ORDERS.json lists it');
const APPROVE = z.strictObject({ seen: line(40).optional() }, 'expected {"seen": "…"}, {} or nothing');
const ANSWER = z.strictObject({ text: text(64 * 1024) }, 'expected {"text": "…"}');
const TAKE = z.strictObject(
  { confirm: z.record(line(100), z.number().int().min(0), 'expected the cursor of an earlier answer').optional() },
  'expected {"confirm": …} with the cursor of an earlier answer, {} or nothing',
);
const RESOLVE = z.strictObject(
  { as: z.enum(['completed', 'failed'], 'expected "completed" or "failed"'), note: line(500).optional() },
  'expected {"as": "completed"} or {"as": "failed"}',
);
const MESSAGE = z.strictObject(
  {
    to: machine,
    body: text(1024 * 1024),
    priority: z.enum(PRIORITIES, `expected ${PRIORITIES.join(', ')}`).optional(),
  },
  'expected {"to": 2, "body": "Hello"}',
);
const EMERGENCY = z.strictObject({ message: text(1024 * 1024) }, 'expected {"message": "The disk is failing"}');
const RESUME = z.strictObject({ machine: machine.optional(), fleet }, 'expected {"machine": 2}, {"fleet": true} or {}');
const PAUSE = RESUME.extend({
  for: z
    .string(`expected ${PAUSE_LENGTH}`)
    .refine((word) => pauseMsIn(word) !== null, `expected ${PAUSE_LENGTH}`)
    .optional(),
  note: line(NOTE_MAX).optional(),
});
