// The local API as a daemon has it beside its loop. It obeys when its owner changes the settings or the token; what it cannot do it says
// once, and the daemon goes on.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { createTurns } from '../../operations/sync/concurrency-limit.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import type { Companion, DaemonHandle } from '../../ports.ts';
import { watchFolders } from '../../system/files/watch.ts';
import { apiPaths, readApiToken } from '../../system/fleet/api-files.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { programsPath } from '../../system/fleet/local-services.ts';
import type { ApiDeps } from '../api.ts';
import { createSeat } from '../api-listener.ts';
import { tokenIn } from '../guard/admission.ts';
import { LIMITS, type Limits } from '../guard/limits.ts';
import { createRates } from '../guard/rate.ts';
import { createDoor, type Rooms } from '../guard/request-guard.ts';
import { createPost } from './bus-post.ts';
import { createBusStream, withBus } from './bus-stream.ts';
import { createStream } from './stream.ts';
import { readSight } from './stream-state.ts';
import type { createWeb } from './web.ts';

/** The longest pause of who waits for the lock of the cycle, and more (system/files/lock.ts): so long it is free between two reads. */
const REST_MS = 400;
/** Whoever shows no token keeps no connection. */
const HEALTH_HEADERS = { 'Content-Type': 'application/json', Connection: 'close' };
/** Of a file that is saved twice in a moment, the system may tell once: it is read when this has passed. */
const SETTLE_MS = 100;

export function apiCompanion(world: World, folder: FleetFolder, limits: Limits = LIMITS): Companion {
  return { name: 'the local API', start: (daemon) => startApi(world, folder, daemon, limits) };
}

async function startApi(world: World, folder: FleetFolder, daemon: DaemonHandle, limits: Limits) {
  const paths = apiPaths(folder);
  // Read each time, so that one that was changed counts no more from that moment on.
  const isToken = (given: string) => {
    try {
      const token = readApiToken(folder);
      return token !== null && timingSafeEqual(hashOf(token), hashOf(given));
    } catch {
      // It cannot be read: nobody has it.
      return false;
    }
  };
  const sight = () => readSight(world, folder);
  const hello = () => ({ version: world.version, folder: folder.root, pingMs: limits.pingMs });
  const { log } = daemon;
  const rates = createRates(limits);
  const post = createPost(world, folder, rates.acts);
  const programs = createBusStream({ world, folder, post, log }, limits, rates.bus);
  const stream = withBus(createStream({ sight, hello, log }, limits), programs);
  const deps: ApiDeps = {
    world,
    folder,
    log: daemon.log,
    turn: createTurns(...limits.turns).take,
    turnToRead: createTurns(...limits.readTurns, REST_MS).take,
    actMs: limits.actMs,
    post,
    isToken,
    changed: stream.changed,
  };
  // Loaded with the first request that has the token.
  let web: Promise<ReturnType<typeof createWeb>> | null = null;
  const app = async (request: IncomingMessage, response: ServerResponse) => {
    web ??= import('./web.ts').then(({ createWeb }) => createWeb(deps));
    await (await web)(request, response);
  };
  const rooms: Rooms = {
    app(request: IncomingMessage, response: ServerResponse, known: boolean) {
      if (!known) return void response.writeHead(200, HEALTH_HEADERS).end('{"ok":true}');
      if (request.method === 'POST') response.once('finish', stream.changed);
      app(request, response).catch((error: unknown) => {
        daemon.log(`! a bug in the local API: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        response.destroy();
      });
    },
    stream: (request, socket, head) => stream.accept(request, socket, head, tokenIn(request.headers) ?? ''),
  };
  const seat = createSeat({
    folder,
    env: world.env,
    limits,
    callers: (hosts) => createDoor({ hosts, isToken }, rooms, limits, rates),
    left: stream.drop,
    log: daemon.log,
  });
  await seat.obey();

  let isEnded = false;
  const obey = () => {
    if (isEnded) return;
    stream.check(isToken);
    void seat.obey();
  };
  const states = programsPath(folder);
  const shown = [folder.view, folder.inbox, folder.sent, states];
  const heard = new Set([folder.state, paths.settings, paths.token, dirname(states), ...shown]);
  const watch = await watchFolders([folder.state], (path) => heard.has(path), {
    changed(path) {
      if (path === paths.token || path === paths.settings) setTimeout(obey, SETTLE_MS).unref();
      else if (shown.includes(path)) stream.changed();
    },
    // All of it is looked at now and then besides.
    deaf: () => {},
  });
  const looking = setInterval(() => {
    stream.changed();
    obey();
  }, limits.lookMs);
  const endSynced = daemon.onSynced(stream.changed);
  return {
    async end() {
      isEnded = true;
      endSynced();
      clearInterval(looking);
      await Promise.all([watch.close(), seat.end()]);
      stream.end();
    },
  };
}

/** Of one length, whatever was given. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
