// The local API as a daemon has it beside its loop: it listens where `.coord/api.yaml` says, says in `.coord/api.json` where that came to
// be, and obeys when its owner changes that file or the token. What it cannot do it says once, and the daemon goes on.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type ApiPlan, readApiPlan } from '../operations/api/api-plan.ts';
import type { World } from '../operations/world.ts';
import type { Companion, DaemonHandle } from '../ports.ts';
import { apiPaths, ensureApiToken, readApiToken, removeApiRecord, writeApiRecord } from '../system/api-files.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { programsPath } from '../system/program-files.ts';
import { watchFolders } from '../system/watch.ts';
import { tokenIn } from './admission.ts';
import type { ApiDeps } from './api.ts';
import { createApp } from './app.ts';
import { createBusStream, withBus } from './bus-stream.ts';
import { createDoor } from './door.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type Listening, listenAt } from './listening.ts';
import { readSight } from './sight.ts';
import { createStream } from './stream.ts';
import { createTurns } from './turns.ts';

/** Where all ports are taken, or an address is not there now. */
const RETRY_MS = 60_000;

export function apiCompanion(world: World, folder: FleetFolder, limits: Limits = LIMITS): Companion {
  return { name: 'the local API', start: (daemon) => startApi(world, folder, daemon, limits) };
}

async function startApi(world: World, folder: FleetFolder, daemon: DaemonHandle, limits: Limits) {
  const paths = apiPaths(folder);
  const isToken = (given: string) => {
    const token = readApiToken(folder);
    return token !== null && timingSafeEqual(hashOf(token), hashOf(given));
  };
  const sight = () => readSight(world, folder);
  const hello = () => ({ version: world.version, folder: folder.root, pingMs: limits.pingMs });
  const busStream = createBusStream({ world, folder, log: daemon.log }, limits);
  const stream = withBus(createStream({ sight, hello, log: daemon.log }, limits), busStream);
  const turns = createTurns(2, 16);
  const deps: ApiDeps = { world, folder, log: daemon.log, turn: (work) => turns.take(work), changed: stream.changed };
  const app = getRequestListener(createApp(deps).fetch, { overrideGlobalObjects: false });
  const rooms = {
    app(request: IncomingMessage, response: ServerResponse, known: boolean) {
      if (!known) return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
      if (request.method === 'POST') response.once('finish', stream.changed);
      app(request, response).catch((error: unknown) => {
        daemon.log(`! a bug in the local API: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        response.destroy();
      });
    },
    stream: (request: IncomingMessage, socket: Parameters<typeof stream.accept>[1], head: Buffer) =>
      stream.accept(request, socket, head, tokenIn(request.headers) ?? ''),
  };

  let at: Listening | null = null;
  let obeyed: string | null = null;
  let said = '';
  const say = (line: string) => {
    if (line !== said) daemon.log(line);
    said = line;
  };
  const close = async () => {
    const before = at;
    at = null;
    await before?.end();
  };
  const open = async ({ settings, faults, ports }: ApiPlan) => {
    await close();
    const note = (url: string | null, outside: string | null, trouble: string | null) =>
      writeApiRecord(folder, { url, outside, trouble, pid: process.pid });
    const [fault] = faults;
    if (fault !== undefined) {
      note(null, null, fault);
      return say(`! the local API is off until this is mended: ${fault}`);
    }
    if (!settings.enabled) {
      note(null, null, null);
      return say('the local API is off: coord api on');
    }
    ensureApiToken(folder);
    at = await listenAt(ports, settings.address, (hosts) => createDoor({ hosts, isToken }, rooms, limits), limits);
    if (at === null) {
      const which = ports.length === 1 ? `port ${ports[0]} is` : `ports ${ports[0]} to ${ports.at(-1)} are all`;
      note(null, null, `${which} taken by another program`);
      return say(`! the local API does not listen: ${which} taken by another program; it is tried again now and then`);
    }
    const url = `http://127.0.0.1:${at.port}`;
    const outside = settings.address === null || at.addressTrouble !== null ? null : `http://${at.hosts.at(-1)}`;
    note(url, outside, at.addressTrouble);
    if (outside !== null) say(`! the local API answers on ${url}, and on ${outside} whoever has its token`);
    else if (at.addressTrouble !== null) say(`! the local API answers on ${url}, and cannot on ${at.addressTrouble}`);
    else say(`the local API answers on ${url}`);
  };
  /** One after the other; where nothing has changed, only what did not work is tried again. */
  let last: Promise<void> = Promise.resolve();
  const obey = () => {
    last = last
      .then(async () => {
        const plan = readApiPlan(folder, world.env);
        const text = JSON.stringify(plan);
        const wants = plan.settings.enabled && plan.faults.length === 0;
        const isWell = !wants || (at !== null && at.addressTrouble === null);
        if (text === obeyed && isWell) return;
        // An address that is not there is no reason to cut those off who have come by another one.
        if (text === obeyed && at !== null && !(await isThere(plan.settings.address))) return;
        obeyed = text;
        await open(plan);
      })
      .catch((error: unknown) =>
        say(`! the local API does not listen: ${error instanceof Error ? error.message : String(error)}`),
      );
    return last;
  };
  await obey();
  const shown = [folder.view, folder.inbox, folder.sent, programsPath(folder)];
  const heard = new Set([
    folder.state,
    paths.settings,
    paths.token,
    ...shown,
    programsPath(folder)
      .replace(/[^/\\]+$/, '')
      .slice(0, -1),
  ]);
  const watch = await watchFolders([folder.state], (path) => heard.has(path), {
    changed(path) {
      if (path === paths.token) stream.check(isToken);
      else if (path === paths.settings) void obey();
      else if (shown.includes(path)) stream.changed();
    },
    deaf() {
      // Looked at now and then.
    },
  });
  const retrying = setInterval(() => {
    stream.check(isToken);
    stream.changed();
    void obey();
  }, RETRY_MS);
  retrying.unref();
  const endSynced = daemon.onSynced(stream.changed);
  return {
    async end() {
      endSynced();
      clearInterval(retrying);
      await last;
      stream.end();
      await Promise.all([watch.close(), close()]);
      removeApiRecord(folder);
    },
  };
}

async function isThere(address: string | null): Promise<boolean> {
  const { networkInterfaces } = await import('node:os');
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
}

/** Of one length, whatever was given. */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
