// Makes the request that `coord __workspace` reads of an order with a workspace (O16), only for a repo that the owner lets orders work in,
// because it is cloned and pushed with the owner's login.
import { join, posix } from 'node:path';
import type { Order } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import { resultBranch, WORKSPACE_LIMITS, type WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import { because } from '../../../core/orders/reason-words.ts';
import { GIT_VARIABLES } from '../../../system/git/git-variables.ts';
import { isRepoAllowed, repoOf } from '../../../system/git/remote-url.ts';
import type { LocalPolicy, Placement } from '../../../system/policy/placement.ts';
import { rulesOf } from '../../rules.ts';

type Place = Pick<Placement, 'machineName' | 'path' | 'env' | 'caller' | 'workspaces'> & {
  readonly policy: Pick<LocalPolicy, 'repos' | 'workspaces'>;
};

/** Null = the order asks for none. */
export function requestOfWorkspace(
  order: Order,
  attempt: number,
  { policy, machineName, path, env, caller, workspaces }: Place,
): WorkspaceRequest | { readonly blocked: Because } | null {
  const { workspace, work, cwd } = order;
  if (workspace === undefined)
    return order.expectsChanges
      ? { blocked: because.notPlaced('"expect_changes" asks for changes in a workspace, and the order has no "workspace"') }
      : null;
  if (workspaces === undefined) return { blocked: because.notPlaced(`${machineName} makes no workspaces`) };
  const repo = repoOf(workspace.repo);
  if ('refused' in repo) return { blocked: because.notPlaced(repo.refused) };
  if (!isRepoAllowed(repo.url, policy.repos ?? [])) return { blocked: because.repoNotAllowed(workspace.repo, machineName) };
  const within = posix.normalize(cwd ?? '.').replace(/\/$/, '');
  if (/^([/~]|\.\.(\/|$))/.test(within) || /(^|\/)\.git(\/|$)/i.test(within))
    return {
      blocked: because.notPlaced(`folder ${cwd} is not in the workspace; give one within the repo, such as packages/web`),
    };
  const [executable, ...words] = caller;
  const { home, fleet, machine, fleetPage } = workspaces;
  return {
    ...workspace,
    url: repo.url,
    result: resultBranch(order, attempt, machine),
    within: within === '.' ? '' : within,
    expectsChanges: order.expectsChanges === true,
    pool: join(home, 'workspaces'),
    limits: policy.workspaces ?? WORKSPACE_LIMITS,
    title: order.title,
    machine: { number: machine, name: machineName },
    agent: rulesOf(work).worker?.(work) ?? null,
    goesOn: order.resume !== undefined,
    fleet,
    home,
    ...(fleetPage === null ? {} : { fleetPage }),
    person: personOf(env, path),
    command: [executable, ...words.slice(0, -1), '__workspace'],
  };
}

function personOf(env: NodeJS.ProcessEnv, path: string): Record<string, string> {
  const known = [
    'XDG_CONFIG_HOME',
    'GIT_CONFIG_GLOBAL',
    'GIT_CONFIG_SYSTEM',
    'GIT_CONFIG_NOSYSTEM',
    'GIT_SSH_COMMAND',
    ...GIT_VARIABLES,
  ];
  const entries = known.flatMap((name): [string, string][] => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...Object.fromEntries(entries), PATH: path };
}
