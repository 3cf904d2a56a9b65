// Every command of coord, in the groups and the order in which help lists them: the one list. A command is a line here, and the file that it
// comes from.
import { agent } from '../features/agents/commands/agent-commands.ts';
import { alerts } from '../features/alerts/commands/alert-commands.ts';
import { artifacts } from '../features/artifacts/commands/artifact-commands.ts';
import { bell } from '../features/bell/commands/bell-commands.ts';
import { bus } from '../features/bus/commands/bus-commands.ts';
import { exporting, importing } from '../features/exchange/commands/exchange-commands.ts';
import { handOffs } from '../features/handoff/commands/hand-off-commands.ts';
import { agentSetup, hook, prime } from '../features/hooks/commands/hook-commands.ts';
import { guest, hub } from '../features/hub/commands/hub-commands.ts';
import { dash } from '../features/page/commands/dash-command.ts';
import { plan } from '../features/plan/commands/plan-command.ts';
import { instance } from '../features/services/commands/instance-commands.ts';
import { invite, signing, trust } from '../features/trust/commands/trust-commands.ts';
import { wake } from '../features/wake/commands/wake-command.ts';
import { workspace } from '../features/workspaces/commands/workspace-commands.ts';
import type { CommandDescriptor, CommandGroup } from './command.ts';
import {
  completion,
  demo,
  help,
  open,
  overview,
  search,
  stats,
  status,
  sync,
  timeline,
  top,
} from './commands/look/look-commands.ts';
import * as machine from './commands/machines/machine-commands.ts';
import { adopt, allowing, init, join, leave, tool, use } from './commands/machines/membership-commands.ts';
import { inbox, send, sent } from './commands/messages/message-commands.ts';
import * as orders from './commands/orders/order-commands.ts';
import { orderAdd, orderSet } from './commands/orders/order-field-commands.ts';
import { api, cron, daemon, mcp, service } from './commands/service/service-commands.ts';

const start: readonly CommandDescriptor[] = [init, join, invite, use, ...allowing(() => COMMANDS), sync, ...daemon, demo];

const work: readonly CommandDescriptor[] = [
  orders.run,
  ...[orders.order, orderAdd, orders.orderList, orders.orderShow, orderSet, ...orders.orderEnds, orders.edit],
  ...[orders.wait, orders.logs, artifacts, orders.approve, orders.answer, orders.cancel, orders.retry],
  ...signing,
  plan,
  importing,
];

const look: readonly CommandDescriptor[] = [
  ...[overview, status, top, dash, open, machine.machines, machine.machinesRemove],
  ...[timeline, stats],
  search,
  exporting,
  ...[machine.doctor, machine.update, machine.compact],
];

const talk: readonly CommandDescriptor[] = [
  ...[send, inbox, sent],
  ...[machine.emergency, machine.resolve, ...alerts],
  ...handOffs,
];

const thisMachine: readonly CommandDescriptor[] = [
  ...[machine.pause, machine.resume, machine.rename],
  ...[...tool, ...workspace, ...instance],
  ...[...service, ...cron],
  ...trust,
  ...[adopt, leave],
];

const agents: readonly CommandDescriptor[] = [...agent, agentSetup, prime, hook, mcp];

const more: readonly CommandDescriptor[] = [
  ...[wake, ...bell, ...bus, ...api, ...hub, ...guest],
  ...completion(() => COMMANDS),
  help(() => GROUPS),
];

/** In the order in which help lists them. */
export const GROUPS: readonly CommandGroup[] = [
  { name: 'start', title: 'Start', commands: start },
  { name: 'orders', title: 'Orders', commands: work },
  { name: 'look', title: 'Look', commands: look },
  { name: 'talk', title: 'Talk', commands: talk },
  { name: 'machine', title: 'This machine', commands: thisMachine },
  { name: 'agents', title: 'AI agents', commands: agents },
  { name: 'more', title: 'More', commands: more },
];

export const COMMANDS: readonly CommandDescriptor[] = GROUPS.flatMap(({ commands }) => commands);
