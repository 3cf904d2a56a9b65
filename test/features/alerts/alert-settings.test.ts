// M7: alerts.yaml while a person edits it. What was told is remembered until the file says for good that a channel is no more.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { alertTrouble, readTold } from '../../../src/features/alerts/operations/alert-files.ts';
import { alertsPath } from '../../../src/features/alerts/operations/channels.ts';
import { tellOwed } from '../../../src/features/alerts/operations/deliver-alerts.ts';
import { noteAlerts } from '../../../src/features/alerts/operations/note-alerts.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import type { View } from '../../../src/operations/sync/view.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { createPlace, removePlaces } from '../../operations/caller-samples.ts';

afterEach(removePlaces);

const NEED: View['needsYou'][number] = { code: 'pause', machine: 1, why: 'mac is paused' };

/** A machine whose channels write a line for each thing that they are told. */
function createHouse() {
  const { root, world: place } = createPlace();
  const folder = fleetFolderAt(root);
  const identity = { machine: 2, name: 'pc', path: process.env.PATH, remote: 'https://host/fleet', branch: 'main' };
  writeFileSync(folder.identity, JSON.stringify({ ...identity, namespace: 'custom' }));
  mkdirSync(place.home, { recursive: true });
  const [file, heard] = [alertsPath(place.home), join(root, 'heard')];
  writeFileSync(heard, '');
  const channel = (name: string) =>
    `  - { name: ${name}, command: [sh, -c, 'echo "${name} $COORD_ALERT_EVENT" >> "$0"', "${heard}"] }\n`;
  let tellers = 0;
  let wallMs = Date.parse('2026-11-20T22:00:00.000Z');
  const clock = { now: () => ({ wallMs, monotonicMs: 0, boot: 'b' }) };
  const random = { uuid: () => `id ${Math.random()}` };
  const startTeller = () => {
    tellers += 1;
  };
  const world = { ...place, clock, random, env: process.env, step: () => {}, startTeller } as unknown as World;
  const at = (needsYou: View['needsYou']) =>
    ({
      ...{ needsYou, orders: {}, machines: { '1': { name: 'mac' }, '2': { name: 'pc' } } },
      self: { machine: 2, name: 'pc', urgent: [], remote: '' },
      sync: { duplicate: null, rewritten: null, removedBy: null, copied: false },
    }) as unknown as View;
  return {
    folder,
    heard: () => readFileSync(heard, 'utf8').trim().split('\n'),
    save: (...names: string[]) => writeFileSync(file, `alerts:\n${names.map(channel).join('')}`, { mode: 0o600 }),
    spoil: (text: string) => appendFileSync(file, text),
    remove: () => rmSync(file),
    empty: () => writeFileSync(file, ''),
    /** A sync, and the process that it starts. Returns whether it started one. */
    async sync(...needs: View['needsYou']): Promise<boolean> {
      tellers = 0;
      wallMs += 60_000;
      noteAlerts(world, folder, at(needs), { isFresh: true, types: new Map() });
      if (tellers > 0) await tellOwed(world, folder);
      return tellers > 0;
    },
  };
}

test.each([
  ['one entry has a mistake', '  - { name: mail, command: none }\n'],
  ['it is no YAML', '  - ]\n'],
])('M7.4 what was told is not told again once alerts.yaml is mended: %s', async (_what, text) => {
  const { save, spoil, sync, heard, folder } = createHouse();
  save('phone', 'mail');
  await sync(NEED);
  expect(heard().toSorted()).toEqual(['mail began', 'phone began']);
  save('phone');
  spoil(text);
  await sync(NEED);
  expect(readTold(folder)?.faults).toHaveLength(1);
  save('phone', 'mail');
  await sync(NEED);
  expect(heard()).toHaveLength(2);
});

test('M7.4 what ends while alerts.yaml has a mistake is told as over once it is mended', async () => {
  const { save, spoil, sync, heard } = createHouse();
  save('phone');
  await sync(NEED);
  spoil('  - ]\n');
  await sync();
  save('phone');
  await sync();
  expect(heard()).toEqual(['phone began', 'phone ended']);
});

test.each([
  'remove',
  'empty',
] as const)('M7.4 alerts.yaml away for a moment forgets nobody, for two syncs all: %s', async (how) => {
  const { save, sync, heard, folder, ...house } = createHouse();
  const remove = house[how];
  save('phone');
  await sync(NEED);
  for (let time = 0; time < 2; time += 1) {
    remove();
    await sync(NEED);
    save('phone');
    await sync(NEED);
  }
  expect(heard()).toEqual(['phone began']);
  remove();
  await sync(NEED);
  await sync(NEED);
  expect([folder.alerts, folder.alertsTold].some((path) => existsSync(path))).toBe(false);
  save('phone');
  await sync(NEED);
  expect(heard()).toEqual(['phone began', 'phone began']);
});

test('M7.4 a channel that is taken out of alerts.yaml is complained of no more', async () => {
  const { save, spoil, sync, folder } = createHouse();
  save('phone');
  spoil('  - { name: mail, command: [sh, -c, exit 3] }\n');
  await sync(NEED);
  expect(alertTrouble(folder).waiting).toMatchObject([{ channel: 'mail', count: 1 }]);
  save('phone');
  expect(await sync(NEED)).toBe(true);
  expect(alertTrouble(folder).waiting).toEqual([]);
  expect(await sync(NEED)).toBe(false);
});
