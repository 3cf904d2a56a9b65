// What the page hands in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { remember } from './operations/histories.ts';

export const page = ({ env, clock }: World): Feature => ({
  name: 'page',
  checks: async () => [(await import('./operations/doctor-check.ts')).pageCheck(env, () => clock.now().wallMs)],
  afterSync: (folder, { view }) => remember(folder.root, view, clock.now().wallMs, lastFetchMs(folder)),
});
