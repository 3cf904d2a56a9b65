// Rows of guard-table.mjs about what a machine has in view (C4a).

export const VIEW_GUARDS = [
  {
    rule: 'C4a what another process has seen',
    marked: null,
    off: 'each process goes by what it has seen itself',
    file: 'test/memory/memory-ledger.ts',
    find: 'folder: MemoryFolder = { seen: null }): Ledger => {\n',
    replace: 'shared: MemoryFolder = { seen: null }): Ledger => {\n    const folder = { ...shared };\n',
  },
  {
    rule: 'C4a main as it was pushed',
    marked: 'as an accepted push of this machine left it',
    off: 'a mirror that lags takes back what people said here',
    file: 'src/machine/reading/main-rewritten.ts',
    find: '  if (pushedMain === null || rewritten !== null) return undefined;',
    replace: '  if (machine > 0 || pushedMain === null) return undefined;',
  },
];
