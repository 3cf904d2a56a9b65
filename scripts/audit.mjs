// Known holes in what the program is made of, as `npm audit` tells: fails on one that is high or critical in a package that is part of the program
// (dist/LICENSES.txt). All packages are devDependencies here, because the build takes them in: `--omit=dev` would ask about none. Where the registry is
// not reached, that is said, and nothing fails.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

const WORST = ['high', 'critical'];

/** `answer`: what `npm audit --json` printed; `licenses`: the text of LICENSES.txt. */
export function auditOf(answer, licenses) {
  const inProgram = new Set([...licenses.matchAll(/^={78}\n(\S+) \S+ · /gm)].map(([, name]) => name));
  let found;
  try {
    found = JSON.parse(answer).vulnerabilities;
  } catch {
    found = undefined;
  }
  if (typeof found !== 'object' || found === null) return { code: 0, lines: ['audit: npm audit did not answer'] };
  const all = Object.values(found).map(({ name, severity }) => ({ name, severity, isOurs: inProgram.has(name) }));
  const bad = all.filter(({ severity, isOurs }) => isOurs && WORST.includes(severity));
  const lines = all.map(({ name, severity, isOurs }) => `audit: ${severity}: ${name}${isOurs ? ', part of the program' : ''}`);
  return {
    code: bad.length > 0 ? 1 : 0,
    lines: [...lines, `audit: ${inProgram.size} packages of the program, ${bad.length} with a known hole`],
  };
}

if (process.argv[1] === import.meta.filename) {
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { code, lines } = auditOf(stdout ?? '', readFileSync(join(root, 'dist', 'LICENSES.txt'), 'utf8'));
  console.log(lines.join('\n'));
  process.exit(code);
}
