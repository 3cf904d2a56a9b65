// What the chaos fleet has to do, and what the runs themselves wrote down about it: each run has a file of its own outside coord,
// made when it begins, touched while it lives, closed with its outcome.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from './chance.ts';

export interface Job {
  readonly id: string;
  readonly attempts: 1 | 3;
  /** Null = shared. */
  readonly machine: number | null;
  /** So many attempts end with exit code 1. */
  readonly fails: number;
  readonly entry: object;
  /** Not known to any computer before. */
  readonly placedMs: number;
}

export interface Told {
  readonly order: string;
  readonly attempt: number;
  readonly machine: string;
  readonly beganMs: number;
  /** Alive at this time; it may have lived half a second longer. */
  readonly lastSignMs: number;
  /** Null = it was cut off. */
  readonly outcome: 'end' | 'fail' | null;
}

/** $1 = the folder, $2 = half seconds to live, $3 = how many attempts fail. */
const SCRIPT = `#!/bin/sh
f="$1/$COORD_ORDER.$COORD_GENERATION.$COORD_ATTEMPT.$(basename "$(dirname "$HOME")").$$"
date +%s%N > "$f"
i=0
while [ "$i" -lt "$2" ]; do sleep 0.5; echo alive >> "$f"; i=$((i + 1)); done
if [ "$COORD_ATTEMPT" -le "$3" ]; then echo fail >> "$f"; exit 1; fi
echo end >> "$f"
`;

export function createWork(root: string, machines: number, chance: Chance) {
  const folder = join(root, 'told');
  const script = join(root, 'job.sh');
  mkdirSync(folder);
  writeFileSync(script, SCRIPT, { mode: 0o755 });
  let count = 0;
  return {
    next(): Job {
      count += 1;
      const attempts = chance.fraction() < 0.5 ? 1 : 3;
      const machine = chance.fraction() < 0.3 ? 1 + Math.floor(chance.fraction() * machines) : null;
      const fails = attempts === 3 && chance.fraction() < 0.2 ? 1 : 0;
      // Most are short; some are longer than a run may live without news.
      const halves = Math.round(chance.fraction() < 0.85 ? chance.between(1, 14) : chance.between(20, 60));
      const id = `${machine === null ? 'any' : `to-${machine}`}-${attempts}-${String(count).padStart(4, '0')}`;
      const assign = machine ?? 'any';
      const run = `exec ${script} ${folder} ${halves} ${fails}`;
      return { id, attempts, machine, fails, entry: { id, assign, run, attempts }, placedMs: Date.now() };
    },
    told(): Told[] {
      return readdirSync(folder).map((name) => {
        const path = join(folder, name);
        const [order = '', , attempt = '', machine = ''] = name.split('.');
        const text = readFileSync(path, 'utf8');
        const lastSignMs = statSync(path).mtimeMs;
        const beganMs = Number(text.split('\n')[0] ?? '') / 1e6 || lastSignMs;
        const outcome = /^end$/m.test(text) ? 'end' : /^fail$/m.test(text) ? 'fail' : null;
        return { order, attempt: Number(attempt), machine, beganMs, lastSignMs, outcome };
      });
    },
  };
}
