// `.ci/prepare` never fails, asks for nothing that is here, and says what is not tested.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let bin = '';
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'coord-prepare-'));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

const program = (name: string, script: string) => writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

/** As somebody who has nothing but what is asked for here, and the shell's own tools. */
function prepare(...words: readonly string[]) {
  for (const name of ['mktemp', 'rm', 'tail', 'uname']) program(name, `PATH=/usr/bin:/bin exec ${name} "$@"`);
  program('timeout', 'shift 3; exec "$@"');
  const script = join(import.meta.dirname, '..', '..', '.ci', 'prepare');
  const { status, stdout, stderr } = spawnSync('/bin/bash', [script, ...words], { env: { PATH: bin }, encoding: 'utf8' });
  const calls = join(bin, 'calls');
  return { status, stderr, lines: stdout.trim().split('\n'), calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
}

test('.ci/prepare installs what is missing, by root with apt-get, and nothing else', () => {
  program('id', 'echo 0');
  program('zsh', '');
  program('apt-get', `echo "$@" >> ${bin}/calls; printf '#!/bin/sh\\n' > ${bin}/fish; PATH=/usr/bin:/bin chmod +x ${bin}/fish`);
  const { status, stderr, lines, calls } = prepare('zsh', 'fish');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(calls).toBe('-qq update\n-qq install -y --no-install-recommends fish\n');
  expect(lines.filter((line) => /zsh|fish/.test(line))).toEqual([]);
});

test.each([
  ['apt-get fails', 'echo 0', 'echo "no such package" >&2; exit 100', 'no such package'],
  ['it is not root', 'echo 1000', 'exit 0', 'that needs root and apt-get'],
])('.ci/prepare where %s: it ends well, and says what is not tested', (_name, id, apt, said) => {
  program('id', id);
  program('apt-get', apt);
  const { status, lines } = prepare('zsh', 'curl');
  expect(status).toBe(0);
  expect(lines.join('\n')).toContain(said);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringContaining('no zsh, so not tested: completion in zsh'),
      expect.stringContaining('no curl, so not tested: the examples of docs/api.md'),
      expect.stringContaining('no claude codex gemini opencode, so not tested'),
    ]),
  );
});
