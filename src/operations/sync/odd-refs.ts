// Explains refs at coord's own places that say nothing (R7), with the command that deletes each.
import { shellWord } from '../../core/base/shell-word.ts';
import type { OddRef } from '../../core/model/ledger/trees.ts';
import type { SyncState, View } from './view.ts';

/** As many are named; the others are counted. */
const NAMED_MAX = 5;

export interface OddRefShown {
  readonly why: OddRef['why'];
  readonly sentence: string;
  readonly hint: string;
}

/** What a view keeps of them: those that cannot be read before all others. */
export function oddRefsShown(odd: readonly OddRef[]): Pick<SyncState, 'oddRefs'> {
  if (odd.length === 0) return {};
  const of = (why: OddRef['why']) => odd.filter((it) => it.why === why);
  return { oddRefs: { named: [...of('unreadable'), ...of('unknown'), ...of('beyond')].slice(0, NAMED_MAX), count: odd.length } };
}

const WORDS: Readonly<Record<OddRef['why'], string>> = {
  unreadable: 'cannot be read, and is passed over: git cannot fetch it, or it is no commit',
  unknown: 'is no name that coord uses',
  beyond: 'is not read: there are too many',
};

export function oddRefsOf({ self, sync }: Pick<View, 'self' | 'sync'>): readonly OddRefShown[] {
  const { named, count } = sync.oddRefs ?? { named: [], count: 0 };
  const remote = shellWord(self.remote);
  const shown = named.map(({ ref, why }): OddRefShown => {
    return { why, sentence: `${ref} ${WORDS[why]}`, hint: `git push ${remote} ${shellWord(`:${ref}`)}` };
  });
  const [first] = named;
  if (first === undefined || count <= named.length) return shown;
  const all = shellWord(`${first.ref.slice(0, -first.path.length)}*`);
  return [
    ...shown,
    { why: 'unknown', sentence: `and ${count - named.length} more such refs`, hint: `git ls-remote ${remote} ${all}` },
  ];
}

/** One line each. */
export function oddRefLines(view: Pick<View, 'self' | 'sync'>): readonly string[] {
  return oddRefsOf(view).map(({ sentence, hint }) => `${sentence}; try: ${hint}`);
}
