// One more kind of work: a container, which only machines with docker take. It is a feature of its own; the lists of features are edited.
export const name = 'work-kind';
export const most = 3;
export const adds = {
  'src/features/containers/README.md': `# containers

Orders whose command runs in a container. Open rules/container-kind.ts first.
`,
  'src/features/containers/rules/container-kind.ts': `// Containers as a kind of work: a machine without docker never takes one. Pure.
import { because } from '../../../core/orders/reason-words.ts';
import type { WorkKindRules } from '../../../core/orders/work-kind.ts';

export interface Container {
  readonly kind: 'container';
  readonly image: string;
  readonly argv: readonly string[];
}

declare module '../../../core/model/orders/order.ts' {
  interface Works {
    readonly container: Container;
  }
}

export const containerKind: WorkKindRules<Container> = {
  can: 'run containers here as you',
  variables: 'named',
  serves: (_work, document) => document?.tools.includes('docker') === true,
  noneServes: () => because.noTool('docker', 'tool add docker'),
};
`,
  'src/features/containers/documents/container-fields.ts': `// \`container\` of an order, as people write it.
import { orderField } from '../../../documents/orders/order-field.ts';

interface Written {
  readonly image: string;
  readonly args?: readonly string[] | undefined;
}

export const containerFields = {
  container: orderField({
    schema: ({ z, argument, word }) => z.object({ image: word, args: z.array(argument).max(1000).optional() }),
    expected: '{"image": "…"}, with "args" or without',
    words: 'A container: its image, and what it is started with.',
    not: ['chain'],
    work: 'container',
    reads: ({ container }) => {
      const { image, args = [] } = container as Written;
      return { kind: 'container', image, argv: args };
    },
    called: 'a container',
    changes: 'work',
    within: { image: null, args: null },
    task: (image) => ({ image }),
    options: [['--container <image>', 'a container of this image, in place of a command']],
    take: ({ container }) => (container === undefined ? undefined : { image: String(container) }),
  }),
};
`,
  'src/features/containers/system/place-container.ts': `// The command that runs a container.
import type { PlaceWork } from '../../../system/policy/placement.ts';
import type { Container } from '../rules/container-kind.ts';

export const placeContainer: PlaceWork<Container> = (_order, { image, argv }) => ({
  command: { kind: 'argv', argv: ['docker', 'run', '--rm', image, ...argv] },
});
`,
  'test/system/container.test.ts': `import { expect, test } from 'vitest';
import { orderFrom } from '../../src/cli/commands/orders/order-add.ts';
import { assignmentOf } from '../../src/core/orders/assignment.ts';
import { policyRefusal } from '../../src/core/orders/local-policy.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { parseSpec } from '../../src/features/plan/documents/spec.ts';
import { plannedOrders } from '../../src/features/plan/documents/spec-orders.ts';
import { WORK_KINDS } from '../../src/features/rules.ts';
import { placeRun } from '../../src/system/policy/place-run.ts';
import { at, self, view } from '../core/samples.ts';

const read = (more: object) => parseOrders(JSON.stringify({ orders: [{ id: 'x', container: { image: 'alpine', args: ['true'] }, ...more }] }));
const [order] = read({}).value?.orders ?? [];
if (order === undefined) throw new Error('no order');

test('an order asks for a container: in the list, in a step, in a spec and on the command line', () => {
  expect(order.work).toEqual({ kind: 'container', image: 'alpine', argv: ['true'] });
  expect(read({ run: 'true' }).faults[0]?.found).toBe('"run" and "container"');
  expect(orderFrom('x', [], { container: 'alpine' })).toMatchObject({ container: { image: 'alpine' } });
  expect(() => orderFrom('x', ['true'], { container: 'alpine' })).toThrow('a container');
  const { value } = parseSpec('## Tasks\\n- [ ] Build\\n  container: alpine\\n', 'specs/a.md');
  if (value === null) throw new Error('no spec');
  expect(plannedOrders(value, []).tasks[0]?.entry).toMatchObject({ container: { image: 'alpine' } });
});

test('machines with docker take it where their owner allows it', () => {
  expect(WORK_KINDS).toContain('container');
  const machines = (tools: readonly string[], allows: readonly string[]) =>
    new Map([[1, view(1, { document: { tools, allows } })]]);
  expect(assignmentOf(order, machines(['docker'], ['container']))).toEqual({ kind: 'machines', machines: [1] });
  expect(assignmentOf(order, machines([], ['container']))).toMatchObject({ kind: 'nobody', why: { code: 'noTool' } });
  expect(assignmentOf(order, machines(['docker'], ['shell']))).toMatchObject({ kind: 'nobody', why: { code: 'notAllowed' } });
  const here = { self: self({ allow: ['shell'] }), state: {}, when: { now: at(0) } };
  expect(policyRefusal(order, here)?.code).toBe('notAllowed');
});

test('and docker runs it', () => {
  const place = {
    ...{ machine: 1, machineName: 'mac', path: '/bin', env: {}, secrets: {}, state: '/', services: [], caller: ['coord', '__call'] as const },
    policy: { allow: ['container'] as const, folders: ['/'], env: [], slots: 1, timeoutMsMax: 1000, secrets: [], wake: false },
  };
  expect(placeRun({ ...order, cwd: '/' }, 1, 'key', null, place)).toMatchObject({
    command: { kind: 'argv', argv: ['docker', 'run', '--rm', 'alpine', 'true'] },
  });
});
`,
};
const line = (file, find, more) => ({ file, find, replace: `${find}${more}` });
export const edits = [
  line(
    'src/features/rules.ts',
    "import { agentKind } from './agents/rules/agent-kind.ts';\n",
    "import { containerKind } from './containers/rules/container-kind.ts';\n",
  ),
  line('src/features/rules.ts', '  call: callKind,\n', '  container: containerKind,\n'),
  line(
    'src/features/order-fields.ts',
    "import { agentFields } from './agents/documents/agent-fields.ts';\n",
    "import { containerFields } from './containers/documents/container-fields.ts';\n",
  ),
  line('src/features/order-fields.ts', '  ...agentFields,\n', '  ...containerFields,\n'),
  line(
    'src/features/system.ts',
    "import { placeAgent } from './agents/system/place-agent.ts';\n",
    "import { placeContainer } from './containers/system/place-container.ts';\n",
  ),
  line('src/features/system.ts', '  call: placeCall,\n', '  container: placeContainer,\n'),
  line('test/tidy.test.ts', '  bus: [],\n', '  containers: [],\n'),
];
export const check = ['test/system/container.test.ts', 'test/documents/templates.test.ts', 'test/cli/help.test.ts'];
