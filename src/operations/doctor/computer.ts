// What coord needs of a computer, fleet or not.
import { statfs } from 'node:fs/promises';
import { shellWord } from '../../core/base/shell-word.ts';
import { type Finding, ok, problem, warning } from './check.ts';
import type { Check } from './exam.ts';
import type { GitSight } from './examiner.ts';

type Version = readonly [major: number, minor: number];

/** GIT_CONFIG_GLOBAL came with 2.32, and 2.34 is what the oldest supported systems carry. */
const GIT_MIN: Version = [2, 34];
/** As `engines` in package.json. */
const NODE_MIN: Version = [20, 19];

/** How Apple's git says what it lacks, and what gives it that. */
const APPLE_WAYS = [
  [/^xc(run|ode-select): /, 'xcode-select --install'],
  [/xcodebuild -license/, 'sudo xcodebuild -license'],
] as const;

export function gitFinding(sight: GitSight): Finding {
  if (sight === null || typeof sight === 'string') return atLeast('git', GIT_MIN, sight);
  const way = APPLE_WAYS.find(([words]) => words.test(sight.fails))?.[1];
  return problem(`does not run: ${sight.fails}`, way ?? `install git ${GIT_MIN.join('.')} or newer`);
}

/** `version`: as `node --version` says it; null = not found. */
export const nodeFinding = (version: string | null): Finding => atLeast('Node', NODE_MIN, version);

function atLeast(executable: string, [major, minor]: Version, version: string | null): Finding {
  const min = `${major}.${minor} or newer`;
  const install = `install ${executable} ${min}`;
  if (version === null) return problem('not found', install);
  const [, first, second] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = first === undefined || Number(first) < major || (Number(first) === major && Number(second) < minor);
  return isOld ? problem(`${version}: expected ${min}`, install) : ok(version);
}

const MB = 1024 * 1024;
const WARNING_BYTES = 1024 * MB;
const PROBLEM_BYTES = 100 * MB;

export const diskCheck: Check = {
  id: 'disk',
  title: 'free space',
  async look({ folder }) {
    const { bavail, bsize } = await statfs(folder.root);
    return diskFinding(bavail * bsize, folder.root);
  },
};

export function diskFinding(freeBytes: number, folder: string): Finding {
  const free = freeBytes < WARNING_BYTES ? `${Math.floor(freeBytes / MB)} MB` : `${(freeBytes / 1024 / MB).toFixed(1)} GB`;
  const found = `${free} free below ${folder}`;
  if (freeBytes < PROBLEM_BYTES) return problem(found, `make room: df -h ${shellWord(folder)}`);
  return freeBytes < WARNING_BYTES ? warning(found, `make room: df -h ${shellWord(folder)}`) : ok(found);
}
