// Lists the fields that say when an order starts, and what people say of it later. A part of the list in order-fields.ts.
import type { Order } from '../../core/model/orders/order.ts';
import { orderField, WrongOptions } from './order-field.ts';

const YES_OR_NO = 'true or false';

export const startFields = {
  after: orderField({
    schema: ({ z, id }) => z.array(id).max(1000),
    expected: 'a list of ids of orders',
    words: 'Ids of the orders that must be COMPLETED before it starts.',
    docsDefault: 'none',
    means: (after: readonly string[] = []) => ({ after }),
    changes: 'approval',
    named: true,
    alsoCalled: ['depends', 'dependson', 'dependencies', 'requires', 'needs'],
    task: 'list',
    options: [['--after <ids>', 'orders that must be COMPLETED first: build,test', { is: 'list', completes: 'orders' }]],
  }),
  schedule: orderField({
    schema: ({ z }) =>
      z
        .string()
        .max(200)
        .regex(/^\s*\S+(?:\s+\S+){4}\s*$/),
    expected: 'five cron fields such as "0 3 * * *"',
    words: 'When it runs again and again: minute, hour, day, month, weekday. Each time is an order of its own.',
    docs: '`"0 3 * * *"`: when it runs again and again ([below](#schedules))',
    docsDefault: 'once',
    not: ['chain', 'step'],
    changes: 'approval',
    alsoCalled: ['cron'],
    instead: 'an order of its own for "schedule"',
    options: [['--schedule <line>', 'run repeatedly: minute, hour, day, month, weekday, such as "0 3 * * *"']],
    take({ schedule, timezone, overlap }) {
      if (schedule !== undefined) return String(schedule);
      if (timezone === undefined && overlap === undefined) return undefined;
      throw new WrongOptions('--timezone and --overlap need --schedule: found none');
    },
  }),
  timezone: orderField({
    schema: ({ word }) => word,
    expected: 'a time zone such as "Europe/Berlin"',
    words: 'The time zone of `schedule`.',
    default: 'UTC',
    docs: 'of `schedule`, such as `"Europe/Berlin"`',
    not: ['chain', 'step'],
    changes: 'approval',
    options: [['--timezone <zone>', 'time zone of the schedule, such as Europe/Berlin (default: UTC)']],
  }),
  overlap: orderField({
    schema: ({ z }) => z.enum(['skip', 'queue']),
    expected: '"skip" or "queue"',
    words: 'What becomes of an occurrence of `schedule` that is due while an earlier one runs: left out, or it waits.',
    default: 'skip',
    docs: 'while an earlier one runs, the next is left out (`"skip"`) or waits (`"queue"`)',
    not: ['chain', 'step'],
    changes: 'approval',
    options: [
      ['--overlap <what>', 'if an earlier run has not ended: leave this one out, or wait', { choices: ['skip', 'queue'] }],
    ],
  }),
  approval: orderField({
    schema: ({ z }) => z.boolean(),
    expected: YES_OR_NO,
    words: 'true: it waits until `approved` is true.',
    docs: '`true`: it waits until a person says `coord approve`, or sets `approved: true`',
    docsDefault: 'false',
    means: (approval = false) => ({ approval }),
    task: 'flag',
    options: [['--approval', 'wait for approval: coord approve <id>']],
  }),
  approved: orderField({
    ofSteps: true,
    // A mark is longer than the words that people may write for true.
    schema: ({ z }) => z.union([z.boolean(), z.string().regex(/^[a-z0-9]{9,20}$/)]),
    expected: 'true or false, or the mark that coord approve writes',
    words: "A person's word that it may run: true, or the mark of the work that was approved, as coord approve writes it.",
    docsDefault: 'false',
  }),
  cancelled: orderField({
    ofSteps: true,
    schema: ({ z }) => z.boolean(),
    expected: YES_OR_NO,
    words: 'true: stop it, or never start it.',
    docsDefault: 'false',
    means: (cancelled = false) => ({ cancelled }),
  }),
  generation: orderField({
    ofSteps: true,
    schema: ({ count }) => count(1, 1_000_000),
    expected: 'a whole number from 1 to 1000000',
    words: 'Raise it to run a finished order again.',
    default: '1',
    means: (generation = 1) => ({ generation }),
  }),
  resolved: orderField({
    ofSteps: true,
    schema: ({ z, count }) =>
      z.object({
        generation: count(1, 1_000_000),
        as: z.enum(['completed', 'failed']),
        note: z
          .string()
          .max(500)
          .regex(/^[^\r\n\u0000]*$/)
          .optional(),
      }),
    expected: '{"generation": …, "as": "completed" or "failed"}, with a "note" of one line or without',
    words: "A person's word for what became of a generation that was lost with its machine.",
    docs: 'a person\'s word for how a lost run ended: `{"generation": 1, "as": "completed", "note": "…"}`',
    means(said): Pick<Order, 'resolved'> {
      if (said === undefined) return { resolved: null };
      const { generation, as, note = null } = said;
      return { resolved: { generation, as: as === 'completed' ? 'COMPLETED' : 'FAILED', note } };
    },
    not: ['chain'],
    within: { generation: null, as: null, note: null },
  }),
  wake: orderField({
    ofSteps: true,
    schema: ({ z }) => z.boolean(),
    expected: YES_OR_NO,
    words: 'true: where the machine that is to do it is asleep, another one in its network wakes it, if its owner allows that.',
    docs: '`true`: if its machine sleeps, one in its network wakes it ([machines.md](machines.md#wake))',
    docsDefault: 'false',
    means: (wake): Pick<Order, 'wake'> => (wake === true ? { wake } : {}),
    task: 'flag',
    options: [['--wake', 'wake the machine if it sleeps and its owner allows it']],
  }),
};
