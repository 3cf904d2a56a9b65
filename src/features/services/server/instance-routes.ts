// Offers the local services ("instances") over HTTP.
import * as z from 'zod';
import { CoordError } from '../../../errors.ts';
import { type Api, type ApiDeps, type ApiPart, smallBodyOf } from '../../../server/api.ts';
import { readServices } from '../../../system/fleet/local-services.ts';
import { becameWords, desiredState } from '../operations/desired-state.ts';

const VERBS = ['start', 'stop', 'restart'] as const;

export const servicesApi: ApiPart = (deps) => ({ addRoutes: (app) => instanceRoutes(app, deps) });

function instanceRoutes(app: Api, { world, folder, changed }: ApiDeps): void {
  app.get('/api/v1/instances', (c) => c.json(readServices(folder)));
  app.get('/api/v1/instances/:name', (c) => {
    const name = c.req.param('name');
    const found = readServices(folder).find((service) => service.name === name);
    if (found === undefined) throw new CoordError('NOT_FOUND', `no instance ${JSON.stringify(name)} here`, 'coord instance list');
    return c.json(found);
  });
  for (const verb of VERBS) {
    app.post(`/api/v1/instances/:name/${verb}`, async (c) => {
      await smallBodyOf(c, z.strictObject({}, 'expected {} or nothing'));
      // It has a lock of its own, and may wait long for a program to come up: nobody else waits behind it.
      const [did] = await desiredState(world, folder, verb, [c.req.param('name') ?? '']);
      changed();
      return c.json(did === undefined ? {} : { ...did, warnings: did.isDone ? [] : [becameWords(did)] });
    });
  }
}
