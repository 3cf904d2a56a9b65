// coord order add
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../../core/model/status/status.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type AgentOptions, agentFrom } from '../../../features/agents/commands/order-agent.ts';
import { type WorkspaceOptions, workspaceFrom } from '../../../features/workspaces/commands/order-workspace.ts';
import { editOrders, mustBeGoodOrder } from '../../../operations/orders/edit-orders.ts';
import type { Context } from '../../context.ts';
import { consequence, warnUnsent } from '../../output/consequence.ts';
import { type CallOptions, callFrom } from './order-call.ts';

interface Options extends CallOptions, AgentOptions, WorkspaceOptions {
  readonly for?: string;
  readonly tags: readonly string[];
  readonly tool?: string;
  readonly title?: string;
  readonly type?: string;
  readonly spec?: string;
  readonly cwd?: string;
  readonly env: readonly string[];
  readonly timeout?: string;
  readonly attempts?: number;
  readonly check?: string;
  readonly priority?: string;
  readonly after: readonly string[];
  readonly step: readonly string[];
  readonly approval?: boolean;
  readonly wake?: boolean;
  readonly schedule?: string;
  readonly timezone?: string;
  readonly overlap?: string;
  readonly json?: boolean;
}

export async function run(context: Context, id: string, command: readonly string[], options: Options): Promise<number> {
  const folder = context.fleet();
  const order = orderFrom(id, command, options);
  mustBeGoodOrder(order);
  const report = await context.busy('syncing', editOrders(await context.world(), folder, [{ kind: 'add', order, again: true }]));
  if (options.json)
    context.out(visibleJson(JSON.stringify({ id, landed: report.landed, order: report.view.orders[id] ?? null }, null, 2)));
  else context.out(`${consequence(context, report.view, id, 'queued')}${ranBefore(report.view.orders[id], order.generation)}`);
  warnUnsent(context, report);
  return EXIT.done;
}

/** O8: this is new work under an id that was used. */
function ranBefore(shown: StatusOrder | undefined, asked: Json = 1): string {
  const generation = shown?.generation ?? 1;
  return generation > Number(asked) ? ` · generation ${generation}, because ${generation - 1} has run before` : '';
}

function orderFrom(
  id: string,
  command: readonly string[],
  options: Options,
): { readonly id: string; readonly [field: string]: Json } {
  const { title, cwd, timeout, attempts, check, priority, after, approval, schedule, timezone, overlap } = options;
  if (schedule === undefined && (timezone !== undefined || overlap !== undefined))
    throw new CoordError(
      'USAGE',
      '--timezone and --overlap are of a --schedule: expected one, found none',
      'coord order add --help',
    );
  const env = Object.fromEntries(options.env.map(variable));
  return {
    id,
    ...(title === undefined ? {} : { title }),
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(options.spec === undefined ? {} : { spec: options.spec }),
    ...(isRouted(options) ? {} : { assign: assignFrom(options) }),
    ...workOf(command, options),
    ...workspaceFrom(options),
    ...(cwd === undefined ? {} : { cwd }),
    ...(options.env.length === 0 ? {} : { env }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(check === undefined ? {} : { check }),
    ...(priority === undefined ? {} : { priority }),
    ...(after.length === 0 ? {} : { after }),
    ...(approval ? { approval } : {}),
    ...(options.wake ? { wake: true } : {}),
    ...(schedule === undefined ? {} : { schedule }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(overlap === undefined ? {} : { overlap }),
  };
}

/** Fleet.yaml's routing says where a type goes that nothing else is said of. */
function isRouted({ for: who, tags, tool, type }: Options): boolean {
  return type !== undefined && who === undefined && tags.length === 0 && tool === undefined;
}

function assignFrom({ for: who, tags, tool }: Options): Json {
  const isMatch = tags.length > 0 || tool !== undefined;
  if (!isMatch) return assignOf(who ?? 'any');
  if (who !== undefined && who !== 'any')
    throw new CoordError('USAGE', '--for names machines, --tags and --tool describe them: expected one or the other', null);
  return { ...(tags.length === 0 ? {} : { tags }), ...(tool === undefined ? {} : { tool }) };
}

/** A number stays a number, so that the order reads as people write it; several are a list in order of preference. */
export function assignOf(word: string): Json {
  const [only, ...others] = word.split(',').map((it) => it.trim());
  const one = (it: string): Json => (/^[1-9][0-9]{0,3}$/.test(it) ? Number(it) : it);
  return others.length === 0 ? one(only ?? '') : [only ?? '', ...others].map(one);
}

/** One word is a shell line; several are taken as they stand. */
export function runOf(command: readonly string[]): Json {
  const [only, second] = command;
  if (only === undefined)
    throw new CoordError('USAGE', 'no command: expected it after --', 'coord order add build --for 2 -- npm run build');
  return second === undefined ? only : [...command];
}

/** `3: echo hi` is a step for machine 3. Each gets its number as an id, so that it keeps it when another is put in. With steps, a call or an agent, there is no command beside them. */
function workOf(command: readonly string[], options: Options): { readonly [field: string]: Json } {
  const { step: steps } = options;
  const call = callFrom(options);
  if (call !== null) {
    if (command.length === 0 && steps.length === 0) return { call };
    throw new CoordError('USAGE', 'a call and a command or --step: expected one of them', 'coord order add --help');
  }
  const agent = agentFrom(options);
  if (agent !== null) {
    if (command.length === 0 && steps.length === 0) return agent;
    throw new CoordError('USAGE', 'an agent and a command or --step: expected one of them', 'coord order add --help');
  }
  if (steps.length === 0) return { run: runOf(command) };
  if (command.length > 0)
    throw new CoordError('USAGE', 'a command and --step: expected one or the other', 'coord order add login --step "3: echo hi"');
  return {
    steps: steps.map((text, at) => {
      const [, who, run] = /^([^:\s]+):\s*(\S.*)$/s.exec(text) ?? [];
      if (who === undefined || run === undefined)
        throw new CoordError('USAGE', `expected --step "machine: command", found ${text}`, 'coord order add --help');
      return { id: String(at + 1), assign: assignOf(who), run };
    }),
  };
}

function variable(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CoordError('USAGE', `expected --env NAME=value, found ${text}`, 'coord order add --help');
  return [text.slice(0, at), text.slice(at + 1)];
}
