// L1: what is left of a program that its owner took out of instances.yaml.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serviceLogPath } from '../../../src/features/services/system/service-files.ts';
import { endSupervised, supervised, until } from './supervised.ts';

afterAll(endSupervised);

test('L1 the log of a program that was taken out goes after 30 days, and no other', async () => {
  const it = supervised();
  it.save('instances:\n  kept: { command: "sleep 600" }\n');
  await it.begin();
  await until('it runs', () => it.of('kept')?.pid != null);
  await it.end();
  const logs = ['kept', 'long-gone', 'late-words', 'just-gone'].map((name) => serviceLogPath(it.folder, name));
  for (const [at, [folderDays, logDays]] of [
    [31, 31],
    [31, 31],
    [31, 29],
    [29, 31],
  ].entries()) {
    const path = logs[at] ?? '';
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'a line\n');
    const ago = (days = 0) => (Date.now() - days * 86_400_000) / 1000;
    utimesSync(path, ago(logDays), ago(logDays));
    utimesSync(dirname(path), ago(folderDays), ago(folderDays));
  }
  await it.begin();
  expect(logs.map((path) => existsSync(path))).toEqual([true, false, true, true]);
});
