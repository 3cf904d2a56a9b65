// Examines the clone without repairing it. A clone in use can look damaged for a moment, so a caller that acts on `damaged` asks again under the cycle's
// lock. Objects are checked as far as the time allows; else only their connections.
import { existsSync } from 'node:fs';
import { type GitResult, runGit } from '../git/run-git.ts';
import { lastWords } from '../git/trouble.ts';
import { cloneDirOf, isHealthy } from './clone.ts';

export type CloneSight =
  | { readonly kind: 'none' }
  | { readonly kind: 'sound'; readonly looked: 'objects' | 'connections' }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'unknown' };

/** At most twice the limit. */
export async function examineClone(
  stateDir: string,
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<CloneSight> {
  const gitDir = cloneDirOf(stateDir);
  if (!existsSync(gitDir)) return { kind: 'none' };
  if (!(await isHealthy(gitDir))) return { kind: 'damaged', detail: 'it lacks HEAD, objects or refs' };
  const fsck = (depth: string): Promise<GitResult> =>
    runGit({ gitDir, args: ['fsck', depth, '--no-dangling', '--no-progress'], environment, timeoutMs });
  const connections = await fsck('--connectivity-only');
  if (connections.timedOut) return { kind: 'unknown' };
  if (connections.exitCode !== 0) return damaged(connections);
  const objects = await fsck('--full');
  if (objects.timedOut) return { kind: 'sound', looked: 'connections' };
  return objects.exitCode === 0 ? { kind: 'sound', looked: 'objects' } : damaged(objects);
}

function damaged({ stdout, stderr }: GitResult): CloneSight {
  const words = lastWords(`${stdout.toString('utf8')}\n${stderr}`);
  return { kind: 'damaged', detail: words === '' ? 'git fsck found it broken' : words };
}
