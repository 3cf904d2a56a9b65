// People's side of a fleet of the bench.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lists, in a founded fleet, the order that all reports of the bench are about. */
export function listReportOrder(url: string, scratch: string): void {
  listOrders(url, scratch, [{ id: 'report', assign: 'all', run: 'true', joiners: true }]);
}

/** Once for a folder. */
export function listOrders(url: string, scratch: string, orders: readonly object[]): void {
  const clone = join(scratch, 'person');
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: scratch });
  git('clone', '--quiet', url, clone);
  writeFileSync(join(clone, 'coordination', 'ORDERS.json'), `${JSON.stringify({ version: 1, orders }, null, 2)}\n`);
  git('-C', clone, 'commit', '--quiet', '--all', '--message', 'An order');
  git('-C', clone, 'push', '--quiet');
}

/** What a person changes after `listOrders` in the same folder: again after a machine was quicker. */
export function pushToMain(scratch: string, path: string, text: string): void {
  const clone = join(scratch, 'person');
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: clone, stdio: ['ignore', 'pipe', 'pipe'] });
  for (let tries = 1; ; tries += 1) {
    git('pull', '--quiet', '--rebase');
    writeFileSync(join(clone, path), text);
    git('add', '--all');
    git('commit', '--quiet', '--message', 'An edit');
    try {
      git('push', '--quiet');
      return;
    } catch (error) {
      if (tries === 10) throw error;
      git('reset', '--quiet', '--hard', 'origin/HEAD');
    }
  }
}
