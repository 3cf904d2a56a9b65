import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { computerId } from '../../src/system/fleet/computer.ts';

test('C3 the UUID of the computer is made once; who asks for it later writes nothing', () => {
  const home = mkdtempSync(join(tmpdir(), 'coord-computer-'));
  try {
    const id = computerId(home);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const changedAt = () => statSync(home, { bigint: true }).mtimeNs;
    const before = changedAt();
    expect(computerId(home)).toBe(id);
    expect(changedAt()).toBe(before);
  } finally {
    rmSync(home, { recursive: true });
  }
});
