// T11: what stands beside the pin, or in its place, and may not be read is said as a file that cannot be read; and who writes the pin.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/model/ledger/snapshot.ts';
import { knownTrust } from '../../../src/features/trust/adapters/known-trust.ts';
import {
  ROLES,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustPath,
  trustText,
} from '../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { readCounters } from '../../../src/features/trust/system/lane-counters.ts';
import { readNewest } from '../../../src/features/trust/system/newest-signed.ts';
import { readOwnWord } from '../../../src/features/trust/system/own-word.ts';
import { readTaken } from '../../../src/features/trust/system/taken-invitations.ts';
import { readTold } from '../../../src/features/trust/system/told-runs-file.ts';
import { isPinned, pinPath, readPin, removePin, writePin } from '../../../src/features/trust/system/trust-pin.ts';
import type { Ledger } from '../../../src/ports.ts';
import { createPerson } from './memory-fleet.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-kept-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test.each([
  ['invited', readTaken],
  ['runs', readTold],
  ['orders', readNewest],
  ['lanes', readCounters],
  ['own', readOwnWord],
])('T11 a folder in the place of %s is said, with what helps', (name, read) => {
  const path = pinPath(home, '/f').replace(/json$/, `${name}.json`);
  mkdirSync(path, { recursive: true });
  expect(() => read(home, '/f')).toThrow(
    expect.objectContaining({
      code: 'LOCAL_STATE',
      message: expect.stringContaining(`${path} cannot be read`),
      hint: `rm -r ${path}`,
    }),
  );
});

test('T11 a folder in the place of the pin is a pin that cannot be read, and a reset takes it away', () => {
  mkdirSync(pinPath(home, '/f'), { recursive: true });
  expect(() => readPin(home, '/f')).toThrow(expect.objectContaining({ code: 'LOCAL_STATE', hint: 'coord trust reset' }));
  expect(isPinned(home, '/f')).toBe(true);
  removePin(home, '/f');
  expect([isPinned(home, '/f'), readPin(home, '/f')]).toEqual([false, null]);
});

test('T2.2 who looked before another process pinned a newer version does not put the older one back', async () => {
  const anna = createPerson();
  const people = { anna: { keys: [anna.line], roles: ROLES } };
  const bodyOf = (version: number, before: TrustBody | null): TrustBody => ({
    ...{ version, fleet: '00000000-0000-4000-8000-00000000f1ee', threshold: 1, people, machines: {} },
    before: before === null ? null : createChecks().digest(trustText(before)),
  });
  const first = bodyOf(1, null);
  const second = bodyOf(2, first);
  const third = bodyOf(3, second);
  const signature = anna.sign(TRUST_NAMESPACE, trustText(second));
  const text = renderTrust({ body: second, signatures: [{ by: anna.fingerprint, signature }] });
  const main = { files: new Map([[trustPath(2), 'id']]) } as unknown as Snapshot['main'];
  const look = (meanwhile: () => void) =>
    knownTrust({ home, root: '/f' }, { main }, {
      read: async () => {
        meanwhile();
        return new Map([['id', { kind: 'text', text }]]);
      },
    } as unknown as Ledger);
  writePin(home, '/f', first);
  expect((await look(() => writePin(home, '/f', third)))?.trust.version).toBe(3);
  expect(readPin(home, '/f')?.version).toBe(3);
  // Nor does it bring back what a person had this machine forget.
  writePin(home, '/f', first);
  expect(await look(() => removePin(home, '/f'))).toBeNull();
  expect(readPin(home, '/f')).toBeNull();
  writePin(home, '/f', first);
  expect((await look(() => {}))?.trust.version).toBe(2);
  expect(readPin(home, '/f')?.version).toBe(2);
});
