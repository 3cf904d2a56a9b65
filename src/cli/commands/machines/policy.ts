// coord allow, coord deny
import { shellWord } from '../../../core/base/shell-word.ts';
import { TOOL_RULE } from '../../../core/model/orders/agent.ts';
import type { WorkKind } from '../../../core/model/orders/order.ts';
import { mayOrderSet } from '../../../core/orders/allowed-variables.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { rulesOf, WORK_KINDS } from '../../../features/rules.ts';
import { noteAllowed } from '../../../operations/sync/view.ts';
import { belowHome } from '../../../system/files/home-path.ts';
import { realFolder } from '../../../system/files/real-folder.ts';
import { foldersForAgents } from '../../../system/policy/agent-folder.ts';
import {
  changeMcp,
  isMcpRight,
  MCP_RIGHTS,
  type McpRight,
  mcpRights,
  mcpWords,
  readMcp,
} from '../../../system/policy/mcp-policy.ts';
import {
  changeAgentTool,
  changePolicy,
  changeWake,
  policyWords,
  readPolicy,
  setInPolicy,
} from '../../../system/policy/policy-file.ts';
import { policyPath } from '../../../system/policy/policy-text.ts';
import { type PolicyList, ruleThatLetsIn } from '../../../system/policy/policy-words.ts';
import type { CommandDescriptor } from '../../command.ts';
import type { Context } from '../../context.ts';
import { mustStandAlone, target } from './policy-target.ts';

export async function run(
  context: Context,
  all: readonly CommandDescriptor[],
  verb: 'allow' | 'deny',
  what: string | null,
  value: string | null,
): Promise<number> {
  const folder = context.fleet();
  const { home } = await context.world();
  mustStandAlone(verb, what, value);
  if (what === null) {
    show(context, home, folder.root);
    return EXIT.done;
  }
  if (what === 'wake') {
    allowWake(context, home, folder.root, verb === 'allow');
    return EXIT.done;
  }
  if (what === 'artifacts') {
    allowArtifacts(context, home, folder.root, verb === 'allow');
    return EXIT.done;
  }
  if (what === 'mcp') {
    allowMcp(context, home, folder.root, value, verb);
    return EXIT.done;
  }
  if (what === 'tool' && value !== null) {
    allowTool(context, home, folder.root, value, verb === 'allow');
    return EXIT.done;
  }
  const [list, word] = target(verb, what, value);
  const changed = changePolicy(home, folder.root, list, word, verb === 'allow');
  if (list === 'allow') noteAllowed(folder, readPolicy(home, folder.root).allow);
  const named = list === 'allow' ? what : `${what} ${word}`;
  const rules = policyWords(home, folder.root, list);
  const left = verb === 'deny' ? stillAllowed(named, changed, list, word, rules) : null;
  const state = verb === 'allow' ? 'allowed' : 'not allowed';
  const done = `${changed ? 'is now' : 'was already'} ${state} for orders of this fleet on this computer`;
  context.out(`${named} ${left ?? done} (${policyPath(home)})`);
  await sayWhatFollows(context, all, { verb, what, list, word, changed, rules, home, root: folder.root });
  return EXIT.done;
}

interface Change {
  readonly verb: 'allow' | 'deny';
  readonly what: string;
  readonly list: PolicyList;
  readonly word: string;
  /** False = it was so already. */
  readonly changed: boolean;
  /** The list as it is now. */
  readonly rules: readonly string[];
  readonly home: string;
  readonly root: string;
}

async function sayWhatFollows(context: Context, all: readonly CommandDescriptor[], change: Change): Promise<void> {
  const { verb, what, list, word, changed, rules, home, root } = change;
  if (verb === 'deny') {
    const below = rules.filter((rule) => ruleThatLetsIn(list, rule, [word]) !== null);
    if (below.length > 0) context.note(context.paint.yellow(`! still allowed below it: ${below.join(', ')}`));
    return;
  }
  if (list === 'folders' && realFolder(belowHome(word)) === null) context.note(context.paint.yellow('! there is no such folder'));
  if (changed) context.out('orders that waited for it start with the next coord sync');
  if (changed && list === 'allow')
    context.out(context.paint.yellow(`anyone who can push to this repo can now ${rulesOf({ kind: what as WorkKind }).can}`));
  if (changed && list === 'repos')
    context.out(
      context.paint.yellow("anyone who can push to this repo can now have branches pushed there with this computer's login"),
    );
  if (what === 'agent') {
    const { folders, repos = [] } = readPolicy(home, root);
    if (foldersForAgents(folders).length === 0 && repos.length === 0)
      context.out(
        'agents have no folder to work in yet: coord allow folder <path>, or a checkout of their own: coord allow repo <address>',
      );
  }
  if (changed) for (const { run, afterAllowing } of all) if (afterAllowing === what) await run?.(context, ...([{}] as never[]));
}

/**
 * Nothing is said to be denied that another rule lets in. `changed`: a rule of its own is gone. Returns what still holds where no rule is against the
 * person's word: agents and calls go by the rule alone. Null = nothing lets it in. Throws FAILED where a wider rule does.
 */
function stillAllowed(named: string, changed: boolean, list: PolicyList, word: string, rules: readonly string[]): string | null {
  const own = changed ? 'has no rule of its own any more' : 'has no rule of its own';
  if (list === 'env' && mayOrderSet(word, [], true))
    return `${own}: commands may set it all the same, as it changes no code that they run`;
  const wider = ruleThatLetsIn(list, word, rules);
  if (wider === null) return null;
  // The rule of each new policy, which counts for no agent.
  const isHome = list === 'folders' && foldersForAgents([belowHome(wider)]).length === 0;
  if (isHome && changed) return `${own}: agents may not work there, and commands may still begin there, by ${wider}`;
  if (isHome)
    throw new CoordError(
      'FAILED',
      `${named} is still allowed for commands, by ${wider}`,
      `coord allow folder <where they may begin>, and then coord deny folder ${shellWord(wider)}`,
    );
  const what = changed ? `${named} has no rule of its own any more, and is still allowed` : `${named} is still allowed`;
  const way = list === 'repos' ? `coord deny repo ${shellWord(wider)}` : `coord deny folder ${shellWord(wider)}`;
  throw new CoordError('FAILED', `${what}, by ${wider}`, way);
}

/** O15: beside what agents may do anyway. */
function allowTool(context: Context, home: string, root: string, value: string, isAllowed: boolean): void {
  const [, agent = '', rule = ''] = /^\s*([a-z]+)\s*:\s*(\S.*?)\s*$/.exec(value) ?? [];
  const withTools = WORK_KINDS.flatMap((kind) => rulesOf({ kind }).withTools ?? []);
  if (!withTools.includes(agent) || !TOOL_RULE.test(rule))
    throw new CoordError(
      'USAGE',
      `expected an agent (${withTools.join(', ')}) and one of its tools, found ${value}`,
      'coord allow tool "claude: Bash(npm test)"',
    );
  const changed = changeAgentTool(home, root, agent, rule, isAllowed);
  const [name = ''] = rule.split('(');
  const others = (readPolicy(home, root).agents?.[agent]?.allowedTools ?? []).filter((one) => one.split('(')[0] === name);
  if (!isAllowed && others.includes(name))
    throw new CoordError(
      'FAILED',
      `tool ${rule} of ${agent} is still allowed, by ${name}`,
      `coord deny tool ${shellWord(`${agent}: ${name}`)}`,
    );
  // What a pattern lets in is the agent's own affair: it may let this in.
  if (!isAllowed && others.length > 0)
    context.note(context.paint.yellow(`! rules of ${name} that stand, and may let it in: ${others.join(', ')}`));
  context.out(
    `tool ${rule} of ${agent} ${changed ? 'is now' : 'was already'} ${isAllowed ? 'allowed' : 'not allowed'} for orders of this fleet on this computer (${policyPath(home)})`,
  );
}

/** W1: no kind of work, and both ways at once. */
function allowWake(context: Context, home: string, root: string, isAllowed: boolean): void {
  const changed = changeWake(home, root, isAllowed);
  const state = isAllowed ? 'allowed' : 'not allowed';
  context.out(`wake ${changed ? 'is now' : 'was already'} ${state} for this fleet on this computer (${policyPath(home)})`);
  if (!changed) return;
  if (!isAllowed)
    context.out('with the next coord sync its hardware addresses are taken off the board; what was pushed stays in the history');
  else {
    context.out('with the next coord sync its hardware addresses are on the board, for everybody who can read this repo');
    context.out('anyone who can push to this repo can now have it woken, and have it wake machines in its network');
  }
}

/** A1: no kind of work, but what may leave this computer. */
function allowArtifacts(context: Context, home: string, root: string, isAllowed: boolean): void {
  const changed = (readPolicy(home, root).artifacts === true) !== isAllowed;
  if (changed) setInPolicy(home, root, ['artifacts'], isAllowed || null);
  const state = isAllowed ? 'allowed' : 'not allowed';
  context.out(
    `artifacts ${changed ? 'is now' : 'was already'} ${state} for orders of this fleet on this computer (${policyPath(home)})`,
  );
  if (!changed || !isAllowed) return;
  context.out('orders that waited for it start with the next coord sync');
  context.out(
    context.paint.yellow(
      'the files that orders name below their folder now go into this repo as they are, with whatever is in them',
    ),
  );
}

/** What a right of agents can come to. */
const WARNINGS: Partial<Record<McpRight, string>> = {
  orders: 'what an agent here is told to run can now run on every machine of the fleet that allows it',
  approve: 'what waits for a person can now be let through by an agent here',
};

/** No kind of work: what AI agents at this computer may do as this machine. */
function allowMcp(context: Context, home: string, root: string, value: string | null, verb: 'allow' | 'deny'): void {
  if (value === null || !isMcpRight(value))
    throw new CoordError(
      'USAGE',
      `coord ${verb} mcp: expected ${mcpRights.join(', ')}, found ${value ?? 'nothing'}`,
      `coord ${verb} mcp ${mcpRights[0]}`,
    );
  const changed = changeMcp(home, root, value, verb === 'allow');
  const when = verb === 'allow' ? (changed ? 'now' : 'already') : changed ? 'no longer' : 'not';
  context.out(
    `AI agents at this computer may ${when} ${MCP_RIGHTS[value].does} in this fleet through coord mcp (${policyPath(home)})`,
  );
  const warning = verb === 'allow' && changed ? WARNINGS[value] : undefined;
  if (warning !== undefined) context.out(context.paint.yellow(warning));
}

function show(context: Context, home: string, root: string): void {
  const policy = readPolicy(home, root);
  const mcp = readMcp(home, root);
  const list = (words: readonly string[]) => (words.length === 0 ? 'none' : words.join(', '));
  context.out(`kinds of work: ${list(policy.allow)}`);
  context.out(`folders:       ${list(policy.folders)}`);
  context.out(`  for agents:  ${list(foldersForAgents(policy.folders))}`);
  context.out(`repos:         ${list(policy.repos ?? [])} (for orders with a workspace)`);
  context.out(`variables:     ${list(policy.env)} (besides those that change no code)`);
  context.out(`slots:         ${policy.slots}`);
  context.out(`artifacts:     ${policy.artifacts ? 'files that orders name may be published' : 'no'}`);
  context.out(`waking:        ${policy.wake ? 'it may be woken, and wakes others' : 'no'}`);
  const words = mcpWords(mcp);
  context.out(`coord mcp:     ${words === null ? 'may only read' : `may ${words}`}`);
  const agents = Object.entries(policy.agents ?? {}).map(
    ([name, { permission, allowedTools }]) => `${name}: ${permission ?? 'the least'}, tools ${list(allowedTools)}`,
  );
  context.out(
    `agents:        ${agents.length === 0 ? 'the least: they edit files in the folder of the order' : agents.join('; ')}`,
  );
  context.out(`secrets from:  ${list(policy.secrets)}`);
  context.out(`file:          ${policyPath(home)}`);
}
