// What alerts hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { noteAlerts } from './operations/note-alerts.ts';

export const alerts = (world: World): Feature => ({
  name: 'alerts',
  checks: async () => [(await import('./operations/doctor-check.ts')).alertsCheck],
  afterSync: (folder, done) => noteAlerts(world, folder, done.view, done),
});
