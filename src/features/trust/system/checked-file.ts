// Which signatures of orders and of people's words were right when this computer checked them (T11), by the digest of all that was asked, in coord's home beside its key: a process that
// has just begun does not check them again. Whoever can write there has the key as well. It is a memory alone: without it all is checked.
import { closeSync, mkdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { openToAppend } from '../../../system/files/open-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';

/** The older half goes then. Fewer than a process remembers (checks.ts). */
const NOTED_MAX = 10_000;

const pathOf = (home: string) => join(home, 'trust', 'checked');

/** Each as 64 hexadecimal digits; a line that was cut off by a crash is none. */
export function readChecked(home: string): readonly string[] {
  try {
    const all = (readIfThere(pathOf(home)) ?? '').split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
    if (all.length <= NOTED_MAX) return all;
    const newer = all.slice(-NOTED_MAX / 2);
    writeWhole(pathOf(home), lines(newer));
    return newer;
  } catch {
    return [];
  }
}

export function noteChecked(home: string, digests: readonly string[]): void {
  if (digests.length === 0) return;
  try {
    mkdirSync(dirname(pathOf(home)), { recursive: true, mode: 0o700 });
    const file = openToAppend(pathOf(home));
    try {
      // After a line that was cut off, the first of these is on a line of its own.
      writeSync(file, `\n${lines(digests)}`);
    } finally {
      closeSync(file);
    }
  } catch {
    // The next process checks them again.
  }
}

function lines(digests: readonly string[]): string {
  return digests.map((digest) => `${digest}\n`).join('');
}
