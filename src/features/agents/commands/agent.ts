// coord agent detect, coord agent list; and coord __detect, which a sync starts
import type { Context } from '../../../cli/context.ts';
import { ago, columns, plainCell } from '../../../cli/output/table.ts';
import { minuteTime } from '../../../core/base/time.ts';
import { AGENT_NAMES, type FoundAgent, type Login } from '../../../core/model/orders/agent.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { detectAgents, knownAgents } from '../operations/agents.ts';
import { traitsOf } from '../rules/known-agents.ts';
import type { FoundAgents } from '../system/found-agents.ts';

interface Options {
  readonly json?: boolean;
}

export async function detect(context: Context, options: Options): Promise<number> {
  const folder = context.fleet();
  show(context, await context.busy('looking for agents', detectAgents(await context.world(), folder, 'asked')), options);
  return EXIT.done;
}

export async function list(context: Context, options: Options): Promise<number> {
  context.fleet();
  show(context, knownAgents(await context.world()), options);
  return EXIT.done;
}

export async function lookAgain(context: Context): Promise<number> {
  await detectAgents(await context.world(), context.fleet(), 'daily');
  return EXIT.done;
}

const LOGIN: Readonly<Record<Login, string>> = {
  in: 'logged in',
  out: 'not logged in',
  unknown: 'login unknown',
};

function show(context: Context, found: FoundAgents | null, { json }: Options): void {
  if (json) {
    const { checkedAt, agents } = found ?? { checkedAt: null, agents: [] };
    context.out(visibleJson(JSON.stringify({ checkedAt, agents }, null, 2)));
    return;
  }
  if (found === null) {
    context.out('no search for agents yet: coord agent detect');
    return;
  }
  for (const row of columns(found.agents.map(rowOf))) context.out(row);
  const missing = AGENT_NAMES.filter((name) => !found.agents.some((agent) => agent.name === name));
  if (missing.length > 0) context.out(`not found: ${missing.join(', ')}`);
  for (const { name, entry, may } of found.seen ?? []) {
    context.out(
      `also here: ${name}. coord runs it once ~/.coord/agents.yaml says how; by its documents, and never tried here (${may}):`,
    );
    context.out(plainCell(`  ${name}: ${entry}`, 300));
  }
  for (const fault of found.faults ?? []) context.note(context.paint.yellow(plainCell(`! ${fault}`, 300)));
  context.out(`looked ${ago(found.checkedAt, context.nowMs())}`);
}

function rowOf({ name, program, version, login, problem, limit }: FoundAgent): string[] {
  const loggedIn = login === 'out' ? `${LOGIN.out}: ${traitsOf(name).logIn}` : LOGIN[login];
  const how = limit === undefined ? loggedIn : `${loggedIn}, at its usage limit: no orders until ${minuteTime(limit.until)}`;
  return [name, version ?? '-', plainCell(problem ?? how, 120), plainCell(program, 200)];
}
