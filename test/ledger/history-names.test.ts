// O8a, M4: git stores a machine's history as what was added to it, not as what it differs by from another machine's, which it looks for by how names end.
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderRun } from '../../src/documents/machine/run-history.ts';
import { runHistoryPath } from '../../src/documents/paths.ts';
import { ended } from '../core/samples.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

let world: GitWorld;
beforeEach(() => {
  world = createGitWorld();
});
afterEach(() => world.end());

test('O8a: packed, each version of a history is stored against one of its own', () => {
  const machines = Array.from({ length: 6 }, (_, at) => at + 1);
  const texts = new Map<number, string>();
  for (let count = 0; count < 8; count += 1)
    for (const machine of machines) {
      const tail = `${machine} `.repeat(40);
      const text = `${texts.get(machine) ?? ''}${renderRun(ended(`order-${machine}-${count}`, { tail }))}`;
      texts.set(machine, text);
      world.commitAsPerson({
        [`coordination/${runHistoryPath('2026-11', { machine, files: new Set(), isNumbered: true })}`]: text,
      });
    }
  world.hub(['repack', '-a', '-d', '-f', '--quiet']);
  const pathOf = new Map(
    world
      .hub(['rev-list', '--objects', 'main', '--', 'coordination/history'])
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const ids = [...pathOf].flatMap(([id, path]) => (path?.endsWith('.jsonl') ? [id] : []));
  const based = execFileSync('git', ['--git-dir', world.hubDir, 'cat-file', '--batch-check=%(objectname) %(deltabase)'], {
    input: ids.join('\n'),
    encoding: 'utf8',
  });
  const strange = based
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([id = '', base = '']) => pathOf.has(base) && pathOf.get(base) !== pathOf.get(id));
  expect(ids).toHaveLength(6 * 8);
  // The newest of each may be: git goes on from one name to the next.
  expect(strange.length).toBeLessThanOrEqual(machines.length);
});
