// What `coord doctor` finds, for the page. It tries whether the remote can be written to, so it is an act, and asked for by a button alone.
import * as z from 'zod';
import type { CheckResult } from '../../../core/model/status/check-result.ts';
import { type Api, type ApiDeps, smallBodyOf } from '../../../server/api.ts';

const NOTHING = z.strictObject({}, 'expected nothing, or {}');

export function doctorRoute(app: Api, { world, folder, turn }: Pick<ApiDeps, 'world' | 'folder' | 'turn'>): void {
  /** Whoever asks while it looks gets the same answer. */
  let looking: Promise<readonly CheckResult[]> | null = null;
  const look = async () => {
    const { examine } = await import('../../../operations/doctor/doctor.ts');
    return examine(world, folder, false);
  };
  app.post('/api/v1/page/doctor', async (c) => {
    await smallBodyOf(c, NOTHING);
    looking ??= turn(look).finally(() => {
      looking = null;
    });
    return c.json(await looking);
  });
}
