// ORDERS.json as people write it: the one source of its types, its checks, its published schema (orders-json-schema.ts) and
// the words in which a wrong value is explained. Defaults are applied later (orders.ts); unknown fields are not seen here, but by name (D4).
import * as z from 'zod';
import { PRIORITIES } from '../../core/model/orders/order.ts';
import { agentFields } from '../../features/agents/documents/agent-schema.ts';
import * as workspaces from '../../features/workspaces/documents/workspace-schema.ts';
import { DURATION_PATTERN, parseDuration } from '../text/duration.ts';
import { CALL_FIELDS, callSchema } from './call-schema.ts';
import { expectations, field, line, NO_NUL, TEXT_MAX } from './order-field.ts';

/** Ids become ref names and file names: no `..`, no end in `.lock` or `.`. */
export const ORDER_ID = /^(?!.*\.\.)(?!.*\.lock$)(?!.*\.$)[a-z0-9][a-z0-9._-]{0,63}$/;
const TIMEOUT_MS = { min: 1000, max: 30 * 86_400_000 };

const word = z.string().min(1).max(200);
/** Who does it is shown in a table. */
const NO_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;
const need = word.regex(NO_CONTROLS);
const argument = z.string().max(TEXT_MAX).regex(NO_NUL);
const command = z.union([line, z.tuple([line], argument).refine((argv) => argv.length <= 1000)]);
const machine = z.number().int().min(1).max(9999);
const name = z.string().trim().min(1).max(100).regex(NO_CONTROLS);
/** A number that lost digits when it was read is refused. */
const exact = z.number().refine((it) => !Number.isInteger(it) || Number.isSafeInteger(it));
const envValue = z.union([argument, exact, z.boolean()]).transform(String);
const duration = z.union([
  z
    .number()
    .min(TIMEOUT_MS.min / 1000)
    .max(TIMEOUT_MS.max / 1000),
  z.string().regex(DURATION_PATTERN).refine(isTimeout),
]);

function isTimeout(written: string): boolean {
  const ms = parseDuration(written);
  return ms !== null && ms >= TIMEOUT_MS.min && ms <= TIMEOUT_MS.max;
}

const COMMAND = 'a command line, or a list of a program and its arguments';

interface Worker {
  readonly run?: unknown;
  readonly agent?: unknown;
  readonly prompt?: unknown;
  readonly call?: unknown;
}

/** What is no object has no fields to be judged by, and is a fault already. */
const isObject = ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value);
const ONE_WORK = [
  (entry: Worker) => [entry.run, entry.agent, entry.call].filter((work) => work !== undefined).length === 1,
  { params: { expected: 'exactly one of "run", "agent" and "call"' }, when: isObject },
] as const;
const AGENT_AND_PROMPT = [
  (entry: Worker) => (entry.agent === undefined) === (entry.prompt === undefined),
  { params: { expected: '"agent" and "prompt" together' } },
] as const;

export const orderEntrySchema = z
  .object({
    id: z
      .string()
      .regex(ORDER_ID)
      .describe('Names the order. Unique, and never used again for other work.')
      .register(expectations, {
        expected: '1 to 64 of a-z 0-9 . _ - (first a letter or digit, no "..", no end in "." or ".lock")',
      }),
    title: field(z.string().max(500), 'text', 'What the order is, for people.'),
    type: field(word, 'a word', 'The kind of work, for routing and progress.'),
    feature: field(word, 'a word', 'The feature that the work is for, for progress.'),
    spec: field(word, 'a path such as specs/login.md', 'The document that says what is wanted.'),
    assign: field(
      z.union([
        machine,
        name,
        z
          .array(z.union([machine, name]))
          .min(1)
          .max(200),
        z
          .object({ tags: z.array(need).max(50).optional(), tool: need.optional() })
          .refine(({ tags, tool }) => (tags ?? []).length > 0 || tool !== undefined),
      ]),
      'a machine\'s number or name, a list of them, "all", "any", or {"tags": […], "tool": "…"}',
      'Who does it: a machine\'s number or name, "all", "any", a list in order of preference, or tags and a tool. Default "any".',
    ),
    run: field(command, COMMAND, 'The command: a line for the shell, or a list of a program and its arguments.'),
    agent: field(word, "an AI agent's name", 'The AI agent that does it; `prompt` says what.'),
    prompt: field(line, 'text', 'What the agent is asked to do.'),
    ...agentFields,
    silence: field(duration, 'a length from "1s" to "30d"', 'An agent that says nothing for so long is ended. Default 10m.'),
    call: field(
      callSchema,
      '{"instance": "…", "path": "/…"} or {"specialty": "…", "path": "/…"}',
      'A request to a local program of the machine; `env` is for its `check` alone.',
    ),
    cwd: field(
      z.string().min(1).max(4096).regex(NO_NUL),
      "a folder's path",
      'The folder that it runs in; ~ is the home folder, which is the default.',
    ),
    env: field(
      z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), envValue),
      'an object of text values; names of A-Z a-z 0-9 _, not first a digit',
      'Environment variables for the run.',
    ),
    timeout: field(
      duration,
      'a length from "1s" to "30d" such as "90s", "2h" or "1h30m", or a number of seconds',
      'How long it may run, e.g. "90s", "2h", "1h30m"; a number is seconds. Default 1h.',
    ),
    check: field(command, COMMAND, 'A command that must pass after the run for the order to be COMPLETED.'),
    workspace: field(workspaces.workspaceSchema, workspaces.WORKSPACE_EXPECTED, workspaces.WORKSPACE_WORDS),
    expect_changes: field(z.boolean(), 'true or false', workspaces.EXPECT_CHANGES_WORDS),
    attempts: field(
      z.number().int().min(1).max(100),
      'a whole number from 1 to 100',
      'How often it is tried at most. Default 1: at most once.',
    ),
    priority: field(
      z.enum(PRIORITIES),
      `one of ${PRIORITIES.map((it) => `"${it}"`).join(', ')}`,
      'What goes first. Default normal.',
    ),
    after: field(
      z.array(z.string().regex(ORDER_ID)).max(1000),
      'a list of ids of orders',
      'Ids of the orders that must be COMPLETED before it starts.',
    ),
    schedule: field(
      z
        .string()
        .max(200)
        .regex(/^\s*\S+(?:\s+\S+){4}\s*$/),
      'five cron fields such as "0 3 * * *"',
      'When it runs again and again: minute, hour, day, month, weekday. Each time is an order of its own.',
    ),
    timezone: field(word, 'a time zone such as "Europe/Berlin"', 'The time zone of `schedule`. Default UTC.'),
    overlap: field(
      z.enum(['skip', 'queue']),
      '"skip" or "queue"',
      'What becomes of an occurrence of `schedule` that is due while an earlier one runs: left out, or it waits. Default skip.',
    ),
    approval: field(z.boolean(), 'true or false', 'true: it waits until `approved` is true.'),
    approved: field(
      z.union([z.boolean(), z.string().regex(/^[a-z0-9]{1,20}$/)]),
      'true or false, or the mark that coord approve writes',
      "A person's word that it may run: true, or the mark of the work that was approved, as coord approve writes it.",
    ),
    cancelled: field(z.boolean(), 'true or false', 'true: stop it, or never start it.'),
    generation: field(
      z.number().int().min(1).max(1_000_000),
      'a whole number from 1 to 1000000',
      'Raise it to run a finished order again. Default 1.',
    ),
    resolved: field(
      z.object({
        generation: z.number().int().min(1).max(1_000_000),
        as: z.enum(['completed', 'failed']),
        note: z
          .string()
          .max(500)
          .regex(/^[^\r\n\u0000]*$/)
          .optional(),
      }),
      '{"generation": …, "as": "completed" or "failed"}, with a "note" of one line or without',
      "A person's word for what became of a generation that was lost with its machine.",
    ),
    wake: field(
      z.boolean(),
      'true or false',
      'true: where the machine that is to do it is asleep, another one in its network wakes it, if its owner allows that.',
    ),
    joiners: field(z.boolean(), 'true or false', 'For "all": machines that join later run it too.'),
  })
  .refine(...ONE_WORK)
  .refine(...AGENT_AND_PROMPT);

export type OrderEntry = z.output<typeof orderEntrySchema>;

const {
  id: orderId,
  run,
  agent,
  prompt,
  resume,
  call,
  schedule,
  timezone,
  overlap,
  resolved,
  ...common
} = orderEntrySchema.shape;

/** One step of a chain: an order of its own, `<chain>.<id>`, with what it does not say taken from the chain (steps.ts). */
export const stepSchema = z
  .object({
    id: field(
      z.string().regex(ORDER_ID),
      '1 to 64 of a-z 0-9 . _ - (first a letter or digit, no "..", no end in "." or ".lock")',
      "Names the step within its chain; the order's id is <chain>.<step>. Default: its number, from 1.",
    ),
    ...{ run, agent, prompt, resume, call, resolved },
    ...common,
  })
  .refine(...ONE_WORK)
  .refine(...AGENT_AND_PROMPT);

export type StepEntry = z.output<typeof stepSchema>;

const steps = z
  .array(stepSchema)
  .min(1)
  .max(100)
  .describe('Orders that come one after the other, each with the outputs of those before it; in place of "run".');
expectations.add(steps, { expected: 'a list of 1 to 100 steps: [{ "run": … }, …]' });

/** Known, and a fault in a step. */
export const NOT_WITHIN_STEPS = ['steps', 'schedule', 'timezone', 'overlap'];

/** An entry with `steps`. */
export const chainSchema = z.object({ id: orderId, ...common, steps });

export type ChainEntry = z.output<typeof chainSchema>;

/** What an entry of either kind may say. */
const listedSchema = z.object({ ...orderEntrySchema.shape, steps: steps.optional() });

export const ordersFileSchema = z.object({
  $schema: z.string().optional().describe('Where this schema lies, for editors.'),
  version: z.literal(1).optional().describe('The version of this format.').register(expectations, { expected: '1' }),
  orders: z
    .array(listedSchema)
    .max(10_000)
    .describe('The work that people put in.')
    .register(expectations, { expected: 'a list: [ … ]' }),
});

/** The fields that this version knows; with any other, an order is not started (D4). */
export const ORDER_FIELDS: ReadonlySet<string> = new Set(Object.keys(listedSchema.shape));
export const STEP_FIELDS: ReadonlySet<string> = new Set([...Object.keys(stepSchema.shape), ...NOT_WITHIN_STEPS]);
export const FILE_FIELDS: ReadonlySet<string> = new Set(Object.keys(ordersFileSchema.shape));
/** And in the objects that these of them hold. */
export const FIELDS_WITHIN: Readonly<Record<string, ReadonlySet<string>>> = {
  assign: new Set(['tags', 'tool']),
  call: CALL_FIELDS,
  workspace: new Set(Object.keys(workspaces.workspaceSchema.shape)),
  resolved: new Set(['generation', 'as', 'note']),
};
