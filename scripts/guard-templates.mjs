// Rows of guard-table.mjs about which version of its template an order goes by (O20).

export const TEMPLATE_GUARDS = [
  {
    rule: 'O20 it goes on as it began',
    marked: null,
    off: 'the version in force counts, whatever has run',
    file: 'src/documents/templates/choose-template.ts',
    find: 'newestFirst(begun(id, entry.generation ?? 1))',
    replace: 'newestFirst(begun(id, entry.generation ?? 1).slice(0, 0))',
  },
  {
    rule: 'O20 the latest run says the version',
    marked: null,
    off: 'of all generations, the lower digest counts',
    file: 'src/documents/templates/choose-template.ts',
    find: 'b.generation - a.generation || (a.digest',
    replace: '(a.digest',
  },
  {
    rule: 'O20 of two versions, one counts for all',
    marked: null,
    off: 'each machine goes by the run that it comes to first',
    file: 'src/documents/templates/choose-template.ts',
    find: '(a.digest < b.digest ? -1 : 1)',
    replace: '0',
  },
  {
    rule: 'O20 a raised generation begins anew',
    marked: null,
    off: 'what ran before it says the version',
    file: 'src/core/runs/begun-templates.ts',
    find: '.filter((run) => run.generation >= generation)',
    replace: '',
  },
  {
    rule: 'O20 what it began with is looked for',
    marked: null,
    tests: 'test/machine/templates.test.ts',
    off: 'a version that is in force no more is not found',
    file: 'src/machine/reading/look-back.ts',
    find: '      if (left === undefined || main.commit === null) return null;\n',
    replace: '      if (left !== null || main.commit === null) return null;\n',
  },
];
