// Compares the words of the policy's lists by what they let in (O10, O16): a folder or a repo can be written in several ways, and a wider
// rule lets in what a narrower one names.
import { basename, dirname, join } from 'node:path';
import { belowHome } from '../files/home-path.ts';
import { isInside, realFolder } from '../files/real-folder.ts';
import { isRepoAllowed, repoOf } from '../git/remote-url.ts';

export type PolicyList = 'allow' | 'folders' | 'env' | 'repos';

/** Both let in the same. */
export function isSameRule(list: PolicyList, one: string, other: string): boolean {
  return one === other || (lets(list, one, other) && lets(list, other, one));
}

/** The first of `rules` that lets in all that `word` names; null = none does. */
export function ruleThatLetsIn(list: PolicyList, word: string, rules: readonly string[]): string | null {
  return rules.find((rule) => lets(list, rule, word)) ?? null;
}

function lets(list: PolicyList, rule: string, word: string): boolean {
  if (list === 'folders') return isInside(realPath(word), realPath(rule));
  if (list !== 'repos' || word.trim() === '*') return rule.trim() === word.trim();
  const repo = repoOf(word.trim().replace(/\*$/, ''));
  return 'refused' in repo ? rule === word : isRepoAllowed(repo.url, [rule]);
}

function realPath(path: string): string {
  const whole = belowHome(path);
  const real = realFolder(whole);
  const parent = dirname(whole);
  // What is not there yet is below what its folder is.
  return real ?? (parent === whole ? whole : join(realPath(parent), basename(whole)));
}
