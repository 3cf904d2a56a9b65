// What a guest may ask of the hub, and what it is answered.
import type { IncomingMessage } from 'node:http';
import type { World } from '../../../operations/sync/dependencies.ts';
import { checked, readBody } from '../../../server/guard/body.ts';
import { SLOW } from '../../../server/guard/in-time.ts';
import { createRate, type Rate } from '../../../server/guard/rate.ts';
import { badRequest, Refused, tooOften } from '../../../server/guard/refusal.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Guest, Right } from '../documents/guests.ts';
import { computers, finishTask, report, say, tasksOf } from '../operations/guest-acts.ts';
import { listGuests } from '../operations/guests.ts';
import { DONE, INSTRUCTIONS, REPORT, SEND, taskEnvelope } from './envelope.ts';
import type { Landed, Landing } from './landing.ts';

export interface HubDeps {
  readonly world: World;
  readonly folder: FleetFolder;
  readonly landing: Landing;
  /** After this an act that is recorded is answered. */
  readonly answerMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly right: Right;
  answer(request: IncomingMessage, guest: Guest, word: string): Promise<Answer>;
}

/** Of one guest: a second, and at once after a rest. */
const GUEST_RATE: Readonly<Record<Route['method'], readonly [perSecond: number, burst: number]>> = {
  GET: [2, 20],
  POST: [1, 10],
};
const BODY_BYTES_MAX = 80 * 1024;

export interface GuestRoutes {
  /** Throws Refused, or a CoordError. */
  answer(request: IncomingMessage, guest: Guest): Promise<Answer>;
}

export function createGuestRoutes(deps: HubDeps): GuestRoutes {
  const routes = routesOf(deps);
  const rates = new Map<string, Rate>();
  const rateOf = (method: 'GET' | 'POST', { id }: Guest) => {
    const key = `${method} ${id}`;
    const rate = rates.get(key) ?? createRate(...GUEST_RATE[method]);
    rates.set(key, rate);
    return rate;
  };
  return {
    async answer(request, guest) {
      const { method = '', url = '' } = request;
      const path = url.split('?')[0] ?? '';
      const there = routes.filter((route) => route.path.test(path));
      if (there.length === 0) throw refused(404, 'NOT_FOUND', `no such path: ${JSON.stringify(path)}`);
      const route = there.find((it) => it.method === method);
      if (route === undefined) {
        const allowed = there.map((it) => it.method).join(', ');
        throw refused(405, 'METHOD_NOT_ALLOWED', `expected ${allowed}, found ${method}`, { Allow: allowed });
      }
      if (!guest.may.includes(route.right))
        throw refused(403, 'REFUSED', `${guest.id} may not ask for that: its token is for ${guest.may.join(', ') || 'nothing'}`);
      const waitMs = rateOf(route.method, guest).take();
      if (waitMs > 0) throw new Refused(tooOften(waitMs));
      return route.answer(request, guest, decodeURIComponent(route.path.exec(path)?.[1] ?? ''));
    },
  };
}

function routesOf(deps: HubDeps): readonly Route[] {
  return [reportRoute(deps), instructionsRoute(deps), doneRoute(deps), computersRoute(deps), sendRoute(deps)];
}

function reportRoute({ world, folder, landing, answerMs }: HubDeps): Route {
  /** What each guest said last that the remote has, as this process knows it. */
  const known = new Map<string, string>();
  return {
    method: 'POST',
    path: /^\/report$/,
    right: 'report',
    async answer(request, guest) {
      const { content, from } = await readBody(request, REPORT, BODY_BYTES_MAX);
      mustBe(guest, from);
      const { id } = guest;
      const isNew = report(world, folder, id, content);
      if (!isNew && known.get(id) === content) return landedAnswer({ id }, { landed: true, trouble: null });
      known.delete(id);
      const landed = await inTime(landing.land('report'), answerMs);
      if (landed?.landed === true) known.set(id, content);
      return landedAnswer({ id }, landed);
    },
  };
}

function instructionsRoute({ folder }: HubDeps): Route {
  return {
    method: 'GET',
    path: /^\/instructions\/([^/]+)$/,
    right: 'instructions',
    async answer({ url = '' }, { id }, word) {
      if (word !== id) throw refused(403, 'REFUSED', `expected ${id}, which asks, found ${JSON.stringify(word)}`);
      const query = Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? ''));
      const { limit } = checked(query, INSTRUCTIONS, 'the query');
      return { status: 200, body: { tasks: tasksOf(folder, id, limit).map(taskEnvelope) } };
    },
  };
}

function doneRoute({ world, folder, landing, answerMs }: HubDeps): Route {
  return {
    method: 'POST',
    path: /^\/done\/([^/]+)$/,
    right: 'done',
    async answer(request, guest, id) {
      if (id.length > 200) throw badRequest('expected the id of a task, found a longer word');
      const { content = '', outcome = 'done', from } = await readBody(request, DONE, BODY_BYTES_MAX);
      mustBe(guest, from);
      const done = await finishTask(world, folder, guest.id, { id, outcome, content });
      if (done?.place === 'here') return { status: 200, body: { id, landed: false, trouble: null } };
      return landedAnswer({ id }, await inTime(landing.land('act'), answerMs));
    },
  };
}

function computersRoute({ folder }: HubDeps): Route {
  return {
    method: 'GET',
    path: /^\/api\/computers$/,
    right: 'computers',
    async answer() {
      const guests = listGuests(folder).map(({ id, status, since }) => ({ id, status, since }));
      return { status: 200, body: { computers: computers(folder), guests } };
    },
  };
}

function sendRoute({ world, folder, landing, answerMs }: HubDeps): Route {
  return {
    method: 'POST',
    path: /^\/send$/,
    right: 'send',
    async answer(request, guest) {
      const { type = 'message', content, from, ...rest } = await readBody(request, SEND, BODY_BYTES_MAX);
      mustBe(guest, from);
      const isAlert = type === 'alert';
      const to = rest.to ?? (isAlert ? 0 : undefined);
      if (to === undefined) throw badRequest('"to": expected a machine, all, 0 for people, or a program, found nothing');
      const priority = rest.priority ?? (isAlert ? 'high' : 'normal');
      const { id, place } = await say(world, folder, guest.id, { to: String(to), body: content, priority });
      const about = { id, to: String(to) };
      if (place === 'here') return { status: 201, body: { ...about, landed: false, trouble: null } };
      return landedAnswer(about, await inTime(landing.land('act'), answerMs), 201);
    },
  };
}

/** 202 where it has not landed: it is on this disk, and a later sync sends it. */
function landedAnswer(about: object, landed: Landed | null, status = 200): Answer {
  const { landed: hasLanded, trouble } = landed ?? { landed: false, trouble: SLOW };
  return { status: hasLanded ? status : 202, body: { ...about, landed: hasLanded, trouble } };
}

/** Null = it takes longer. */
function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function mustBe({ id }: Guest, from: string | undefined): void {
  if (from !== undefined && from !== id) throw refused(403, 'REFUSED', `"from": expected ${id}, found ${JSON.stringify(from)}`);
}

function refused(status: number, code: Refused['refusal']['code'], message: string, headers?: Readonly<Record<string, string>>) {
  return new Refused({ status, code, message, hint: null, ...(headers === undefined ? {} : { headers }) });
}
