// Rows of guard-table.mjs about which version of a document counts, and what the board says of it (D2, D4, D6).

export const DOCUMENT_GUARDS = [
  {
    rule: 'D2 the higher seq counts',
    marked: 'where it carries a higher seq',
    off: 'the lane counts, whatever main holds',
    file: 'src/documents/snapshot/snapshot-machines.ts',
    find: '  return isNewer ? ofBoard : ofLane;',
    replace: '  return isNewer && ofBoard === null ? ofBoard : ofLane;',
  },
  {
    rule: 'D4 bad versions are read once',
    marked: null,
    off: 'every process reads them again',
    file: 'src/machine/reading/look-back.ts',
    find: 'versions.filter((id) => !known.bad.includes(id))',
    replace: 'versions',
  },
  {
    rule: 'D4 what was in force stands',
    marked: null,
    off: 'bad versions take the last good one out of reach',
    file: 'src/machine/reading/look-back.ts',
    find: '  const good = new Set(known.good);',
    replace: '  const good = new Set<string>();',
  },
  {
    rule: 'D4 a broken ORDERS.json removes nothing',
    marked: null,
    off: 'what cannot be read is not listed',
    file: 'src/core/decide/stops.ts',
    find: "return snapshot.ordersReadable && !mayBeUnread(run.order, refused) ? 'removed' : null;",
    replace: "return 'removed';",
  },
  {
    rule: 'D6 faults that a push puts right',
    marked: null,
    tests: 'test/machine/board.test.ts',
    off: 'a fold tells the faults as they were before it',
    file: 'src/documents/board/fold.ts',
    find: 'const faults = faultsAfter(snapshot.faults, number, mine);',
    replace: 'const { faults } = snapshot;',
  },
];
