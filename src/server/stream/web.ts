// What answers requests with a token. With its packages and all that they load of node it takes as much memory as the rest of the API:
// a daemon that nobody asks anything does without (companion.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { ApiDeps, ApiPart } from '../api.ts';
import { createApp, visibly } from '../app.ts';

export function createWeb(
  deps: ApiDeps,
  parts: readonly ReturnType<ApiPart>[],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return getRequestListener(visibly(createApp(deps, parts)), { overrideGlobalObjects: false });
}
