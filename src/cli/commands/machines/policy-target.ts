// What the words of coord allow and coord deny name. Throws USAGE, with the words that were probably meant.
import { resolve } from 'node:path';
import { nearestName } from '../../../core/base/nearest-name.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { WORK_KINDS } from '../../../features/rules.ts';
import { repoOf } from '../../../system/git/remote-url.ts';
import type { PolicyList } from '../../../system/policy/policy-words.ts';

/** Each is a word of its own: it says what it lets in. */
export function mustStandAlone(verb: 'allow' | 'deny', what: string | null, value: string | null): void {
  const alone: readonly string[] = [...WORK_KINDS, 'artifacts', 'wake'];
  if (what === null || value === null || !alone.includes(what)) return;
  if (!alone.includes(value))
    throw new CoordError('USAGE', `coord ${verb} ${what} takes no value, found ${value}`, `coord ${verb} --help`);
  throw new CoordError('USAGE', `coord ${verb} takes one at a time`, `coord ${verb} ${what} && coord ${verb} ${value}`);
}

const NEEDS: Readonly<Record<string, { readonly value: string; readonly example: string }>> = {
  folder: { value: 'a path', example: '~/app' },
  repo: { value: 'an address', example: 'git@example.com:me/app.git' },
  env: { value: 'the name of a variable', example: 'PATH' },
  tool: { value: 'an agent and one of its tools', example: '"claude: Bash(npm test)"' },
};

export function target(verb: 'allow' | 'deny', what: string, given: string | null): [PolicyList, string] {
  // A variable of the shell that is not set names nothing, and no more the folder that one stands in.
  const value = given?.trim() === '' ? null : given;
  if ((WORK_KINDS as readonly string[]).includes(what)) return ['allow', what];
  if (what === 'repo' && value !== null) return ['repos', repoRule(value)];
  // The policy is read from another working folder, so the path has to be whole.
  if (what === 'folder' && value !== null) return ['folders', /^~(\/|$)/.test(value) ? value : resolve(value)];
  if (what === 'env' && value !== null) return ['env', value];
  const needed = Object.hasOwn(NEEDS, what) ? NEEDS[what] : undefined;
  if (needed !== undefined)
    throw new CoordError(
      'USAGE',
      `expected ${needed.value} after ${what}, found nothing`,
      `coord ${verb} ${what} ${needed.example}`,
    );
  const known = [...WORK_KINDS, ...Object.keys(NEEDS), 'artifacts', 'wake', 'mcp'];
  const meant = nearestName(what, known);
  throw new CoordError(
    'USAGE',
    `expected ${WORK_KINDS.join(', ')}, folder <path>, repo <address>, env <name>, tool <agent: tool>, artifacts, wake or mcp <right>, found ${what}${meant === null ? '' : `; did you mean ${meant}?`}`,
    meant === null
      ? 'coord allow --help'
      : `coord ${verb} ${[meant, ...(value === null ? [] : [value])].map(shellWord).join(' ')}`,
  );
}

/** O16. A rule that could never let anything in is no rule. */
function repoRule(value: string): string {
  const repo = value === '*' ? null : repoOf(value.replace(/\*$/, ''));
  if (repo !== null && 'refused' in repo)
    throw new CoordError('USAGE', repo.refused, 'coord allow repo git@example.com:me/app.git');
  return value;
}
