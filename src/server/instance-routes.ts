// Local programs ("instances") over HTTP. What starts and stops them is given in `instanceActs`, the one place that knows.

import { z } from 'zod';
import { CoordError } from '../errors.ts';
import type { World } from '../operations/world.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { readPrograms } from '../system/program-files.ts';
import { type Api, type ApiDeps, bodyOf } from './api.ts';

type InstanceAct = (world: World, folder: FleetFolder, name: string) => Promise<unknown>;

/** The operations that `coord instance start`, `stop` and `restart` call; each resolves with what its command says with `--json`. */
const instanceActs: Readonly<Partial<Record<'start' | 'stop' | 'restart', InstanceAct>>> = {};

export function instanceRoutes(app: Api, { world, folder, turn, changed }: ApiDeps): void {
  const find = (name: string) => {
    const found = readPrograms(folder).find((program) => program.name === name);
    if (found === undefined) throw new CoordError('NOT_FOUND', `no instance ${JSON.stringify(name)} here`, 'coord instance list');
    return found;
  };
  app.get('/api/v1/instances', (c) => c.json(readPrograms(folder)));
  app.get('/api/v1/instances/:name', (c) => c.json(find(c.req.param('name'))));
  for (const [verb, act] of Object.entries(instanceActs)) {
    app.post(`/api/v1/instances/:name/${verb}`, async (c) => {
      await bodyOf(c, z.strictObject({}, 'expected {} or nothing'));
      const { name } = find(c.req.param('name') ?? '');
      const did = await turn(() => act(world, folder, name));
      changed();
      return c.json({ name, did: did ?? null });
    });
  }
}
