// Whether the board on a hub is what anybody computes from the lanes and people's documents: every copy, and every derived
// document. Read with the program's own ledger, from outside of any machine.
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Content } from '../../src/core/model/push.ts';
import { foldBoard } from '../../src/documents/board.ts';
import { renderStatus } from '../../src/documents/status.ts';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import { ParseCache } from '../../src/machine/parse-cache.ts';
import { readSnapshot } from '../../src/machine/read-snapshot.ts';
import type { Fleet } from './fleet.ts';

/** F1, D6: folding has nothing to change, whoever does it, and STATUS.json says what it should. */
export async function expectBoardComputed(fleet: Fleet): Promise<void> {
  const ledger = createGitLedger({
    stateDir: join(fleet.root, 'onlooker'),
    remoteUrl: fleet.hub,
    mainBranch: 'main',
    namespace: 'custom',
    now: Date.now,
    person: { PATH: process.env.PATH, HOME: join(fleet.root, 'onlooker') },
  });
  try {
    const fetched = await ledger.fetch(null);
    if (fetched.kind !== 'fetched') throw new Error(`the hub cannot be read: ${fetched.trouble.message}`);
    const snapshot = await readSnapshot(ledger, fetched.trees, null, new ParseCache());
    for (const [machine, view] of snapshot.machines) {
      const mine = new Map([...view.files].map(([path, id]): [string, Content] => [path, { id }]));
      const board = foldBoard(snapshot, view, mine, (text) => ledger.idOf(text));
      expect([...board.changes.keys()], `what machine ${machine} would change on the board`).toEqual([]);
      expect(fleet.board('STATUS.json')).toBe(renderStatus(board.status).trimEnd());
    }
  } finally {
    await ledger.close();
  }
}
