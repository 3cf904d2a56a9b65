// What the hub hands in.
import type { Feature } from '../../operations/feature.ts';
import { hubSays, livingHub } from './operations/hub-files.ts';

export const hub = (): Feature => ({
  name: 'hub',
  checks: async () => [(await import('./operations/doctor-check.ts')).hubCheck],
  async keeps(folder) {
    const hub = livingHub(folder);
    return hub === null ? null : { why: `a hub runs here, pid ${hub.pid}`, hint: `kill ${hub.pid}` };
  },
  self(folder) {
    const says = hubSays(folder);
    return says === undefined ? {} : { hubSays: says };
  },
});
