// Whether the board on a hub is what anybody computes from the lanes and people's documents.
import { join } from 'node:path';
import { expect } from 'vitest';
import { boardDifferences } from './board-differences.ts';
import type { Fleet } from './fleet.ts';

/** F1, D6: folding has nothing to change, whoever does it, and STATUS.json says what it should. */
export async function expectBoardComputed(fleet: Fleet): Promise<void> {
  expect(await boardDifferences(fleet.hub, join(fleet.root, 'onlooker'))).toEqual([]);
}
