// A channel that does not answer: what stands behind the first alert loses no try, and is not kept from being told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Alert } from '../../../src/core/model/messages/alert.ts';
import { readTold, writeAlerts } from '../../../src/features/alerts/operations/alert-files.ts';
import { alertsPath } from '../../../src/features/alerts/operations/channels.ts';
import { tellOwed } from '../../../src/features/alerts/operations/deliver-alerts.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { createPlace, removePlaces } from '../../operations/caller-samples.ts';

afterEach(removePlaces);

/** One channel that posts to `address`, and an alert for each id. `wallMs` is the clock of who tells. */
function createTelling(address: string, ids: readonly string[]) {
  const { root, world: place } = createPlace();
  const folder = fleetFolderAt(root);
  writeFileSync(
    folder.identity,
    JSON.stringify({ machine: 2, name: 'pc', path: '', remote: 'https://host/fleet', branch: 'main', namespace: 'custom' }),
  );
  mkdirSync(place.home, { recursive: true });
  writeFileSync(alertsPath(place.home), `alerts:\n  - { name: phone, webhook: "${address}" }\n`, { mode: 0o600 });
  const alerts = ids.map(
    (id): Alert => ({ id, key: id, subject: id, kind: 'order', what: id, since: '2026-11-20T22:00:00.000Z', ended: null }),
  );
  writeAlerts(folder, alerts);
  const at = { wallMs: Date.parse('2026-11-20T22:00:01.000Z') };
  const clock = { now: () => ({ wallMs: at.wallMs, monotonicMs: 0, boot: 'b' }) };
  const world = { ...place, clock, step: () => {} } as unknown as World;
  const known = () => readTold(folder)?.channels.phone?.alerts;
  return { at, tell: () => tellOwed(world, folder), of: (id: string) => known()?.[id]?.began };
}

test('what stands behind an alert that nobody answers loses no try, and is tried before it is tried again', async () => {
  // Nothing listens there.
  const { at, tell, of } = createTelling('http://127.0.0.1:1/', ['first', 'second']);
  const tries: (readonly (number | undefined)[])[] = [];
  for (let minute = 0; minute <= 2; minute += 1) {
    await tell();
    tries.push(['first', 'second'].map((id) => of(id)?.tries));
    at.wallMs += 60_000;
  }
  expect(tries).toEqual([
    [1, 0],
    [1, 1],
    [2, 1],
  ]);
});

test('of many in one message that nobody answers, all but the one that nobody answers are told', async () => {
  let posts = 0;
  const server = createServer((request) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      posts += 1;
      if (body.includes('bad')) request.socket.destroy();
      else request.socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const good = Array.from({ length: 39 }, (_, at) => `good${at}`);
    const ids = good.toSpliced(17, 0, 'bad');
    const { at, tell, of } = createTelling(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ids);
    await tell();
    expect(posts).toBe(1);
    for (let hour = 0; hour < 12; hour += 1) {
      at.wallMs += 3_600_000;
      await tell();
    }
    expect(good.filter((id) => of(id)?.state !== 'told')).toEqual([]);
    expect(of('bad')?.state).toBe('waits');
    expect(posts).toBeLessThan(30);
  } finally {
    server.close();
  }
});
