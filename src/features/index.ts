// The one list of features that hand in something, in the order in which `coord doctor` shows them. The others, wake and handoff, have
// commands alone, and what of them the kernel calls itself (KNOWS in test/tidy.test.ts).
import type { Feature } from '../operations/feature.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { agents } from './agents/feature.ts';
import { alerts } from './alerts/feature.ts';
import { bus } from './bus/feature.ts';
import { hooks } from './hooks/feature.ts';
import { plan } from './plan/feature.ts';
import { services } from './services/feature.ts';
import { workspaces } from './workspaces/feature.ts';

export const FEATURES: readonly ((world: World) => Feature)[] = [workspaces, services, alerts, bus, agents, hooks, plan];
