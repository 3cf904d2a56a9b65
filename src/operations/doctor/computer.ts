// What coord needs of a computer, fleet or not.
import { type Finding, ok, problem } from './check.ts';

type Version = readonly [major: number, minor: number];

/** GIT_CONFIG_GLOBAL came with 2.32, and 2.34 is what the oldest supported systems carry. */
const GIT_MIN: Version = [2, 34];
/** As `engines` in package.json. */
const NODE_MIN: Version = [20, 19];

/** `version`: as `git --version` says it; null = not found. */
export const gitFinding = (version: string | null): Finding => atLeast('git', GIT_MIN, version);

/** `version`: as `node --version` says it; null = not found. */
export const nodeFinding = (version: string | null): Finding => atLeast('Node', NODE_MIN, version);

function atLeast(program: string, [major, minor]: Version, version: string | null): Finding {
  const min = `${major}.${minor} or newer`;
  const install = `install ${program} ${min}`;
  if (version === null) return problem('not found', install);
  const [, first, second] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = first === undefined || Number(first) < major || (Number(first) === major && Number(second) < minor);
  return isOld ? problem(`${version}: expected ${min}`, install) : ok(version);
}
