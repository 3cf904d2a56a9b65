// Where the board on a hub is not what anybody computes from the lanes and people's documents: copies, and derived documents. Read
// with the program's own ledger, from outside of any machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Content } from '../../src/core/model/ledger/push.ts';
import { foldBoard } from '../../src/documents/board/fold.ts';
import { renderStatus } from '../../src/documents/board/status.ts';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';

/** F1, D6. `stateDir`: a folder of the onlooker's own. */
export async function boardDifferences(hub: string, stateDir: string): Promise<string[]> {
  mkdirSync(stateDir, { recursive: true });
  const ledger = createGitLedger({
    stateDir,
    remoteUrl: hub,
    mainBranch: 'main',
    namespace: 'custom',
    now: Date.now,
    person: { PATH: process.env.PATH, HOME: stateDir },
  });
  try {
    const fetched = await ledger.fetch(null);
    if (fetched.kind !== 'fetched') throw new Error(`the hub cannot be read: ${fetched.trouble.message}`);
    const snapshot = await readSnapshot({ ledger, trees: fetched.trees });
    const show = ['--git-dir', hub, 'show', 'refs/heads/main:coordination/STATUS.json'];
    const status = execFileSync('git', show, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const found: string[] = [];
    for (const [machine, view] of snapshot.machines) {
      const mine = new Map([...view.files].map(([path, id]): [string, Content] => [path, { id }]));
      const board = foldBoard(snapshot, view, mine, (text) => ledger.idOf(text));
      for (const path of board.changes.keys()) found.push(`machine ${machine} would change ${path} on the board`);
      if (status.trimEnd() !== renderStatus(board.status).trimEnd())
        found.push(`STATUS.json is not what machine ${machine} computes`);
    }
    return found;
  } finally {
    await ledger.close();
  }
}
