// Makes the request that `coord __artifacts` reads of an order (A1, A4): for files that it leaves, where this computer's owner lets files of runs be
// published, and for those of the orders that it comes after.
import { homedir } from 'node:os';
import type { ArtifactsRequest } from '../../../core/model/orders/artifact.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import { because } from '../../../core/orders/reason-words.ts';
import { GIT_VARIABLES } from '../../../system/git/git-variables.ts';
import type { Placement } from '../../../system/policy/placement.ts';
import { passedOn } from '../../../system/policy/run-environment.ts';

/** Null = it neither leaves files nor comes after anything. */
export function requestOfArtifacts(
  { artifacts: patterns = [], after, step, work, check }: Order,
  { policy, machineName, artifacts, caller, env, path }: Placement,
): ArtifactsRequest | { readonly blocked: Because } | null {
  if (patterns.length > 0 && policy.artifacts !== true) return { blocked: because.artifactsNotAllowed(machineName) };
  // Nothing of a request reads a file, but its check.
  if (work.kind === 'call' && check === null) return null;
  if (artifacts === undefined || (patterns.length === 0 && after.length === 0 && step === undefined)) return null;
  const [executable, ...words] = caller;
  const [upload, ...its] = policy.artifact_command ?? [];
  return {
    patterns,
    fleet: artifacts.fleet,
    upload: upload === undefined ? null : [upload.replace(/^~(?=\/)/, homedir()), ...its],
    person: { ...gitVariables(env), ...passedOn(env), PATH: path },
    command: [executable, ...words.slice(0, -1), '__artifacts'],
  };
}

/** What it takes to log in at the host. */
function gitVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const known = ['GIT_SSH_COMMAND', ...GIT_VARIABLES];
  return Object.fromEntries(known.flatMap((name): [string, string][] => (env[name] === undefined ? [] : [[name, env[name]]])));
}
