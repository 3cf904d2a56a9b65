// What has to be true of the hub and of every computer's disk once all is over: the board is what anybody computes, nothing waits to be
// said, no lock is left and no process.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { boardDifferences } from '../e2e/board-differences.ts';
import type { Computer } from './computer.ts';
import { processesOf } from './processes.ts';

/** Each line is something that is wrong. Everybody has a last word first, one after the other: a board may lag by one fold (R2). */
export async function aftermath(root: string, hub: string, computers: readonly Computer[]): Promise<string[]> {
  const found: string[] = [];
  for (let round = 1; round <= 2; round += 1)
    for (const computer of computers) {
      const { code, out } = await computer.coord('--dir', computer.folder, 'sync');
      if (code !== 0) found.push(`the last sync on ${computer.name} ended with ${code}: ${out.slice(-600)}`);
    }
  found.push(...(await boardDifferences(hub, join(root, 'onlooker'))));
  for (const { name, folder } of computers) {
    const { outbox, state } = fleetFolderAt(folder);
    const left = [...readdirSync(outbox).map((file) => join('outbox', file)), ...locksBelow(state)];
    for (const path of left) found.push(`left on ${name}: ${path}`);
  }
  for (const path of locksBelow(hub)) found.push(`left in the hub: ${path}`);
  const alive = computers.flatMap(({ at }) => processesOf(at));
  if (alive.length > 0) found.push(`${alive.length} processes are left`);
  return found;
}

/** Git's, and those of cycles. */
function locksBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.lock$|(^|\/)(inbox-)?lock(\.owner)?$/.test(path),
  );
}
