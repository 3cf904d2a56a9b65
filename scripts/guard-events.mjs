// Rows of guard-table.mjs about triggers (O19): each event that a later look shows has its run.

export const EVENT_GUARDS = [
  {
    rule: 'O19 the end of an order',
    marked: null,
    off: 'a first attempt that completed is no event',
    file: 'src/core/decide/order-events.ts',
    find: "  if (kind === 'completed') return run.state === 'COMPLETED';",
    replace: "  if (kind === 'completed') return run.state === 'COMPLETED' && run.attempt > 1;",
  },
  {
    rule: 'O19 an emergency',
    marked: null,
    off: 'nobody sees what stands in the document of a machine',
    file: 'src/core/decide/fleet-events.ts',
    find: '  if (emergency === undefined) return [];',
    replace: '  if (emergency === undefined || machine > 0) return [];',
  },
  {
    rule: 'O19 the loss of a machine',
    marked: null,
    off: 'nobody sees whom another machine calls lost',
    file: 'src/core/decide/fleet-events.ts',
    find: '  if (!isReportedLost(machine, beat, machines)) return [];',
    replace: '  if (machine > 0 || !isReportedLost(machine, beat, machines)) return [];',
  },
];
