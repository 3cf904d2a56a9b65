// What waking hands in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { createWaker } from './system/waker.ts';

export const wake = (world: World): Feature => ({
  name: 'wake',
  waker: () => createWaker(world.env),
});
