// Lets an agent of this computer draft the tasks of a spec for `coord plan --agent claude` (D10). The agent only reads. Its answer is
// checked as a task list and put under `## Tasks (draft)`; nothing comes of it before a person approves it.
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { type AgentName, type AgentRequest, isAgentName } from '../../../core/model/orders/agent.ts';
import type { Fault } from '../../../core/model/status/fault.ts';
import { faultText } from '../../../core/model/status/fault.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError } from '../../../errors.ts';
import { freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { publishable } from '../../../operations/sync/open-machine.ts';
import type { View } from '../../../operations/sync/view.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { passedOn, readSecrets } from '../../../system/policy/run-environment.ts';
import { agentsOf, knownAgents } from '../../agents/operations/agents.ts';
import { draftPrompt } from '../../agents/rules/draft-prompt.ts';
import { AGENTS } from '../../agents/rules/known-agents.ts';
import { requestOfAgent } from '../../agents/system/place-agent.ts';
import { parseSpec } from '../documents/spec.ts';
import { listInAnswer, staysDraft, withDraft, withoutDraftWord } from '../documents/spec-draft.ts';
import { TASK_FIELDS } from '../documents/spec-fields.ts';
import { plannedOrders } from '../documents/spec-orders.ts';
import { mustBeTaken, specPath, specText } from './spec-file.ts';

export interface DraftReport {
  readonly path: string;
  readonly titles: readonly string[];
  readonly line: number;
}

interface Options {
  readonly agent: string;
  onLine(line: string): void;
}

export async function draftTasks(
  world: World,
  folder: FleetFolder,
  given: string,
  { agent, onLine }: Options,
): Promise<DraftReport> {
  const path = specPath(world, folder, given);
  const view = await freshView(world, folder);
  mustBeTaken(view, path);
  const { request, env } = requestFor(world, folder, path, agent, view);
  const agents = await agentsOf(world);
  const { answer = null, problem = null } = (await agents?.ask({ request, env, cwd: world.cwd, onLine })) ?? {};
  // Redacted before anything is looked for in it: what is written goes to main, and what is shown may be kept in a log.
  const list = answer === null ? null : listInAnswer(visibleText(publishable(world, folder)(answer)));
  if (list === null)
    throw new CoordError('FAILED', `${agent} gave no list of tasks${problem === null ? '' : `: ${problem}`}`, null);
  // It may have been edited meanwhile.
  const before = specText(folder, path);
  const text = withDraft(before, path, list);
  const wrong = faultsOf(text, path, view);
  if (wrong.length > 0 || !staysDraft(list, text, before, path)) {
    const reaches = `${path}: expected a list that stays a draft, without headings or open code, found more`;
    const said = wrong.length === 0 ? [reaches] : wrong.map((fault) => faultText(fault));
    throw new CoordError(
      'FAILED',
      `what ${agent} drafted is no list of tasks, and was not written:\n${said.join('\n')}\n${list}`,
      null,
    );
  }
  writeWhole(join(folder.projection, path), text, 0o644);
  mustBeTaken(await freshView(world, folder), path);
  const spec = parseSpec(text, path).value;
  return { path, titles: (spec?.drafts ?? []).map(({ title }) => title), line: spec?.draftLine ?? 1 };
}

/** What would be wrong with it, were it approved. */
function faultsOf(text: string, path: string, view: View): readonly Fault[] {
  const { value, faults } = parseSpec(withoutDraftWord(text, path) ?? text, path);
  const listed = Object.keys(view.orders).map((id) => ({ id, after: [] }));
  const ofOrders = value === null ? [] : plannedOrders(value, listed).faults;
  return [...faults, ...ofOrders].filter(({ level }) => level === 'fault');
}

/** A request in which the agent may only read. */
function requestFor(
  world: World,
  folder: FleetFolder,
  path: string,
  agent: string,
  view: View,
): { readonly request: AgentRequest; readonly env: Readonly<Record<string, string>> } {
  const { name, path: searchPath } = readIdentity(folder);
  const readOnly = isAgentName(agent) ? READS_ONLY[agent] : undefined;
  if (readOnly === undefined)
    throw new CoordError('USAGE', `${agent} cannot be kept to reading: expected ${Object.keys(READS_ONLY).join(' or ')}`, null);
  const policy = readPolicy(world.home, folder.root);
  if (!policy.allow.includes('agent')) throw new CoordError('REFUSED', `agents are not allowed on ${name}`, 'coord allow agent');
  const { secrets, unread } = readSecrets(policy.secrets);
  if (unread.length > 0) throw new CoordError('REFUSED', unread[0] ?? '', null);
  const known = {
    ...{ path, spec: specText(folder, path), fields: [...TASK_FIELDS, 'id'] },
    machines: Object.entries(view.machines)
      .filter(([, { state }]) => state !== 'LEFT')
      .map(([number, it]) => `${numberedName(number, it.name)}${it.tags.length === 0 ? '' : ` (${it.tags.join(', ')})`}`),
    tools: [...new Set(Object.values(view.machines).flatMap(({ tools }) => tools))],
  };
  const place = { policy, machineName: name, found: knownAgents(world)?.agents ?? [], home: world.home, secrets };
  const task = { kind: 'agent', agent, prompt: draftPrompt(known) } as const;
  const request = requestOfAgent({ title: null, spec: null, check: null }, task, place);
  if ('blocked' in request) throw new CoordError('REFUSED', request.blocked.reason, null);
  const env = { ...passedOn(world.env), ...secrets, PATH: searchPath };
  return { request: { ...request, permission: readOnly, allowedTools: [], projectSettings: false }, env };
}

const READS_ONLY: Readonly<Partial<Record<AgentName, string>>> = {
  claude: AGENTS.claude.permission.values[0] ?? 'plan',
  codex: AGENTS.codex.permission.values[0] ?? 'read-only',
};

/** A person takes the word away, on main with the next sync. Throws FAILED where there is none. */
export function approveDraft(world: World, folder: FleetFolder, given: string): void {
  const path = specPath(world, folder, given);
  const text = withoutDraftWord(specText(folder, path), path);
  if (text === null)
    throw new CoordError(
      'FAILED',
      `${path} has no draft: expected a heading "## Tasks (draft)"`,
      `coord plan ${shellWord(path)}`,
    );
  writeWhole(join(folder.projection, path), text, 0o644);
}
