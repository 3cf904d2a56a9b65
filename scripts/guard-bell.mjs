// Rows of guard-table.mjs about the bell: it makes a machine look, sets its pace, and decides nothing (B1).

export const BELL_GUARDS = [
  {
    rule: 'B1 a ring makes a machine look',
    marked: null,
    off: 'who is rung takes what it saw last for the news',
    file: 'src/operations/daemon/wakes.ts',
    find: "  return why === 'run' ||",
    replace: "  return why === 'told' || why === 'run' ||",
  },
  {
    rule: 'B6 presence decides nothing',
    marked: null,
    off: 'whom the bell calls gone has lost its lease',
    file: 'src/features/bell/rules/hearing.ts',
    find: "    return machine === own && presence === 'gone' ?",
    replace:
      "    const it: any = globalThis;\n    it.gone ??= new Set();\n    presence === 'gone' ? it.gone.add(machine) : it.gone.delete(machine);\n    return machine === own && presence === 'gone' ?",
    also: [
      {
        file: 'src/core/presence/gone.ts',
        find: '  const stillMs = seen.commit === view.lane.commit ?',
        replace:
          '  if ((globalThis as any).gone?.has(machine)) return true;\n  const stillMs = seen.commit === view.lane.commit ?',
      },
    ],
  },
  {
    rule: 'B5 one look a second',
    marked: null,
    off: 'each ring makes a look',
    file: 'src/features/bell/operations/look-soon.ts',
    find: 'lookedMs + EACH_MS_MIN)',
    replace: '0 * EACH_MS_MIN)',
  },
  {
    rule: 'B5 whom a ring is for',
    marked: null,
    off: 'a ring names nobody',
    file: 'src/features/bell/rules/ring.ts',
    find: "    for: isForAll ? 'all' : [...all].sort((a, b) => a - b),",
    replace: '    for: [],',
  },
  {
    rule: 'B7 a word that came back',
    marked: null,
    off: 'a bell that is silent counts as one that tells news',
    file: 'src/features/bell/operations/echo.ts',
    find: 'const FRESH_MS = 60_000;',
    replace: 'const FRESH_MS = 6_000_000;',
  },
  {
    rule: 'B9 what the result names',
    marked: null,
    off: 'what comes over the bell counts, whatever it is',
    file: 'src/features/bell/operations/file-getter.ts',
    find: "this.#end(this.#hash.digest('hex') === this.#file.sha256 ? 'whole' : 'other')",
    replace: "this.#end('whole')",
    tests: 'test/features/bell/file-words.test.ts',
  },
  {
    rule: 'B9 while its owner allows it',
    marked: null,
    off: 'files are given also where nobody may have them',
    file: 'src/features/artifacts/operations/held-here.ts',
    find: 'artifacts === true',
    replace: 'artifacts !== null',
    tests: 'test/features/artifacts/held-here.test.ts',
  },
];
