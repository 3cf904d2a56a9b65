import { expect, it } from 'vitest';
import { oddRefLines, oddRefsShown } from '../../src/operations/sync/odd-refs.ts';
import type { View } from '../../src/operations/sync/view.ts';

const odd = (path: string, why: 'unreadable' | 'unknown' | 'beyond') => ({ ref: `refs/coord/${path}`, path, why });
const view = (refs: ReturnType<typeof odd>[], remote = '/srv/hub.git') =>
  ({ self: { remote }, sync: oddRefsShown(refs) }) as unknown as View;

it('R7: each odd ref is named with the command that deletes it, in words safe for a shell', () => {
  expect(oddRefLines(view([]))).toEqual([]);
  expect(oddRefLines(view([odd('claims/$(touch x)', 'unknown'), odd('machines/3', 'unreadable')], '/srv/my hub.git'))).toEqual([
    "refs/coord/machines/3 cannot be read, and is passed over: git cannot fetch it, or it is no commit; try: git push '/srv/my hub.git' :refs/coord/machines/3",
    "refs/coord/claims/$(touch x) is no name that coord uses; try: git push '/srv/my hub.git' ':refs/coord/claims/$(touch x)'",
  ]);
});

it('R7: a flood is counted, and what cannot be read is named first', () => {
  const flood = Array.from({ length: 3000 }, (_, index) => odd(`claims/a/${index + 1}.1`, 'beyond'));
  const lines = oddRefLines(view([...flood, odd('machines/9', 'unreadable')]));
  expect([lines.length, lines[0]]).toEqual([6, expect.stringContaining('refs/coord/machines/9 cannot be read')]);
  expect(lines.at(-1)).toBe("and 2996 more such refs; try: git ls-remote /srv/hub.git 'refs/coord/*'");
});
