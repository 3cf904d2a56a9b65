// What the page hands in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';

export const page = ({ env }: World): Feature => ({
  name: 'page',
  checks: async () => [(await import('./operations/doctor-check.ts')).pageCheck(env)],
});
