// Knows which agents this computer has (O15). They are looked for when a person asks, then once a day, in a process of its own, so that no
// cycle waits. Until a person has asked, nobody looks, because the owner decides what the board says of a computer.
import { join } from 'node:path';
import { isoTime, parseTime } from '../../../core/base/time.ts';
import type { FoundAgent } from '../../../core/model/orders/agent.ts';
import type { WaitingOrder } from '../../../core/model/orders/run.ts';
import type { AgentsHere } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { passedOn } from '../../../system/policy/run-environment.ts';
import { parsePlainAgents } from '../documents/plain-agents.ts';
import { isHeld } from '../rules/usage-limit.ts';
import { type FoundAgents, readFoundAgents, writeFoundAgents } from '../system/found-agents.ts';

const FRESH_MS = 24 * 3_600_000;
/** While an order waits for somebody to log in. */
const LOGIN_MS = 60_000;

/** `asked`: by a person, who wants the agents tried; else what is noted of their usage limits stays: the next hold goes by the last. */
export async function detectAgents(world: World, folder: FleetFolder, look: 'asked' | 'daily'): Promise<FoundAgents> {
  const env = passedOn(world.env);
  const path = [readIdentity(folder).path, world.env.PATH ?? ''].filter((it) => it !== '').join(':');
  const file = join(world.home, 'agents.yaml');
  const { agents: plain, faults } = parsePlainAgents(readIfThere(file) ?? '', file);
  const { agents = [], seen = [] } = (await (await agentsOf(world))?.detect(env, path, plain)) ?? {};
  const limited = new Map(
    look === 'asked' ? [] : readFoundAgents(world.home)?.agents.map(({ name, limit }) => [name, limit] as const),
  );
  const withLimit = (agent: FoundAgent): FoundAgent => {
    const limit = limited.get(agent.name);
    return limit === undefined ? agent : { ...agent, limit };
  };
  const checkedAt = isoTime(world.clock.now().wallMs);
  const found: FoundAgents = { version: 1, checkedAt, agents: agents.map(withLimit), seen, faults };
  writeFoundAgents(world.home, found);
  return found;
}

/** Null = this build of coord has none. */
export async function agentsOf(world: World): Promise<AgentsHere | null> {
  return (await world.features()).flatMap(({ agents }) => agents ?? [])[0] ?? null;
}

/** As they are now: of usage limits, those that last. */
export function knownAgents(world: World): FoundAgents | null {
  const found = readFoundAgents(world.home);
  const nowMs = world.clock.now().wallMs;
  const asNow = ({ limit, ...agent }: FoundAgent): FoundAgent =>
    limit === undefined || !isHeld(limit, nowMs) ? agent : { ...agent, limit };
  return found === null ? null : { ...found, agents: found.agents.map(asNow) };
}

/** After a sync. `allows`: an owner who edited the policy by hand has asked, too. */
export function lookAgainWhenDue(
  world: World,
  folder: FleetFolder,
  allows: readonly string[],
  waiting: readonly WaitingOrder[],
): void {
  const found = readFoundAgents(world.home);
  if (found === null ? !allows.includes('agent') : isFresh(found, world.clock.now().wallMs, waiting)) return;
  world.startDetector(folder);
}

function isFresh({ checkedAt, agents }: FoundAgents, nowMs: number, waiting: readonly WaitingOrder[]): boolean {
  const checkedMs = parseTime(checkedAt);
  if (!(checkedMs <= nowMs)) return false;
  const waitsForLogin = agents.some(({ login }) => login === 'out') && waiting.some(({ code }) => code === 'agentLoggedOut');
  return nowMs - checkedMs < (waitsForLogin ? LOGIN_MS : FRESH_MS);
}
