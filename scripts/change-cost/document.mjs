// One more document: `running/<N>.md`, what machine N runs now. A file of its own, and a line in the list; that it reaches lane and board, and that
// a bad one is a fault, its own test says.
export const name = 'document';
export const most = 1;
export const adds = {
  'src/documents/machine/running-page.ts': `// \`running/<N>.md\`: the orders that machine N runs now, one a line.

import type { Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';

export const runningPage: DocumentKind<readonly string[]> = {
  owner: 'machine',
  path: /^running\\/([1-9][0-9]{0,3})\\.md$/,
  parse: parseRunning,
  say: {
    pathOf: (machine) => \`running/\${machine}.md\`,
    text: ({ active }) => \`# Running\\n\${active.map(({ order }) => \`- \${order}\\n\`).join('')}\`,
  },
};

function parseRunning(text: string, path: string): Parsed<readonly string[]> {
  const fault = { document: path, line: 1, column: 1, level: 'fault', expected: '# Running', found: 'another text' } as const;
  if (!text.startsWith('# Running\\n')) return { value: null, faults: [fault] };
  return { value: [...text.matchAll(/^- (.+)$/gm)].map(([, order]) => order ?? ''), faults: [] };
}
`,
  'test/machine/running-page.test.ts': `import { expect, test } from 'vitest';
import { ownerOf } from '../../src/documents/documents.ts';
import { createFleet, quiet, type SimMachine } from './world.ts';

test('it stands on the lane and on the board, and one that cannot be read is a fault', async () => {
  const world = await createFleet(1);
  const [one] = world.machines as [SimMachine];
  await quiet(world);
  expect(ownerOf('running/1.md')).toEqual({ kind: 'machine', machine: 1 });
  expect(await world.text('running/1.md', 'refs/coord/machines/1')).toBe('# Running\\n');
  expect(await world.text('running/1.md')).toBe('# Running\\n');
  world.person({ 'COMPUTER_7.md': (await world.text('COMPUTER_1.md'))?.replaceAll('machine: 1', 'machine: 7') ?? null, 'running/7.md': 'x' });
  const { seen } = await one.cycle();
  expect(seen?.snapshot.faults.map(({ document }) => document)).toContain('running/7.md');
});
`,
};
export const edits = [
  {
    file: 'src/documents/documents.ts',
    find: "import { messageLog } from './messages/message-log.ts';\n",
    replace:
      "import { runningPage } from './machine/running-page.ts';\nimport { messageLog } from './messages/message-log.ts';\n",
  },
  {
    file: 'src/documents/documents.ts',
    find: 'messageLog]',
    replace: 'messageLog, runningPage]',
  },
];
export const check = ['test/machine/running-page.test.ts', 'test/documents/paths.test.ts', 'test/documents/snapshot.test.ts'];
