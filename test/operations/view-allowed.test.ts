import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteAllowed, readView, VIEW_FORM } from '../../src/operations/sync/view.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

test('O10 what was allowed is shown before the next sync, and what that sync saw counts from then on', () => {
  const root = mkdtempSync(join(tmpdir(), 'coord-view-'));
  try {
    const folder = fleetFolderAt(root);
    mkdirSync(folder.state);
    const at = (path: string, second: number) => utimesSync(path, second, second);
    writeFileSync(folder.view, JSON.stringify({ form: VIEW_FORM, self: { machine: 1, allows: [], policyProblem: 'a slip' } }));
    at(folder.view, 1000);
    expect(readView(folder)?.self).toEqual({ machine: 1, allows: [], policyProblem: 'a slip' });
    noteAllowed(folder, ['shell']);
    expect(readView(folder)?.self).toEqual({ machine: 1, allows: ['shell'] });
    at(folder.allowed, 999);
    expect(readView(folder)?.self.allows).toEqual([]);
    writeFileSync(folder.allowed, '{');
    expect(readView(folder)?.self.allows).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
