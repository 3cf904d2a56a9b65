// Reads and writes `agents.json` in coord's home: which agents were found on this computer, and when (O15). Where it cannot be read, the
// next look makes it anew.
import { join } from 'node:path';
import type { FoundAgent, Login, SeenAgent, UsageLimit } from '../../../core/model/orders/agent.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { isHeld, limitFrom } from '../rules/usage-limit.ts';

export interface FoundAgents {
  readonly version: 1;
  /** ISO 8601 UTC. */
  readonly checkedAt: string;
  readonly agents: readonly FoundAgent[];
  /** Absent = as an older version wrote it: nobody has looked. */
  readonly seen?: readonly SeenAgent[];
  /** What is wrong in agents.yaml, in sentences. */
  readonly faults?: readonly string[];
}

function foundAgentsPath(home: string): string {
  return join(home, 'agents.json');
}

/** Null = nobody has looked yet. */
export function readFoundAgents(home: string): FoundAgents | null {
  try {
    const text = readIfThere(foundAgentsPath(home));
    if (text === null) return null;
    const read = JSON.parse(text) as Partial<FoundAgents> | null;
    const agents = Array.isArray(read?.agents) ? read.agents.filter(isFound) : [];
    const { seen = [], faults = [] } = read ?? {};
    return { version: 1, checkedAt: String(read?.checkedAt ?? ''), agents, seen, faults };
  } catch {
    return { version: 1, checkedAt: '', agents: [] };
  }
}

export function writeFoundAgents(home: string, found: FoundAgents): void {
  writeWhole(foundAgentsPath(home), `${JSON.stringify(found, null, 2)}\n`);
}

/** What a run saw of an agent's login. */
export function noteLogin(home: string, name: string, login: Login): void {
  noteAgent(home, name, (agent) => (agent.login === login ? agent : { ...agent, login }));
}

/** What a run saw of its usage limit. `toldMs`: when it begins again by its words. Null = it is not on the list. */
export function noteLimit(home: string, name: string, toldMs: number | null, nowMs: number): UsageLimit | null {
  return noteAgent(home, name, (agent) => ({ ...agent, limit: limitFrom(agent.limit, toldMs, nowMs) }))?.limit ?? null;
}

/** What a run saw that succeeded: what comes after it is another limit than one that is over. One that lasts was met by another run. */
export function noteWorked(home: string, name: string, nowMs: number): void {
  noteAgent(home, name, (agent) => {
    const { limit, ...unlimited } = agent;
    return limit === undefined || isHeld(limit, nowMs) ? agent : unlimited;
  });
}

/** `change`: the same agent back = nothing is to be written. */
function noteAgent(home: string, name: string, change: (agent: FoundAgent) => FoundAgent): FoundAgent | null {
  const found = readFoundAgents(home);
  const before = found?.agents.find((agent) => agent.name === name);
  if (found === null || before === undefined) return null;
  const after = change(before);
  if (after !== before) writeFoundAgents(home, { ...found, agents: found.agents.map((it) => (it === before ? after : it)) });
  return after;
}

function isFound(it: unknown): it is FoundAgent {
  const { name, program } = (it ?? {}) as Partial<FoundAgent>;
  return typeof name === 'string' && typeof program === 'string';
}
