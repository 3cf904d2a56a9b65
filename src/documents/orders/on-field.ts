// Defines `on` of an order (O19): the events that it waits for.
import type { Json } from '../../core/model/ledger/intention.ts';
import { TRIGGER_KINDS, type Trigger } from '../../core/model/orders/trigger.ts';
import { orderField, WrongOptions } from './order-field.ts';

const KINDS = TRIGGER_KINDS.map((kind) => `"${kind}"`);
const EXPECTED = `an event such as {"failed": "backup"}; one of ${KINDS.join(', ')}, with the id of an order`;

/** The kinds are a list: of each exactly one field. */
export const onField = orderField({
  schema: ({ z, id }) =>
    z
      .object({
        failed: id.optional().describe('The order, or a step of the chain, whose generation ends FAILED.'),
        completed: id.optional().describe('The order, or chain, that is COMPLETED.'),
      } satisfies Record<Trigger['kind'], unknown>)
      .refine((on) => TRIGGER_KINDS.filter((kind) => on[kind] !== undefined).length === 1, {
        params: { expected: `exactly one of ${KINDS.join(' and ')} in "on"` },
        when: ({ value }) => typeof value === 'object' && value !== null,
      }),
  expected: EXPECTED,
  words: 'What it runs after, again and again: each such event is an order of its own.',
  docs: '`{"failed": "backup"}` or `{"completed": "build"}`: it runs each time that this happens ([below](#triggers))',
  docsDefault: 'none',
  means: (on): { on?: Trigger } => {
    const kind = TRIGGER_KINDS.find((it) => on?.[it] !== undefined);
    return kind === undefined ? {} : { on: { kind, of: on?.[kind] ?? '' } };
  },
  not: ['chain', 'step'],
  changes: 'approval',
  named: true,
  within: Object.fromEntries(TRIGGER_KINDS.map((kind) => [kind, 'the id of an order'])),
  oneOf: TRIGGER_KINDS,
  instead: 'an order of its own for "on"',
  options: [['--on <event>', 'run each time that this happens: "failed backup", "completed build"', { completes: 'nothing' }]],
  take({ on }) {
    if (on === undefined) return undefined;
    const [kind = '', of, ...more] = String(on).trim().split(/\s+/);
    const known = TRIGGER_KINDS.find((it) => it === kind);
    if (known === undefined || of === undefined || more.length > 0)
      throw new WrongOptions(
        `expected --on with ${TRIGGER_KINDS.map((it) => `"${it} <id>"`).join(' or ')}, found ${JSON.stringify(on)}`,
        "coord order add alarm --on 'failed backup' -- ./tell-me",
      );
    return { [known]: of } as Json;
  },
});
