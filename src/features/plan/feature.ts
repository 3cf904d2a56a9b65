// What specs hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { takeSavedSpecs } from './operations/take-saved-specs.ts';
import { savedSpecs } from './system/saved-specs.ts';

export const plan = (world: World): Feature => ({
  name: 'plan',
  takeSaved: (here) => takeSavedSpecs(world, here),
  signs: (folder, ledger) => savedSpecs(folder, ledger).map(({ path, text }) => `saved ${path} ${ledger.idOf(text)}`),
});
