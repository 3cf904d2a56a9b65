// D9: `handoffs/<N>.md` and HANDOFF.md.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HandOff } from '../../../src/core/model/messages/hand-off.ts';
import { ownerOf } from '../../../src/documents/documents.ts';
import { renderHandOffPage } from '../../../src/features/handoff/documents/hand-off-page.ts';
import { parseHandOffs, renderHandOffs } from '../../../src/features/handoff/documents/hand-offs.ts';
import { projectName } from '../../../src/features/handoff/rules/hand-offs.ts';
import { projectOfRemote } from '../../../src/features/handoff/system/project-of-folder.ts';

const PATH = 'handoffs/1.md';
const AT = '2026-11-20T22:00:00.000Z';
const handOff = (change: Partial<HandOff> = {}): HandOff => {
  return {
    at: AT,
    project: 'github.com/me/app',
    order: null,
    done: 'All of it.',
    open: null,
    where: null,
    next: null,
    ...change,
  };
};

test('D1 the documents have their owners', () => {
  expect(ownerOf('handoffs/12.md')).toEqual({ kind: 'machine', machine: 12 });
  expect(ownerOf('handoffs/0.md')).toBeNull();
  expect(ownerOf('handoffs/1/2.md')).toBeNull();
  expect(ownerOf('HANDOFF.md')).toEqual({ kind: 'derived' });
});

test('D9 a document reads as docs/handoffs.md shows it', () => {
  const list = [
    handOff({ order: 'fix-login', done: 'Refresh works.', open: 'Offline.', where: 'branch refresh', next: 'Test it.' }),
    handOff({ at: '2026-11-20T21:00:00.000Z' }),
  ];
  const text = renderHandOffs(1, list);
  expect(text).toBe(
    `# Hand-offs of machine 1\n\n## ${AT} · github.com/me/app · order fix-login\n\nRefresh works.\n\n### Open\n\nOffline.\n\n### Where\n\nbranch refresh\n\n### Next\n\nTest it.\n\n## 2026-11-20T21:00:00.000Z · github.com/me/app\n\nAll of it.\n`,
  );
  expect(parseHandOffs(text, PATH)).toEqual({ value: list, faults: [] });
});

const anyLine = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    `## ${AT} · x`,
    `\\## ${AT} · x · order y`,
    '### Open',
    '\\### Next ',
    '\\\\### Where',
    '### open',
    '',
    '# Hand-offs of machine 1',
  ),
);
const anyText = fc.array(anyLine, { minLength: 1, maxLength: 6 }).map((lines) =>
  lines
    .join('\n')
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd(),
);
const anyPart = anyText.map((text) => (text === '' ? null : text));
const anyHandOff = fc.record<HandOff>({
  at: fc.constantFrom(AT, '2026-01-01T00:00:00Z'),
  project: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => projectName(text) || 'p'),
  order: fc.constantFrom(null, 'fix', 'nightly@20261120T0300Z'),
  done: anyText,
  open: anyPart,
  where: anyPart,
  next: anyPart,
});

test('D3 every document comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(anyHandOff, { maxLength: 5 }), (list) => {
      expect(parseHandOffs(renderHandOffs(1, list), PATH)).toEqual({ value: list, faults: [] });
    }),
    { numRuns: 400 },
  );
});

test('D4 what does not read: a document too large is a fault, a heading that says nothing a warning', () => {
  expect(parseHandOffs('x'.repeat(1_048_577), PATH)).toMatchObject({ value: null, faults: [{ level: 'fault' }] });
  const { value, faults } = parseHandOffs(`${renderHandOffs(1, [handOff()])}\n## 2026 · what\nmore\n`, PATH);
  expect(value?.[0]?.done).toContain('## 2026 · what');
  expect(faults).toMatchObject([{ level: 'warning', line: 7 }]);
  expect(parseHandOffs('anything\n### Open\nelse', PATH)).toEqual({ value: [], faults: [] });
});

describe('HANDOFF.md', () => {
  const page = (map: ReadonlyMap<number, readonly HandOff[]>) =>
    renderHandOffPage(map, { 1: { name: 'mac' }, 2: { name: 'p<c' } } as never) ?? '';

  test('D9 the newest of each machine, then of other projects', () => {
    const text = page(
      new Map([
        [1, [handOff(), handOff({ at: '2026-11-19T22:00:00.000Z', project: 'web', done: 'Older.' })]],
        [2, [handOff({ at: '2026-11-21T22:00:00.000Z', order: 'fix', done: 'Newest.', next: 'Go on.' })]],
      ]),
    );
    expect(text.match(/^#.*$/gm)).toEqual([
      '# Hand-offs',
      '## [2 p&lt;c](handoffs/2.md) · github.com/me/app · order fix · 2026-11-21 22:00 UTC',
      '## [1 mac](handoffs/1.md) · github.com/me/app · 2026-11-20 22:00 UTC',
      '# Other projects',
      '## [1 mac](handoffs/1.md) · web · 2026-11-19 22:00 UTC',
    ]);
    expect(text).toContain('> Newest.\n\n**Next**\n\n> Go on.');
  });

  test('M5 no line of a text is one of the page, what cannot be seen is shown, and a long one is cut', () => {
    const text = page(new Map([[1, [handOff({ done: `# Title\n## [x](y)\n\u001b[31m${'x'.repeat(9_000)}` })]]]));
    expect(text).not.toMatch(/^## \[x\]/m);
    expect(text).toContain('> \\\\u{1b}\\[31m');
    expect(text.length).toBeLessThan(3_000);
  });

  test('there is none where nobody handed anything off', () => {
    expect(renderHandOffPage(new Map([[1, []]]), {})).toBeNull();
  });
});

test.each([
  ['git@github.com:me/app.git', 'github.com/me/app'],
  ['https://me:ghp_secret@GitHub.com/me/app.git/', 'github.com/me/app'],
  ['https://github.com/me/app', 'github.com/me/app'],
  ['ssh://git@host.example:2222/team/sub/app.git', 'host.example/team/sub/app'],
  ['host.example:app', 'host.example/app'],
  ['https://x-access-token:abc@host.example/me/app?token=abc', 'host.example/me/app'],
  ['https://me:p@ss@host.example/me/app', 'host.example/me/app'],
  ['https://ghp@token@host.example:8443/me/app', 'host.example/me/app'],
  ['/srv/git/app.git', null],
  ['../app.git', null],
  ['file:///srv/git/app.git', null],
  ['C:\\repos\\app', null],
  ['', null],
])('the project of %s', (url, project) => {
  expect(projectOfRemote(url)).toBe(project);
});
