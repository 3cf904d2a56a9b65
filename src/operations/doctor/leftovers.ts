// Finds temporary files of writes that were killed. They are harmless, and nobody else removes them once their process is gone.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../core/base/counted.ts';
import { fixable, ok } from './check.ts';
import type { Check, Exam } from './exam.ts';

/** No write takes a day. */
const AGE_MS = 86_400_000;
const TEMPORARY = /^\..+\.tmp$/;
/** Git's own business, and large. */
const REPOSITORIES = /^(clone\.|hub\.git$)/;

export const leftoversCheck: Check = {
  id: 'leftovers',
  title: 'temporary files',
  async look(exam) {
    const found = leftoversOf(exam);
    return found.length === 0 ? ok('none') : fixable('warning', `${counted(found.length, 'file')} of writes that were killed`);
  },
  async repair(exam) {
    const found = leftoversOf(exam);
    for (const path of found) rmSync(path, { force: true });
    return `removed ${counted(found.length, 'file')}`;
  },
};

function leftoversOf({ folder, world, nowMs }: Exam): string[] {
  const found: string[] = [];
  const lookInto = (place: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name);
      if (entry.isDirectory() && !REPOSITORIES.test(entry.name)) lookInto(path);
      if (!entry.isFile() || !TEMPORARY.test(entry.name)) continue;
      const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (modifiedMs !== undefined && nowMs - modifiedMs > AGE_MS) found.push(path);
    }
  };
  for (const place of [folder.state, folder.projection, world.home])
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) lookInto(place);
  return [...new Set(found)];
}
