// Offers the files of runs over HTTP (A3): the list, and one file as a download. A browser is told to save it and to guess nothing of what it is.
import { Readable } from 'node:stream';
import { artifactNameProblem } from '../../../core/model/orders/artifact.ts';
import { CoordError } from '../../../errors.ts';
import type { Api, ApiDeps, ApiPart } from '../../../server/api.ts';
import { artifactsOf } from '../operations/artifacts-of.ts';
import { oneArtifact } from '../operations/get-artifacts.ts';

export const artifactsApi: ApiPart = (deps) => ({ addRoutes: (app) => artifactRoutes(app, deps) });

function artifactRoutes(app: Api, { world, folder, turnToRead }: Pick<ApiDeps, 'world' | 'folder' | 'turnToRead'>): void {
  app.get('/api/v1/orders/:id/artifacts', (c) => c.json(artifactsOf(folder, c.req.param('id'))));
  app.get('/api/v1/orders/:id/artifacts/:machine/:sha256', async (c) => {
    const { id, machine, sha256 } = c.req.param();
    const run = artifactsOf(folder, id).find((it) => String(it.machine) === machine);
    if (run === undefined) throw new CoordError('NOT_FOUND', `no run of ${id} on ${machine} left files`, null);
    // It may ask the remote: one after the other.
    const { name, size, body } = await turnToRead(c, () => oneArtifact(world, folder, run, sha256));
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': `attachment; filename*=UTF-8''${fileName(name)}`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
    };
    return c.body(Buffer.isBuffer(body) ? new Uint8Array(body) : (Readable.toWeb(body) as ReadableStream), 200, headers);
  });
}

/** The last part of its name, in the characters of RFC 8187. */
function fileName(name: string): string {
  const last = name.split('/').at(-1) ?? '';
  return encodeURIComponent(artifactNameProblem(last) === null ? last : 'file').replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16)}`,
  );
}
