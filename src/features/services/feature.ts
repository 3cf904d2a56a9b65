// What local services hand in.
import { programSigns } from '../../core/orders/program-report.ts';
import type { Feature } from '../../operations/feature.ts';
import { readPrograms } from './system/program-files.ts';

export const services = (): Feature => ({
  name: 'services',
  checks: async () => [(await import('./operations/doctor-check.ts')).instancesCheck],
  async keeps(folder) {
    const running = readPrograms(folder).find(({ pid }) => pid !== null);
    return running === undefined ? null : { why: `its program ${running.name} still runs`, hint: 'coord instance stop --all' };
  },
  programs: readPrograms,
  signs: (folder) => programSigns(readPrograms(folder)),
});
