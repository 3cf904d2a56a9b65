// What local services hand in.
import { serviceSigns } from '../../core/orders/service-report.ts';
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { readServices } from '../../system/fleet/local-services.ts';
import { servicesHere } from './system/services-here.ts';

export const services = ({ env, clock, step }: World): Feature => ({
  name: 'services',
  checks: async () => [(await import('./operations/doctor-check.ts')).instancesCheck],
  async keeps(folder) {
    const running = readServices(folder).find(({ pid }) => pid !== null);
    return running === undefined ? null : { why: `its program ${running.name} still runs`, hint: 'coord instance stop --all' };
  },
  self: (folder) => ({ services: servicesHere(folder) }),
  signs: (folder) => serviceSigns(servicesHere(folder)),
  async companion(folder) {
    const { createSupervisor } = await import('./adapters/supervisor.ts');
    return createSupervisor({ folder, env, path: readIdentity(folder).path, clock, step });
  },
});
