// Serves the page, lets it in, and answers what it alone asks for. All else it asks of the local API, like every program.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type ApiPart, smallBodyOf } from '../../../server/api.ts';
import type { Knock } from '../../../server/guard/admission.ts';
import { readBody } from '../../../server/guard/body.ts';
import { type Refusal, refusalBody, refusalOf } from '../../../server/guard/refusal.ts';
import { tokenInForce } from '../../../system/fleet/api-files.ts';
import { archivedEntry } from '../operations/archived-entry.ts';
import { fieldHelp } from '../operations/field-help.ts';
import { fleetHealth } from '../operations/fleet-health.ts';
import { historiesOf } from '../operations/histories.ts';
import { nextTimes } from '../operations/next-times.ts';
import { orderWork } from '../operations/order-work.ts';
import { PAGE_PATH } from '../operations/page-address.ts';
import { readLogins, writeLogins } from '../system/door-file.ts';
import { type Assets, createAssets } from './assets.ts';
import { chatRoute } from './chat-route.ts';
import { doctorRoute } from './doctor-route.ts';
import { doorRoutes, onlyByToken } from './door-routes.ts';
import { entryRoute } from './entry-route.ts';
import { createLogin, type Login } from './login.ts';
import { createPageDoor, type PageDoor } from './outer-door.ts';
import { outputRoute } from './output-route.ts';
import { severalRoute } from './several-route.ts';
import { timelineRoute } from './timeline-route.ts';

const SESSION_PATH = `${PAGE_PATH}/session`;
const BODY_BYTES_MAX = 1024;
const TICKET = z.strictObject(
  {
    readOnly: z.boolean('expected true or false').optional(),
    for: z
      .string('expected the name of a device')
      .regex(/^[^\p{Cc}\p{Cf}]{1,40}$/u, 'expected a name of 1 to 40 characters')
      .optional(),
  },
  'expected {"readOnly": true}, {"for": "…"} or {}',
);
const NOTHING = z.strictObject({}, 'expected {} or nothing');
const SESSION = z.strictObject({ ticket: z.string('expected text').max(100) }, 'expected {"ticket": "…"}');

export const pageApi: ApiPart = (deps) => {
  const { folder, world, turnToRead } = deps;
  const [, mainPath = ''] = world.caller;
  const assets = createAssets(join(dirname(mainPath), 'page'));
  // Browsers do not keep the cookies of two ports apart: each fleet folder has a name of its own.
  const cookieName = `coord-${createHash('sha256').update(folder.root).digest('hex').slice(0, 12)}`;
  const door = createPageDoor(folder, deps.log);
  const login = createLogin({
    token: () => tokenInForce(folder),
    cookieName,
    outside: door.hosts,
    devices: { read: () => readLogins(folder), write: (logins) => writeLogins(folder, logins) },
    nowMs: () => world.clock.now().wallMs,
  });
  return {
    addRoutes(app) {
      app.post('/api/v1/page/ticket', async (c) => {
        // Asked first: it is a device's, also where its login ends while the body comes.
        const asker = deps.actor(c.env.incoming);
        const { readOnly = false, for: device = null } = await smallBodyOf(c, TICKET);
        // No page lets in a further device, and a device nobody: a login of this computer would outlive its own.
        if (device !== null || asker !== null) onlyByToken(c.env, deps);
        return c.json({ ticket: login.ticket(readOnly, device) });
      });
      app.post('/api/v1/page/leave', async (c) => {
        await smallBodyOf(c, NOTHING);
        // The answer goes out first.
        c.env.outgoing.once('finish', deps.check);
        return c.json({ ended: login.end(c.env.incoming) });
      });
      doorRoutes(app, deps, door);
      outputRoute(app, deps);
      chatRoute(app, deps);
      doctorRoute(app, deps);
      entryRoute(app, deps);
      severalRoute(app, deps);
      timelineRoute(app, deps);
      app.get('/api/v1/page/history', (c) => c.json(historiesOf(folder.root, world.clock.now().wallMs)));
      app.get('/api/v1/page/order-fields', (c) => c.json(fieldHelp()));
      app.get('/api/v1/page/health', async (c) => c.json(await fleetHealth(world, folder)));
      app.get('/api/v1/page/orders/:id/times', (c) => {
        return c.json({ times: nextTimes(folder, c.req.param('id'), world.clock.now().wallMs) });
      });
      app.get('/api/v1/page/orders/:id/archived', async (c) => {
        return c.json(await turnToRead(c, () => archivedEntry(folder, c.req.param('id'))));
      });
      app.get('/api/v1/page/orders/:id/work', (c) => c.json(orderWork(folder, c.req.param('id'))));
    },
    entrance: { ...login, isOpen, answer: (request, response) => answer({ assets, login, door }, request, response) },
    door,
  };
};

function isOpen({ method, target }: Knock): boolean {
  const path = pathOf(target);
  if (method === 'POST') return path === SESSION_PATH;
  return (method === 'GET' || method === 'HEAD') && (path === PAGE_PATH || path.startsWith(`${PAGE_PATH}/`));
}

interface Desk {
  readonly assets: Assets;
  readonly login: Login;
  readonly door: PageDoor;
}

async function answer({ assets, login, door }: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '', headers } = request;
  const isOutside = door.hosts().includes(headers.host?.toLowerCase() ?? '');
  if (method !== 'POST') {
    if (assets.answer(pathOf(url), `${isOutside ? 'wss' : 'ws'}://${headers.host ?? ''}`, response)) return;
    return refuse(response, { status: 404, code: 'NOT_FOUND', message: 'the page has no such file', hint: null });
  }
  try {
    const { ticket } = await readBody(request, SESSION, BODY_BYTES_MAX);
    const session = login.begin(ticket, isOutside);
    if (session === null) {
      const message = `this ticket was used, or is too old: a ticket works once, for ${isOutside ? 'ten minutes' : 'a minute'}`;
      return refuse(response, { status: 401, code: 'UNAUTHORIZED', message, hint: 'coord dash' });
    }
    const { setCookie, key, isReadOnly: readOnly, device } = session;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': setCookie });
    response.end(JSON.stringify({ key, readOnly, device }));
  } catch (error) {
    refuse(response, refusalOf(error));
  }
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'Content-Type': 'application/json', ...refusal.headers });
  response.end(refusalBody(refusal));
}

function pathOf(target: string): string {
  return target.split('?')[0] ?? '';
}
