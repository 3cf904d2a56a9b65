// The one list of features that hand in something, in the order in which `coord doctor` shows them. What they add to orders, documents,
// the cycle and the faces stands in the lists beside this one.
import type { Feature } from '../operations/feature.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { agents } from './agents/feature.ts';
import { alerts } from './alerts/feature.ts';
import { artifacts } from './artifacts/feature.ts';
import { bell } from './bell/feature.ts';
import { bus } from './bus/feature.ts';
import { handoff } from './handoff/feature.ts';
import { hooks } from './hooks/feature.ts';
import { hub } from './hub/feature.ts';
import { page } from './page/feature.ts';
import { plan } from './plan/feature.ts';
import { services } from './services/feature.ts';
import { trust } from './trust/feature.ts';
import { wake } from './wake/feature.ts';
import { workspaces } from './workspaces/feature.ts';

export const FEATURES: readonly ((world: World) => Feature)[] = [
  workspaces,
  artifacts,
  services,
  alerts,
  bell,
  bus,
  agents,
  hooks,
  plan,
  wake,
  handoff,
  hub,
  page,
  trust,
];
