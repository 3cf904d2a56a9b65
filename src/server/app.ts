// The app: its routes, and the answer if there is none. Every request here has shown the token (request-guard.ts).
import { Hono } from 'hono';
import { visibleJson } from '../documents/text/escape-text.ts';
import { API_PARTS } from '../features/api.ts';
import type { Api, ApiDeps, ApiPart, Env } from './api.ts';
import { type Refusal, refusalBody, refusalOf } from './guard/refusal.ts';
import { actRoutes } from './routes/act-routes.ts';
import { readRoutes } from './routes/read-routes.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `parts`: what features add. */
export function createApp(deps: ApiDeps, parts: readonly ReturnType<ApiPart>[] = API_PARTS.map((make) => make(deps))): Api {
  const app: Api = new Hono<Env>();
  app.onError((error) => {
    const refusal = refusalOf(error);
    if (refusal.isBug) deps.log(`! a bug in the local API: ${error.stack ?? error.message}`);
    return answerOf(refusal);
  });
  app.notFound((c) => {
    const allowed = METHODS.filter((method) => app.router.match(method, c.req.path)[0].length > 0);
    if (allowed.length === 0)
      return answerOf({ status: 404, code: 'NOT_FOUND', message: `no such path: ${JSON.stringify(c.req.path)}`, hint: null });
    const message = `expected ${allowed.join(' or ')} for ${JSON.stringify(c.req.path)}, found ${c.req.method}`;
    return answerOf({ status: 405, code: 'METHOD_NOT_ALLOWED', message, hint: null, headers: { Allow: allowed.join(', ') } });
  });
  readRoutes(app, deps);
  actRoutes(app, deps);
  for (const { addRoutes } of parts) addRoutes(app);
  return app;
}

/** Text from others reaches terminals too: what cannot be seen in it is written as an escape, which means the same. */
export function visibly(app: Api) {
  return async (request: Request, env: unknown): Promise<Response> => {
    const answer = await app.fetch(request, env as Env['Bindings']);
    if (!(answer.headers.get('content-type') ?? '').startsWith('application/json')) return answer;
    const { status, headers } = answer;
    headers.delete('content-length');
    return new Response(visibleJson(await answer.text()), { status, headers });
  };
}

function answerOf(refusal: Refusal): Response {
  const headers = { 'Content-Type': 'application/json', ...refusal.headers };
  return new Response(refusalBody(refusal), { status: refusal.status, headers });
}
