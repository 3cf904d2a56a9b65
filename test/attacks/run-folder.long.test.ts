// Attacks of a run on its own folder: what coord keeps of it there may be gone, or grow to any size.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from '../e2e/fleet.ts';
import { syncUntil } from '../e2e/sync-until.ts';

afterEach(endFleets);

const FOLDER = '$(dirname "$COORD_OUTPUT")';

test.each([
  ['removes its folder', `rm -rf "${FOLDER}"`],
  ['puts a file in the place of its folder', `rm -rf "${FOLDER}"; touch "${FOLDER}"`],
  ['puts a link to itself in the place of its folder', `d="${FOLDER}"; rm -rf "$d"; ln -s "$d" "$d"`],
  ['makes folders of its records', `cd "${FOLDER}"; rm *.json; mkdir exit.json owner.json child.json output.log outputs`],
  ['makes links to themselves of its records', `cd "${FOLDER}"; for f in *; do rm -r "$f"; ln -s "$f" "$f"; done`],
  ['makes pipes of its records', `cd "${FOLDER}"; for f in *.json *.log outputs; do rm "$f"; mkfifo "$f"; done`],
  ['removes who owns it', `rm "${FOLDER}/owner.json"`],
  ['says that it never began', `echo '{"void":true}' > "${FOLDER}/owner.json"`],
])('O9: a run that %s is not run again, and frees its slot', async (_what, harm) => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  await fleet.joined('mac');
  fleet.person().order([
    { id: 'harm', assign: 1, run: `echo ran >> "${mac.folder}/starts"; ${harm}; sleep 30` },
    { id: 'next', assign: 1, run: 'true' },
  ]);
  await syncUntil([mac], () => fleet.status().orders.next?.state === 'COMPLETED');
  expect(readFileSync(`${mac.folder}/starts`, 'utf8')).toBe('ran\n');
  expect(fleet.status().orders).toMatchObject({ harm: { state: 'FAILED', code: 'interrupted' }, next: { state: 'COMPLETED' } });
});

test('O9: a run that leaves a pipe where its watchdog writes is checked, and ends', async () => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  await fleet.joined('mac');
  const harm = 'until [ -e child.json ]; do sleep 0.01; done; rm child.json; mkfifo child.json';
  fleet.person().order([{ id: 'pipe', assign: 1, run: `cd "${FOLDER}"; ${harm}`, check: 'true' }]);
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.pipe).toMatchObject({ state: 'COMPLETED' });
});

test('O9: a run that lets its record grow to 3 GB ends no sync', async () => {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  await fleet.joined('mac');
  fleet
    .person()
    .order([{ id: 'grow', assign: 1, run: `truncate -s 3G "${FOLDER}/exit.json"; until [ -e go ]; do sleep 0.1; done` }]);
  expect(await mac.ok('sync')).toBe('synced · started grow\n');
  writeFileSync(join(mac.home, 'go'), '');
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.grow).toMatchObject({ state: 'COMPLETED' });
});
