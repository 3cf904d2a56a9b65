// Every command of coord, in the order in which help lists them: the one list. A command is a line here, and the file that it comes from.
import { agent } from '../features/agents/commands/agent-commands.ts';
import { alerts } from '../features/alerts/commands/alert-commands.ts';
import { bus } from '../features/bus/commands/bus-commands.ts';
import { handOffs } from '../features/handoff/commands/hand-off-commands.ts';
import { agentSetup, hook } from '../features/hooks/commands/hook-commands.ts';
import { plan } from '../features/plan/commands/plan-command.ts';
import { instance } from '../features/services/commands/instance-commands.ts';
import { wake } from '../features/wake/commands/wake-command.ts';
import { workspace } from '../features/workspaces/commands/workspace-commands.ts';
import type { CommandDescriptor } from './command.ts';
import { completion, demo, overview, stats, status, sync, timeline, top } from './commands/look/look-commands.ts';
import * as machine from './commands/machines/machine-commands.ts';
import { adopt, allowing, init, join, leave, tool } from './commands/machines/membership-commands.ts';
import { inbox, send, sent } from './commands/messages/message-commands.ts';
import * as orders from './commands/orders/order-commands.ts';
import { orderAdd, orderSet } from './commands/orders/order-field-commands.ts';
import { api, cron, daemon, mcp, service } from './commands/service/service-commands.ts';

export const COMMANDS: readonly CommandDescriptor[] = [
  ...[init, join, leave, adopt, ...allowing(() => COMMANDS)],
  sync,
  ...[...daemon, ...instance, ...api, mcp],
  ...[...agent, agentSetup, hook],
  ...[...workspace, ...tool],
  ...[overview, status, top, machine.machines, machine.machinesRemove, wake, machine.rename, machine.pause, machine.resume],
  ...[machine.emergency, machine.resolve, ...alerts],
  ...[orders.order, orderAdd, orders.orderList, orders.orderShow, orderSet, ...orders.orderEnds],
  plan,
  ...[orders.approve, orders.cancel, orders.answer, orders.retry, orders.run, orders.wait, orders.logs],
  machine.doctor,
  ...[...service, ...cron],
  ...completion(() => COMMANDS),
  ...[send, ...handOffs, ...bus],
  ...[inbox, sent],
  ...[timeline, stats, demo],
];
