// What the hub hands in.
import type { Feature } from '../../operations/feature.ts';
import { hubSays } from './operations/hub-files.ts';

export const hub = (): Feature => ({
  name: 'hub',
  self(folder) {
    const says = hubSays(folder);
    return says === undefined ? {} : { hubSays: says };
  },
});
