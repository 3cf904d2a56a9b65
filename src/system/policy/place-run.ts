// Says where an order runs on this computer, or why it cannot run here (O10). run-environment.ts makes its variables.
import { shellWord } from '../../core/base/shell-word.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import { because } from '../../core/orders/reason-words.ts';
import { placeArtifacts, placeWork, placeWorkspace } from '../../features/system.ts';
import type { RunSpec } from '../../ports.ts';
import { belowHome, isWholePath } from '../files/home-path.ts';
import { isInside, realFolder } from '../files/real-folder.ts';
import type { Placement } from './placement.ts';
import { runEnvironment, runsCommands } from './run-environment.ts';

export function placeRun(
  order: Order,
  attempt: number,
  key: string,
  service: string | null,
  placement: Placement,
): RunSpec | { readonly blocked: Because } {
  const { policy, machineName } = placement;
  const work = placeWork(order, placement, service);
  if ('blocked' in work) return work;
  const workspace = placeWorkspace(order, attempt, placement);
  if (workspace !== null && 'blocked' in workspace) return workspace;
  const artifacts = placeArtifacts(order, placement);
  if (artifacts !== null && 'blocked' in artifacts) return artifacts;
  // A workspace is made where nobody else is, and `cwd` lies in it.
  const written = workspace === null ? (order.cwd ?? '~') : '/';
  const whole = belowHome(written);
  // What is said of it is for people who stand elsewhere.
  const shown = isWholePath(written) ? written : whole;
  const cwd = realFolder(whole);
  if (cwd === null) return { blocked: because.folderMissing(shown, machineName) };
  // A request is in no folder.
  const isPlaced = workspace === null && (runsCommands(work, order) || order.cwd !== null);
  const unfit = workspace !== null ? null : work.folderProblem?.(cwd, shown);
  if (unfit != null) return { blocked: because.folderNotAllowed(unfit) };
  if (isPlaced && !policy.folders.some((folder) => isInside(cwd, realFolder(folder) ?? folder))) {
    const how = `coord allow folder ${shellWord(shown)}`;
    return { blocked: because.folderNotAllowed(`folder ${shown} not allowed; on ${machineName}: ${how}`) };
  }
  const { id, generation } = order;
  return {
    key,
    order: id,
    generation,
    attempt,
    command: work.command,
    ...work.request,
    ...(workspace === null ? {} : { workspace }),
    ...(artifacts === null ? {} : { artifacts }),
    check: order.check,
    cwd,
    timeoutMs: Math.min(order.timeoutMs, policy.timeoutMsMax),
    lease: null,
    env: runEnvironment(order, attempt, work, placement),
  };
}
