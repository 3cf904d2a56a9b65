// T6: what `coord verify --export` writes, each signature into files of its own.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROLES } from '../../../src/features/trust/documents/trust-document.ts';
import { exportSignatures } from '../../../src/features/trust/operations/check-signatures.ts';
import type { Signing } from '../../../src/features/trust/operations/signing-place.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { order } from '../../core/samples.ts';
import { createPerson } from './memory-fleet.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('T6 a word of an order and an order that is called as it was do not write one file', () => {
  const anna = createPerson();
  const trust = { fleet: 'fleet', people: { anna: { keys: [anna.line], roles: ROLES } }, machines: {} };
  const signed = { by: anna.fingerprint, at: '2026-11-20T00:00:00Z', uses: {}, signature: 'AAAA' };
  const ids = ['deploy', 'deploy-approved', 'allowed_signers'];
  const entries = new Map(ids.map((id) => [id, { id, approved: true }]));
  const signatures = {
    orders: Object.fromEntries(ids.map((id) => [id, signed])),
    words: { deploy: { approved: { ...signed, generation: 1 } } },
  };
  const orders = new Map(ids.map((id) => [id, [order(id, { approved: true })]]));
  const evidence = { entries, signatures, checks: createChecks() };
  const { lines } = exportSignatures({ evidence, orders, trust } as unknown as Signing, folder);
  const texts = readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('.json'));
  expect([lines.length, new Set(lines.map((line) => line.split(' < ')[1])).size, texts.length]).toEqual([4, 4, 4]);
});
