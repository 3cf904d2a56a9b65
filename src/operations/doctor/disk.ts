// Room for logs, journal and clone. A disk that is full stops every machine's work in its own way, so it is said early.

import { statfs } from 'node:fs/promises';
import { shellWord } from '../../core/base/shell-word.ts';
import { type Finding, ok, problem, warning } from './check.ts';
import type { Check } from './exam.ts';

const MB = 1024 * 1024;
const WARNING_BYTES = 1024 * MB;
const PROBLEM_BYTES = 100 * MB;

export const diskCheck: Check = {
  id: 'disk',
  title: 'free space',
  async look({ folder }) {
    const { bavail, bsize } = await statfs(folder.root);
    return diskFinding(bavail * bsize, folder.root);
  },
};

export function diskFinding(freeBytes: number, folder: string): Finding {
  const free = freeBytes < WARNING_BYTES ? `${Math.floor(freeBytes / MB)} MB` : `${(freeBytes / 1024 / MB).toFixed(1)} GB`;
  const found = `${free} free below ${folder}`;
  if (freeBytes < PROBLEM_BYTES) return problem(found, `make room: df -h ${shellWord(folder)}`);
  return freeBytes < WARNING_BYTES ? warning(found, `make room: df -h ${shellWord(folder)}`) : ok(found);
}
