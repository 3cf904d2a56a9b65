// Defines `on` of an order (O19): the events that it waits for.
import { plainLine } from '../../core/base/plain-line.ts';
import type { Json } from '../../core/model/ledger/intention.ts';
import { readServiceWords, TRIGGER_KINDS, type Trigger, type TriggerKind } from '../../core/model/orders/trigger.ts';
import { assignFrom, machineOrName } from './assign-field.ts';
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
    const machine = z.union([count(1, 9999), word.regex(NO_CONTROLS).refine((text) => machineIn(text) !== null)]);
    return z
      .object({
        failed: id.optional().describe('The order, or a step of the chain, whose generation ends FAILED.'),
        completed: id.optional().describe('The order, or chain, that is COMPLETED.'),
        emergency: machine.optional().describe('The machine that has an emergency: its number or name, or "any".'),
        lost: machine.optional().describe('The machine that others call lost: its number or name, or "any".'),
        message: z
          .object({
            to: machine.refine((to) => machineIn(to) !== 'any').describe('The machine that it is to: its number or name.'),
            match: word.regex(NO_CONTROLS).optional().describe('What its first line is like, with "*" for any characters.'),
          })
          .optional()
          .describe('Each message to that machine, or to all, whose first line is like this.'),
        program: word
          .regex(NO_CONTROLS)
          .refine((text) => programIn(text) !== null)
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
    const { failed, completed, emergency, lost, message, program = '' } = on ?? {};
    const machine = emergency ?? lost ?? message?.to;
    const of = failed ?? completed ?? (machine === undefined ? programIn(program) : machineIn(machine));
    return { on: { kind, of: of ?? '', ...(message?.match === undefined ? {} : { match: plainLine(message.match) }) } };
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

/**
 * The number or name of one machine, or `any`, read as in `assign` (O1). A name keeps its case: what is known of a trigger goes by these words (O19.5).
 * Null = it can be none.
 */
function machineIn(written: number | string): string | null {
  const who = machineOrName(written);
  if (typeof who === 'number' || who === 'any') return String(who);
  return who === null || who === '' || who === 'all' || who.includes(',') ? null : String(written).trim();
}

/** `2/builder crashed`, with its machine read so; null = it is none. */
function programIn(written: string): string | null {
  const text = written.trim();
  const asked = readServiceWords(text);
  const machine = asked === null ? null : machineIn(asked.machine);
  return machine === null ? null : text.replace(/^[^/]*(?=\/)/, () => machine);
}
