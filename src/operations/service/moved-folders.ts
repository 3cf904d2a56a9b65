// Says which variables move folders that coord and agents look into: a service, or a line of cron, gets them as the shell has that installs it,
// so that both look in the same places.
import { SETTINGS_MOVERS } from '../../core/model/orders/agent.ts';
import type { World } from '../sync/dependencies.ts';

export function movedFolders({ env, home }: World): Record<string, string> {
  const moved = SETTINGS_MOVERS.flatMap((name): [string, string][] => (env[name] ? [[name, env[name]]] : []));
  return { ...(env.COORD_HOME ? { COORD_HOME: home } : {}), ...Object.fromEntries(moved) };
}
