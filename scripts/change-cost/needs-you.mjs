// One more kind of needs-you: a machine that runs an older version than another one. A file of its own, its code, and a line in the list.
export const name = 'needs-you';
export const most = 2;
export const adds = {
  'src/core/status/needs-versions.ts': `// A machine that is not of the version of the newest one.

import { machineLabel } from '../model/machines/machines.ts';
import type { NeedKind } from './needs-you-entry.ts';

export const versionNeed: NeedKind = {
  code: 'version',
  alert: 'machine',
  ways: ['npm install'],
  find({ machines }) {
    const newest = [...machines.values()].map(({ document }) => document.version).sort().at(-1);
    return [...machines].flatMap(([machine, { document }]) =>
      document.version === newest
        ? []
        : [{ code: 'version', machine, why: \`\${machineLabel(machine, machines)} is old; on that machine: npm install --global\` }],
    );
  },
};
`,
};
export const edits = [
  { file: 'src/core/model/status/status.ts', find: "  pause: 'Pause',\n", replace: "  pause: 'Pause',\n  version: 'Version',\n" },
  {
    file: 'src/core/status/needs-you-kinds.ts',
    find: "import { documentNeed, offlineNeed, orderNeed } from './needs-orders.ts';\n",
    replace:
      "import { documentNeed, offlineNeed, orderNeed } from './needs-orders.ts';\nimport { versionNeed } from './needs-versions.ts';\n",
  },
  { file: 'src/core/status/needs-you-kinds.ts', find: '  pauseNeed,\n', replace: '  pauseNeed,\n  versionNeed,\n' },
  { file: 'docs/protocol.md', find: '`message`, `pause`)', replace: '`message`, `pause`, `version`)' },
];
export const check = [
  'test/documents/needs-board.test.ts',
  'test/core/needs-machines.test.ts',
  'test/features/alerts/alerts.test.ts',
];
