// What `coord dash` says of other devices. Only who has the token may: no page, and no other device.
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { errorMessage } from '../../../errors.ts';
import { type Api, type ApiDeps, smallBodyOf } from '../../../server/api.ts';
import { bearerIn } from '../../../server/guard/admission.ts';
import { badRequest } from '../../../server/guard/refusal.ts';
import { loginsInForce, readLogins, writeLogins } from '../system/door-file.ts';
import type { PageDoor } from './outer-door.ts';

const path = z.string('expected a path').max(4096);
const LISTEN = z.strictObject({
  address: z.string().max(100).nullable(),
  port: z.number().int().min(0).max(65_535),
  cert: path,
  key: path,
});
const DOOR = z.strictObject(
  { listen: LISTEN.nullable(), proxy: z.string().max(300).nullable() },
  'expected {"listen": …, "proxy": …}',
);
const NAME = z.strictObject({ name: z.string('expected a name').max(100) }, 'expected {"name": "…"}');

interface Asked {
  readonly incoming: IncomingMessage;
}

/** Throws Refused for a page: it shows no token. */
export function onlyByToken({ incoming }: Asked, { isToken }: Pick<ApiDeps, 'isToken'>): void {
  if (!isToken(bearerIn(incoming.headers) ?? '')) throw badRequest('only coord dash on this computer can ask for that');
}

export function doorRoutes(app: Api, deps: Pick<ApiDeps, 'world' | 'folder' | 'isToken' | 'check'>, door: PageDoor): void {
  const { world, folder } = deps;
  const inForce = () => loginsInForce(readLogins(folder), world.clock.now().wallMs);
  const owners = ({ env }: { readonly env: Asked }) => onlyByToken(env, deps);
  app.post('/api/v1/page/door', async (c) => {
    owners(c);
    const wanted = await smallBodyOf(c, DOOR);
    try {
      const addresses = await door.change(wanted);
      deps.check();
      return c.json({ addresses });
    } catch (error) {
      throw badRequest(errorMessage(error));
    }
  });
  app.get('/api/v1/page/door', (c) => {
    owners(c);
    const logins = inForce().map(({ name, since, until, isReadOnly: readOnly }) => ({ name, since, until, readOnly }));
    return c.json({ addresses: door.addresses(), trouble: door.trouble(), certificateUntil: door.certificateUntil(), logins });
  });
  app.post('/api/v1/page/sign-out', async (c) => {
    owners(c);
    const { name } = await smallBodyOf(c, NAME);
    const before = inForce();
    const left = before.filter((login) => login.name !== name);
    writeLogins(folder, left);
    deps.check();
    return c.json({ ended: before.length - left.length });
  });
}
