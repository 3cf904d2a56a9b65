// Numbers that a clone keeps of itself, a file each. What cannot be written or removed (a full disk, somebody else's file) is as if nothing was noted:
// none of them is more than a hint.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textIn } from '../../system/files/read-if-there.ts';

export interface NumberNote {
  /** Null = there is none; 0 also for one that nobody can read. */
  read(): number | null;
  write(number: number): void;
  remove(): void;
}

export function numberNote({ gitDir }: { readonly gitDir: string }, name: string): NumberNote {
  const path = join(gitDir, name);
  return {
    read() {
      const noted = textIn(path);
      return noted === null ? null : Number(noted) || 0;
    },
    write: (number) => orNothing(() => writeFileSync(path, String(number))),
    remove: () => orNothing(() => rmSync(path, { force: true })),
  };
}

export function orNothing(act: () => void): void {
  try {
    act();
  } catch {
    // A hint less.
  }
}
