// The local API as a daemon has it beside its loop. It obeys when its owner changes the settings or the token; what it cannot do it says
// once, and the daemon goes on.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { visibleText } from '../../documents/text/escape-text.ts';
import { API_PARTS } from '../../features/api.ts';
import { shownFiles } from '../../features/shown.ts';
import { createTurns } from '../../operations/sync/concurrency-limit.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import type { Companion, DaemonHandle } from '../../ports.ts';
import { watchFolders } from '../../system/files/watch.ts';
import { apiPaths, tokenInForce } from '../../system/fleet/api-files.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { servicesPath } from '../../system/fleet/local-services.ts';
import { type ApiDeps, type ApiPart, type OpenEntrance, whenGone } from '../api.ts';
import { createSeat } from '../api-listener.ts';
import { admit, bearerIn, type Knock, tokenIn } from '../guard/admission.ts';
import { LIMITS, type Limits } from '../guard/limits.ts';
import { createOpenAnswers, type OpenAnswers } from '../guard/open-answers.ts';
import { createRates } from '../guard/rate.ts';
import { createRequestGuard, knockOf, type Rooms } from '../guard/request-guard.ts';
import { createStream, withStreams } from './stream.ts';
import { createSights } from './stream-state.ts';
import type { createWeb } from './web.ts';

/** The longest pause of who waits for the lock of the cycle, and more (system/files/lock.ts): so long it is free between two reads. */
const REST_MS = 400;
/** A client without a token keeps no connection. */
const HEALTH_HEADERS = { 'Content-Type': 'application/json', Connection: 'close' };
/** Of a file that is saved twice in a moment, the system may tell once: it is read when this has passed. */
const SETTLE_MS = 100;

export function apiCompanion(world: World, folder: FleetFolder, limits: Limits = LIMITS): Companion {
  return { name: 'the local API', start: (daemon) => startApi(world, folder, daemon, limits) };
}

async function startApi(world: World, folder: FleetFolder, daemon: DaemonHandle, limits: Limits) {
  const { log } = daemon;
  const { actMs, pingMs } = limits;
  const isToken = tokenOf(folder);
  const rates = createRates(limits);
  const hello = () => ({ version: world.version, folder: folder.root, pingMs });
  const sight = createSights(world, folder);
  const changes = createStream({ sight, hello, log }, limits);
  const deps: ApiDeps = {
    ...{ world, folder, log, rates, isToken, sight, actMs, pingMs },
    turn: createTurns(...limits.turns).take,
    turnToRead: turnsToRead(limits),
    changed: changes.changed,
    actor: (request) => nameIn(entrances, request),
    check: () => check(),
  };
  const parts = API_PARTS.map((make) => make(deps));
  const entrances = parts.flatMap(({ entrance }) => entrance ?? []);
  const outside = () => parts.flatMap(({ door }) => door?.hosts() ?? []);
  const guarded = (hosts: readonly string[]) =>
    createRequestGuard((knock) => admit(knock, { hosts, outside: outside(), isToken, entrances }), rooms, limits, rates);
  const counts = (shown: string) => isToken(shown) || entrances.some((one) => one.counts(shown));
  const stream = withStreams(
    changes,
    parts.flatMap((part) => part.openStream?.(limits) ?? []),
  );
  const answers = createOpenAnswers();
  const check = () => {
    try {
      stream.check(counts);
      answers.check(counts);
    } catch {
      // No file can be opened just now: whoever is in stays until the next look.
    }
  };
  const rooms: Rooms = {
    app: answering(deps, parts, { entrances, answers }),
    isStreamAt: stream.isAt,
    stream(request, socket, head) {
      return stream.accept(request, socket, head, tokenIn(request.headers) ?? shownIn(entrances, knockOf(request, true)));
    },
  };
  const seat = createSeat({
    folder,
    env: world.env,
    limits,
    callers: guarded,
    left: stream.drop,
    log,
  });
  // First: of what changes before that, nobody who is greeted would be told.
  const hearing = await hearOwner(folder, limits.lookMs, {
    changed: stream.changed,
    obey() {
      check();
      void seat.obey();
    },
  });
  const endSynced = daemon.onSynced(stream.changed);
  await seat.obey();
  const doors = await Promise.all(parts.flatMap(({ door }) => door?.open(() => guarded([]), limits) ?? []));
  return {
    async end() {
      endSynced();
      await Promise.all([hearing.end(), seat.end(), ...doors.map((door) => door.end())]);
      stream.end();
    },
  };
}

function turnsToRead({ readTurns }: Limits): ApiDeps['turnToRead'] {
  const { take } = createTurns(...readTurns, REST_MS);
  return (c, work) => {
    const gone = new AbortController();
    whenGone(c.env.outgoing, () => gone.abort());
    return take(work, gone.signal);
  };
}

/** Whether a text is the token of this folder. It is read each time, so that one that was changed counts no more from that moment on. */
function tokenOf(folder: FleetFolder): (given: string) => boolean {
  return (given) => {
    const token = tokenInForce(folder);
    return token !== null && timingSafeEqual(hashOf(token), hashOf(given));
  };
}

/** Answers requests. What answers those with a token is loaded with the first of them. */
function answering(
  deps: ApiDeps,
  parts: readonly ReturnType<ApiPart>[],
  { entrances, answers }: { readonly entrances: readonly OpenEntrance[]; readonly answers: OpenAnswers },
): Rooms['app'] {
  let web: Promise<ReturnType<typeof createWeb>> | null = null;
  const app = async (request: IncomingMessage, response: ServerResponse) => {
    web ??= import('./web.ts').then(({ createWeb }) => createWeb(deps, parts));
    await (await web)(request, response);
  };
  const failed = (response: ServerResponse, error: unknown) => {
    deps.log(`! a bug in the local API: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    response.destroy();
  };
  return (request, response, known) => {
    const knock = knockOf(request, false);
    const open = entrances.find((one) => one.isOpen(knock));
    if (open !== undefined) return void open.answer(request, response).catch((error: unknown) => failed(response, error));
    if (!known) return void response.writeHead(200, HEALTH_HEADERS).end('{"ok":true}');
    answers.began(response, bearerIn(request.headers) ?? shownIn(entrances, knock));
    if (request.method === 'POST') response.once('finish', deps.changed);
    noteDevice(deps, request, response);
    app(request, response).catch((error: unknown) => failed(response, error));
  };
}

/** The device that asks, by its name; null = this computer. */
function nameIn(entrances: readonly OpenEntrance[], request: IncomingMessage): string | null {
  const knock = knockOf(request, false);
  return entrances.map((one) => one.nameOf?.(knock) ?? null).find((name) => name !== null) ?? null;
}

/** What an entrance has let it in by; empty = none has. */
function shownIn(entrances: readonly OpenEntrance[], knock: Knock): string {
  return entrances.map((one) => one.shownBy(knock)).find((one) => one !== null) ?? '';
}

/** What another device does is told in the daemon's log, by its name. */
function noteDevice({ log, actor }: Pick<ApiDeps, 'log' | 'actor'>, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '' } = request;
  const name = method === 'GET' || method === 'HEAD' ? null : actor(request);
  if (name === null) return;
  const path = visibleText(decodeURIComponent(url.split('?')[0] ?? '').replace('/api/v1/', ''));
  response.once('finish', () => log(`from the page, ${name}: ${path} (${response.statusCode})`));
}

interface Owner {
  /** What is shown may have changed. */
  changed(): void;
  /** The settings or the token may have changed. */
  obey(): void;
}

/** Hears the files that are shown or obeyed; all of them are looked at now and then besides. */
async function hearOwner(folder: FleetFolder, lookMs: number, { changed, obey }: Owner): Promise<{ end(): Promise<void> }> {
  const paths = apiPaths(folder);
  const shown = [folder.view, folder.inbox, folder.sent, servicesPath(folder), ...shownFiles(folder)];
  const heard = new Set([folder.state, paths.settings, paths.token, ...shown, ...shown.map(dirname)]);
  let isEnded = false;
  const obeyNow = () => {
    if (!isEnded) obey();
  };
  const watch = await watchFolders([folder.state], (path) => heard.has(path), {
    changed(path) {
      if (path === paths.token || path === paths.settings) setTimeout(obeyNow, SETTLE_MS).unref();
      else if (shown.includes(path)) changed();
    },
    deaf: () => {},
  });
  const looking = setInterval(() => {
    changed();
    obeyNow();
  }, lookMs);
  return {
    end() {
      isEnded = true;
      clearInterval(looking);
      return watch.close();
    },
  };
}

/** Of one length, whatever was given. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
