// What coord needs of a computer, fleet or not.
import { type Finding, ok, problem } from './check.ts';

/** GIT_CONFIG_GLOBAL came with 2.32, and 2.34 is what the oldest supported systems carry. */
const GIT_MIN = [2, 34] as const;
const NODE_MIN = 20;

/** `version`: as `git --version` says it. */
export function gitFinding(version: string | null): Finding {
  if (version === null) return problem('not found', 'install git 2.34 or newer');
  const [, first, second] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const is = [Number(first), Number(second)] as const;
  const isOld = first === undefined || is[0] < GIT_MIN[0] || (is[0] === GIT_MIN[0] && is[1] < GIT_MIN[1]);
  return isOld ? problem(`${version}: expected 2.34 or newer`, 'install git 2.34 or newer') : ok(version);
}

/** `version`: as `node --version` says it. */
export function nodeFinding(version: string | null): Finding {
  if (version === null) return problem('not found', 'install Node 20 or newer');
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
  return major < NODE_MIN ? problem(`${version}: expected 20 or newer`, 'install Node 20 or newer') : ok(version);
}
