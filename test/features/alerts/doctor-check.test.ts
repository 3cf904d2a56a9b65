import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert, Delivery } from '../../../src/core/model/messages/alert.ts';
import { alertTrouble, writeAlerts, writeTold } from '../../../src/features/alerts/operations/alert-files.ts';
import { alertsCheck } from '../../../src/features/alerts/operations/doctor-check.ts';
import type { Exam } from '../../../src/operations/doctor/exam.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

let home = '';
const folder = () => ({ ...fleetFolderAt(home), alerts: join(home, 'a.json'), alertsTold: join(home, 't.json') });
const look = () => alertsCheck.look({ world: { home }, folder: folder() } as Exam);
const file = (text: string) => {
  writeFileSync(join(home, 'alerts.yaml'), text);
  chmodSync(join(home, 'alerts.yaml'), 0o600);
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-alerts-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const HOOK = 'alerts: [{ name: hook, webhook: "https://host/secret" }]';

test('doctor says who is told, what of the file is wrong, and who could not be told', async () => {
  expect(await look()).toMatchObject({ state: 'ok', found: 'no alerts are sent: no alerts.yaml' });
  file('');
  expect(await look()).toMatchObject({ state: 'ok', found: expect.stringContaining('no alerts are sent: no channel') });
  file('alerts: [desktop, { webhook: secret }]');
  expect(await look()).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/^1 channel; .*channel 2: expected "webhook"/),
  });
  file(HOOK);
  expect(await look()).toEqual({ state: 'ok', found: '1 channel' });
  chmodSync(join(home, 'alerts.yaml'), 0o644);
  expect(await look()).toMatchObject({ state: 'warning', fix: expect.stringContaining('chmod 600') });
});

test('what waits and what was given up is said until it is told or over', async () => {
  file(HOOK);
  const need = { key: 'k', subject: 's', kind: 'order', what: 'failed' } as const;
  const alert: Alert = { ...need, id: 'a', since: '2026-11-20T22:00:00.000Z', ended: null };
  const at = alert.since;
  const delivery = (state: Delivery['state']): Delivery => ({
    state,
    since: at,
    at,
    tries: 3,
    nextMs: 0,
    error: 'it answered 500',
  });
  const note = (state: Delivery['state']) =>
    writeTold(folder(), { channels: { hook: { since: at, alerts: { a: { began: delivery(state) } } } }, faults: [] });
  writeAlerts(folder(), [alert]);
  note('waits');
  const waits = '1 alert not delivered to hook (it answered 500; next try 1970-01-01T00:00:00.000Z)';
  expect(await look()).toMatchObject({ state: 'warning', found: `1 channel; ${waits}`, fix: 'coord alerts test' });
  note('given up');
  expect(await look()).toMatchObject({ state: 'warning', found: expect.stringContaining('(it answered 500; given up)') });
  expect(alertTrouble(folder()).waiting).toMatchObject([{ channel: 'hook', count: 1, givenUp: 1, next: null }]);
  writeAlerts(folder(), [{ ...alert, ended: at }]);
  expect(await look()).toMatchObject({ state: 'ok' });
  for (const text of [
    '{"form":',
    '[]',
    'null',
    '{"form":1,"channels":{"hook":null},"faults":[]}',
    '{"form":1,"channels":{},"faults":{}}',
  ]) {
    writeFileSync(folder().alertsTold, text);
    expect(await look(), text).toMatchObject({ state: 'ok' });
  }
  note('waits');
  writeFileSync(folder().alerts, '{"form":1,"alerts":[null]}');
  expect(await look()).toMatchObject({ state: 'ok' });
});
