// O16: what a power cut may not take of a workspace. The disk is real; each flush is noted with what is there when it is made.
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import {
  forgetSlotRecord,
  readSlotRecord,
  type SlotName,
  type SlotRecord,
  writeSlotRecord,
} from '../../../src/features/workspaces/system/workspace-pool.ts';

const flushed = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (real) => {
  const fs = await real<typeof import('node:fs')>();
  const fsyncSync = (file: number) => {
    flushed.push(readlinkSync(`/proc/self/fd/${file}`));
    fs.fsyncSync(file);
  };
  return { ...fs, fsyncSync };
});

const root = mkdtempSync(join(tmpdir(), 'coord-flushed-'));
const slot: SlotName = { repoFolder: root, slot: 1 };
const notes = join(root, 'slots', '1');
const record = { fleet: '/fleet', order: 'fix', generation: 1, attempt: 1, state: 'kept', commit: 'c'.repeat(40) } as SlotRecord;
mkdirSync(notes, { recursive: true });
beforeEach(() => flushed.splice(0));
afterAll(() => rmSync(root, { recursive: true }));

test.runIf(process.platform === 'linux')('O16 a record of a workspace is on the disk before anything goes by it', () => {
  writeSlotRecord(slot, record);
  expect(flushed).toEqual([expect.stringMatching(/\/slots\/1\/\.record\.json\.\S+\.tmp$/), notes]);
  expect(JSON.parse(readFileSync(join(notes, 'record.json'), 'utf8'))).toEqual(record);
});

test.runIf(process.platform === 'linux')('O16 a record that was forgotten does not come back beside other content', () => {
  writeSlotRecord(slot, record);
  flushed.splice(0);
  forgetSlotRecord(slot);
  expect([flushed, readSlotRecord(slot)]).toEqual([[notes], null]);
});
