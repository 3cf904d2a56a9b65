// A channel that does not answer: what stands behind the first alert loses no try, and is not kept from being told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Alert } from '../../src/core/model/messages/alert.ts';
import { readTold, writeAlerts } from '../../src/features/alerts/operations/alert-files.ts';
import { alertsPath } from '../../src/features/alerts/operations/channels.ts';
import { tellOwed } from '../../src/features/alerts/operations/deliver-alerts.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { createPlace, removePlaces } from './caller-samples.ts';

afterEach(removePlaces);

test('what stands behind an alert that nobody answers loses no try, and is tried before it is tried again', async () => {
  const { root, world: place } = createPlace();
  const folder = fleetFolderAt(root);
  writeFileSync(
    folder.identity,
    JSON.stringify({ machine: 2, name: 'pc', path: '', remote: 'https://host/fleet', branch: 'main', namespace: 'custom' }),
  );
  mkdirSync(place.home, { recursive: true });
  // Nothing listens there.
  writeFileSync(alertsPath(place.home), 'alerts:\n  - { name: phone, webhook: "http://127.0.0.1:1/" }\n', { mode: 0o600 });
  const alerts = ['first', 'second'].map(
    (id): Alert => ({ id, key: id, subject: id, kind: 'order', what: id, since: '2026-11-20T22:00:00.000Z', ended: null }),
  );
  writeAlerts(folder, alerts);
  let wallMs = Date.parse('2026-11-20T22:00:01.000Z');
  const clock = { now: () => ({ wallMs, monotonicMs: 0, boot: 'b' }) };
  const world = { ...place, clock, step: () => {} } as unknown as World;
  const tries: (readonly (number | undefined)[])[] = [];
  for (let minute = 0; minute <= 2; minute += 1) {
    await tellOwed(world, folder);
    const told = readTold(folder)?.channels.phone?.alerts;
    tries.push(['first', 'second'].map((id) => told?.[id]?.began?.tries));
    wallMs += 60_000;
  }
  expect(tries).toEqual([
    [1, 0],
    [1, 1],
    [2, 1],
  ]);
});
