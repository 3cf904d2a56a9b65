import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalService } from '../../../src/core/model/machines/local-service.ts';
import { serviceSigns } from '../../../src/core/orders/service-report.ts';
import { readAlerts } from '../../../src/features/alerts/operations/alert-files.ts';
import { noteAlerts } from '../../../src/features/alerts/operations/note-alerts.ts';
import { servicesHere } from '../../../src/features/services/system/services-here.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import type { View } from '../../../src/operations/sync/view.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { servicesPath, writeServices } from '../../../src/system/fleet/local-services.ts';
import { bootId, identityOf } from '../../../src/system/process/process-identity.ts';
import { at } from '../../core/samples.ts';

let root = '';
let folder: FleetFolder;
let tellers = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-alerts-'));
  folder = fleetFolderAt(join(root, 'fleet'));
  tellers = 0;
  mkdirSync(dirname(servicesPath(folder)), { recursive: true });
  writeFileSync(join(root, 'alerts.yaml'), 'alerts: [{ name: me, command: ["true"], only: { kinds: [program] } }]');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function note(isFresh: boolean, needsYou: View['needsYou'] = []): void {
  const world = {
    home: root,
    clock: { now: () => at(0) },
    random: { uuid: randomUUID },
    step: () => {},
    startTeller: () => {
      tellers += 1;
    },
  } as unknown as World;
  const view = {
    needsYou,
    machines: { '1': { name: 'mac' }, '2': { name: 'pc' } },
    orders: {},
    self: { machine: 2, name: 'pc', urgent: [], remote: '' },
    sync: { duplicate: null, rewritten: null, removedBy: null, copied: false },
  } as unknown as View;
  noteAlerts(world, folder, view, { isFresh, types: new Map() });
}

function programs(givenUp: boolean, isLiving = true): void {
  const status: LocalService = {
    ...{ name: 'a', state: 'CRASHED', since: '2026-11-20T22:00:00.000Z', pid: null, port: null, specialties: [] },
    ...{ capacity: 1, managed: true, failures: 3, givenUp, detail: 'ended with exit code 3' },
  };
  const by = { pid: process.pid, identity: isLiving ? (identityOf(process.pid) ?? '') : 'of another process', boot: bootId() };
  writeServices(folder, { programs: [status], processes: {}, turns: {}, by });
}

test('L4, M7 a person is told once of a program given up here, also where the ledger is not seen', () => {
  programs(true);
  note(false);
  const first = readAlerts(folder)?.alerts;
  expect(first).toMatchObject([{ kind: 'program', machine: 2, name: 'pc', ended: null, isOwn: true }]);
  expect(first?.[0]?.what).toBe('program a failed: ended with exit code 3. Fix it, then on pc: coord instance start a');
  expect(tellers).toBe(1);
  // The board says it too by now.
  note(true, [{ code: 'program', machine: 2, program: 'a', why: first?.[0]?.what ?? '' }]);
  expect(readAlerts(folder)?.alerts).toEqual(first);
  programs(false);
  note(false);
  expect(readAlerts(folder)?.alerts).toMatchObject([{ kind: 'program', ended: expect.any(String) }]);
});

test('L4, M7 and of those of other machines, each for itself', () => {
  note(true, [
    { code: 'program', machine: 1, program: 'a', why: 'program a needs somebody' },
    { code: 'program', machine: 1, program: 'b', why: 'program b needs somebody' },
  ]);
  const alerts = readAlerts(folder)?.alerts ?? [];
  expect(alerts).toMatchObject([{ kind: 'program', machine: 1, name: 'mac' }, { kind: 'program' }]);
  expect(new Set(alerts.map(({ subject }) => subject)).size).toBe(2);
});

test('L1, M7 without a daemon a program that is no more in instances.yaml calls nobody', () => {
  const save = (text: string) => writeFileSync(join(folder.state, 'instances.yaml'), text);
  const stands = () => {
    note(false);
    return readAlerts(folder)?.alerts.filter(({ ended }) => ended === null).length ?? 0;
  };
  programs(true, false);
  save('instances: { a: { command: x } }');
  expect(stands()).toBe(1);
  // What cannot be read is no removal.
  for (const text of ['instances: [', 'instances: { a: { comand: x } }', 'instances: [{ command: x }]']) {
    save(text);
    expect(stands()).toBe(1);
  }
  save('instances: { b: { command: x } }');
  expect(stands()).toBe(0);
  expect(serviceSigns(servicesHere(folder))).toEqual([]);
  programs(true);
  expect(stands()).toBe(1);
});
