// What `.ci/run` makes of `npm audit`: a hole in the program fails it, silence of the registry does not.
import { expect, test } from 'vitest';
// @ts-expect-error It is plain JavaScript.
import { auditOf } from '../../scripts/audit.mjs';

const licenses = `${'='.repeat(78)}\nyaml 2.8.1 · ISC\n${'='.repeat(78)}\n\ntext\n`;
const told = (name: string, severity: string) => JSON.stringify({ vulnerabilities: { [name]: { name, severity } } });

test.each<[name: string, answer: string, code: number, line: string]>([
  ['a high one in a package of the program', told('yaml', 'high'), 1, 'audit: high: yaml, part of the program'],
  ['a critical one there', told('yaml', 'critical'), 1, '1 packages of the program, 1 with a known hole'],
  ['a moderate one there', told('yaml', 'moderate'), 0, 'audit: moderate: yaml, part of the program'],
  ['a high one in a tool', told('vitest', 'high'), 0, 'audit: high: vitest'],
  ['nothing', JSON.stringify({ vulnerabilities: {} }), 0, '1 packages of the program, 0 with a known hole'],
  ['no registry', JSON.stringify({ message: 'request failed', error: {} }), 0, 'npm audit did not answer'],
  ['no JSON', '', 0, 'npm audit did not answer'],
])('npm audit: %s', (_name, answer, code, line) => {
  const said = auditOf(answer, licenses);
  expect([said.code, said.lines.join('\n')]).toEqual([code, expect.stringContaining(line)]);
});
