// Defines `on` of an order (O19): the events that it waits for.
import { plainLine } from '../../core/base/plain-line.ts';
import type { Json } from '../../core/model/ledger/intention.ts';
import { readServiceWords, TRIGGER_KINDS, type Trigger, type TriggerKind } from '../../core/model/orders/trigger.ts';
import { assignFrom } from './assign-field.ts';
import { orderField, WrongOptions } from './order-field.ts';

const KINDS = TRIGGER_KINDS.map((kind) => `"${kind}"`);
const ONE_OF = `exactly one of ${KINDS.slice(0, -1).join(', ')} and ${KINDS.at(-1)} in "on"`;
const OF_ORDER = 'the id of an order';
const OF_MACHINE = 'a machine\'s number or name, or "any"';
const WITHIN: Readonly<Record<TriggerKind, string>> = {
  failed: OF_ORDER,
  completed: OF_ORDER,
  emergency: OF_MACHINE,
  lost: OF_MACHINE,
  message: 'the machine that it is to, and what its first line is like, such as {"to": 2, "match": "deploy *"}',
  program: 'a local service and what becomes of it, such as "builder crashed" or "2/builder given up"',
};

const ON_COMMAND_LINE = [
  '"failed <id>"',
  '"completed <id>"',
  '"emergency <machine>"',
  '"lost <machine>"',
  '"message <machine> <first line, with *>"',
  'or "program <name> crashed"',
];

export const onField = orderField({
  schema: ({ z, id, word, count, NO_CONTROLS }) => {
    const machine = z.union([count(1, 9999), word.regex(NO_CONTROLS)]);
    return z
      .object({
        failed: id.optional().describe('The order, or a step of the chain, whose generation ends FAILED.'),
        completed: id.optional().describe('The order, or chain, that is COMPLETED.'),
        emergency: machine.optional().describe('The machine that has an emergency: its number or name, or "any".'),
        lost: machine.optional().describe('The machine that others call lost: its number or name, or "any".'),
        message: z
          .object({
            to: machine
              .refine((to) => !/^(any|all)$/i.test(String(to).trim()))
              .describe('The machine that it is to: its number or name.'),
            match: word.regex(NO_CONTROLS).optional().describe('What its first line is like, with "*" for any characters.'),
          })
          .optional()
          .describe('Each message to that machine, or to all, whose first line is like this.'),
        program: word
          .refine((text) => readServiceWords(text.trim()) !== null)
          .optional()
          .describe('The local service that crashed or was given up: "builder crashed", "2/builder given up".'),
      } satisfies Record<TriggerKind, unknown>)
      .refine((on) => TRIGGER_KINDS.filter((kind) => on[kind] !== undefined).length === 1, {
        params: { expected: ONE_OF },
        when: ({ value }) => typeof value === 'object' && value !== null,
      });
  },
  expected: 'an event such as {"failed": "backup"} or {"emergency": "any"}',
  words: 'What it runs after, again and again: each such event is an order of its own.',
  docs: '`{"failed": "backup"}`, `{"completed": "build"}`, `{"emergency": "any"}`, `{"message": {"to": 2, "match": "deploy *"}}` and others: it runs each time that this happens ([below](#triggers))',
  docsDefault: 'none',
  means: (on): { on?: Trigger } => {
    const kind = TRIGGER_KINDS.find((it) => on?.[it] !== undefined);
    if (kind === undefined) return {};
    if (kind !== 'message') return { on: { kind, of: String(on?.[kind]).trim() } };
    const { to = '', match } = on?.message ?? {};
    return { on: { kind, of: String(to).trim(), ...(match === undefined ? {} : { match: plainLine(match) }) } };
  },
  not: ['chain', 'step'],
  changes: 'approval',
  named: true,
  within: WITHIN,
  inner: { message: ['to', 'match'] },
  oneOf: TRIGGER_KINDS,
  instead: 'an order of its own for "on"',
  options: [['--on <event>', 'run each time that this happens: "failed backup", "message 2 deploy *"', { completes: 'nothing' }]],
  take({ on }) {
    if (on === undefined) return undefined;
    const [kind = '', ...words] = String(on).trim().split(/\s+/);
    const known = TRIGGER_KINDS.find((it) => it === kind);
    if (known === undefined || words.length === 0)
      throw new WrongOptions(
        `expected --on with ${ON_COMMAND_LINE.join(', ')}, found ${JSON.stringify(on)}`,
        "coord order add alarm --on 'failed backup' -- ./tell-me",
      );
    if (known !== 'message') return { [known]: words.join(' ') } as Json;
    const [to = '', ...match] = words;
    return { message: { to: assignFrom(to), ...(match.length === 0 ? {} : { match: match.join(' ') }) } } as Json;
  },
});
