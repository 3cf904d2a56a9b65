// One more order field: `nice`, how readily a run gives way to what else its computer does. Its list and the place where it decides are edited.
export const name = 'order-field';
export const most = 2;
export const adds = {
  'src/documents/orders/nice-field.ts': `// \`nice\` of an order: how readily its run gives way to what else its computer does.
import type { Order } from '../../core/model/orders/order.ts';
import { orderField } from './order-field.ts';

declare module '../../core/model/orders/order.ts' {
  interface Order {
    /** From 1 to 19; absent = as anything else there. */
    readonly nice?: number;
  }
}

export const nice = orderField({
  schema: ({ count }) => count(1, 19),
  expected: 'a whole number from 1 to 19',
  words: 'How readily it gives way to what else its computer does.',
  means: (level): Pick<Order, 'nice'> => (level === undefined ? {} : { nice: level }),
  changes: 'work',
  named: true,
  alsoCalled: ['niceness'],
  task: 'number',
  options: [['--nice <level>', 'how readily it gives way to others, from 1 to 19', { is: [1, 19], set: true }]],
});
`,
  'src/system/policy/nice-command.ts': `// The command of a run that gives way to others.
import type { Command } from '../../core/model/orders/order.ts';

/** Undefined = it gives way to none. */
export function niceCommand(command: Command, nice: number | undefined): Command {
  if (nice === undefined) return command;
  const argv = command.kind === 'line' ? (['sh', '-c', command.line] as const) : command.argv;
  return { kind: 'argv', argv: ['nice', '-n', String(nice), ...argv] };
}
`,
  'test/system/nice.test.ts': `import { expect, test } from 'vitest';
import { orderFrom } from '../../src/cli/commands/orders/order-add.ts';
import { workHash } from '../../src/core/orders/work-hash.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { entriesIn, planRows } from '../../src/features/plan/documents/plan-changes.ts';
import { parseSpec } from '../../src/features/plan/documents/spec.ts';
import { plannedOrders } from '../../src/features/plan/documents/spec-orders.ts';
import { placeRun } from '../../src/system/policy/place-run.ts';

const read = (entry: object) => parseOrders(JSON.stringify({ orders: [entry] }));

test('an order says nice: in the list, in a step, in a spec and on the command line', () => {
  expect(read({ id: 'x', run: 'make', nice: 5 }).value?.orders[0]?.nice).toBe(5);
  expect(read({ id: 'c', nice: 5, steps: [{ run: 'make' }, { run: 'make', nice: 9 }] }).value?.orders.map(({ nice }) => nice)).toEqual([5, 9]);
  expect(read({ id: 'x', run: 'make', nice: 99 }).faults[0]?.expected).toBe('"nice" to be a whole number from 1 to 19');
  expect(read({ id: 'x', run: 'make', niceness: 5 }).faults[0]?.unknown).toEqual({ field: 'niceness', meant: 'nice' });
  expect(orderFrom('x', ['make'], { nice: 5 })).toMatchObject({ run: 'make', nice: 5 });
  const { value } = parseSpec('## Tasks\\n- [ ] Build\\n  run: make\\n  nice: 5\\n', 'specs/a.md');
  if (value === null) throw new Error('no spec');
  const [planned] = plannedOrders(value, []).tasks;
  expect(planned?.entry).toMatchObject({ run: 'make', nice: 5 });
  const listed = entriesIn(JSON.stringify({ orders: [{ ...planned?.entry, nice: 9 }] })) ?? new Map();
  const sources = { path: 'specs/a.md', prefix: 'a', planned: planned === undefined ? [] : [planned], listed, wrote: () => true };
  expect(planRows({ ...sources, begun: () => 'ended' })).toMatchObject([{ what: 'changed', fields: ['nice'], mustRerun: true }]);
});

test('another level is other work, and the run gives way', () => {
  const [one, other, none] = [{ nice: 5 }, { nice: 6 }, {}].map((more) => read({ id: 'x', run: 'make', ...more }).value?.orders[0]);
  if (one === undefined || other === undefined || none === undefined) throw new Error('no order');
  expect(new Set([one, other, none].map(workHash)).size).toBe(3);
  const place = {
    ...{ machine: 1, machineName: 'mac', path: '/bin', env: {}, secrets: {}, state: '/', services: [], caller: ['coord', '__call'] as const },
    policy: { allow: ['shell'] as const, folders: ['/'], env: [], slots: 1, timeoutMsMax: 1000, secrets: [], wake: false },
  };
  expect(placeRun({ ...one, cwd: '/' }, 1, 'key', null, place)).toMatchObject({ command: { argv: ['nice', '-n', '5', 'sh', '-c', 'make'] } });
});
`,
};
export const edits = [
  {
    file: 'src/documents/orders/order-fields.ts',
    find: "import { callField } from './call-field.ts';\n",
    replace: "import { callField } from './call-field.ts';\nimport { nice } from './nice-field.ts';\n",
  },
  {
    file: 'src/documents/orders/order-fields.ts',
    find: '  ...startFields,\n',
    replace: '  ...startFields,\n  nice,\n',
  },
  {
    file: 'src/system/policy/place-run.ts',
    find: "import type { Placement } from './placement.ts';\n",
    replace: "import { niceCommand } from './nice-command.ts';\nimport type { Placement } from './placement.ts';\n",
  },
  {
    file: 'src/system/policy/place-run.ts',
    find: '    command: work.command,\n',
    replace: '    command: niceCommand(work.command, order.nice),\n',
  },
];
export const check = [
  'test/system/nice.test.ts',
  'test/documents/order-fields.test.ts',
  'test/documents/orders.test.ts',
  'test/documents/templates.test.ts',
  'test/cli/help.test.ts',
];
