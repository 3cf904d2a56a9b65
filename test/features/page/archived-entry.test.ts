// The archived order of a template, as the page shows it: with the runs of its occurrences.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { renderRun } from '../../../src/documents/machine/run-history.ts';
import { archivedEntry } from '../../../src/features/page/operations/archived-entry.ts';
import { VIEW_FORM } from '../../../src/operations/sync/view.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { ended } from '../../core/samples.ts';

test('D11, O12 an archived schedule has its runs, each with a name of its own', async () => {
  const root = mkdtempSync(join(tmpdir(), 'coord-archived-entry-'));
  try {
    const folder = fleetFolderAt(root);
    const put = (path: string, text: string) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    put(folder.view, JSON.stringify({ form: VIEW_FORM, machines: {}, orders: {}, self: { machine: 1 }, sync: {} }));
    const entry = { id: 'nightly', run: 'true', schedule: '0 3 * * *' };
    const line = { id: 'nightly', state: 'CANCELLED', endedAt: '2026-11-20T22:00:00.000Z', entry };
    put(join(folder.projection, 'archive/2026-11.jsonl'), `${JSON.stringify(line)}\n`);
    // On one machine in one moment, as after a sleep.
    const runs = ['19', '20'].map((day) => renderRun(ended(`nightly@202611${day}T0300Z`, { tail: `day ${day}` })));
    put(join(folder.projection, 'history/2/2026-11.jsonl'), runs.join(''));
    const shown = (await archivedEntry(folder, 'nightly')).runs;
    expect(shown).toMatchObject([
      { run: 'nightly@20261120T0300Z 1.1', machine: 2, said: 'COMPLETED', tail: 'day 20' },
      { run: 'nightly@20261119T0300Z 1.1', machine: 2, said: 'COMPLETED', tail: 'day 19' },
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
