// Lists the fields of an order: the check and the words of each, what it means, where it may stand, and how specs, plans and `coord order`
// take it. A new field needs an entry here and the code that decides by it. Loads no package.
import { PRIORITIES } from '../../core/model/orders/order.ts';
import { KIND_FIELDS, MORE_FIELDS } from '../../features/order-fields.ts';
import { parseDuration } from '../text/duration.ts';
import { assign, assignFrom } from './assign-field.ts';
import { callField } from './call-field.ts';
import { onField } from './on-field.ts';
import { commandOf, type OrderField, orderField, type Written, WrongOptions } from './order-field.ts';
import { startFields } from './start-fields.ts';
import { templateFields } from './template-fields.ts';

const ID = '1 to 64 of a-z 0-9 . _ - (first a letter or digit, no "..", no end in "." or ".lock")';
const YES_OR_NO = 'true or false';
const COMMAND = {
  expected: 'a command line, or a list of a program and its arguments',
  changes: 'work',
  task: 'text',
  tooLong: '; put it into a file there, and run that, such as: sh ~/build.sh',
} as const;
const TIMEOUT_DEFAULT_MS = 3_600_000;

export const ORDER_FIELDS = {
  id: orderField({
    schema: ({ id }) => id,
    expected: ID,
    words: 'Names the order. Unique, and never used again for other work.',
    docs: 'small letters, digits, `.`, `_`, `-`, 64 at most; never used again for other work',
    docsDefault: 'required',
  }),
  title: orderField({
    ofSteps: true,
    schema: ({ z }) => z.string().max(500),
    expected: 'text of at most 500 characters',
    words: 'What the order is, for people.',
    docs: 'what the order is, for people: 500 characters at most',
    means: (title) => ({ title: title ?? null }),
    forPeople: true,
    alsoCalled: ['description'],
    options: [['--title <text>', 'for people', { set: true }]],
  }),
  type: orderField({
    schema: ({ word }) => word,
    expected: 'a word',
    words: 'The kind of work, for routing and progress.',
    docs: 'the kind of work; without `assign`, `routing` in fleet.yaml says where it goes',
    means: (type) => ({ type: type ?? null }),
    changes: 'approval',
    task: 'text',
    options: [
      ['--type <type>', 'the kind of work; without --for, --tags and --tool, routing in fleet.yaml decides where it runs'],
    ],
  }),
  feature: orderField({
    schema: ({ word }) => word,
    expected: 'a word',
    words: 'The feature that the work is for, for progress.',
    docs: 'the feature that the work is for; it counts in the progress of MVPs ([plans.md](plans.md))',
    means: (feature) => ({ feature: feature ?? null }),
    forPeople: true,
    task: 'text',
  }),
  spec: orderField({
    schema: ({ word }) => word,
    expected: 'a path such as specs/login.md',
    words: 'The document that says what is wanted.',
    docs: 'the document that says what is wanted; [plans.md](plans.md) makes orders out of one',
    means: (spec) => ({ spec: spec ?? null }),
    changes: 'approval',
    options: [['--spec <path>', 'the document that says what is wanted, such as specs/login.md']],
  }),
  assign,
  run: orderField({
    ...COMMAND,
    schema: ({ command }) => command,
    words: 'The command: a line for the shell, or a list of a program and its arguments.',
    docs: 'a shell line (`"npm test"`, run by `sh -c`), or a list of arguments (`["echo", "two words"]`, run as it stands)',
    docsDefault: 'required, or `call`, `agent`, `steps` or `use`',
    not: ['chain'],
    work: 'shell',
    reads: ({ run }) => ({ kind: 'shell', command: commandOf(run as Written) }),
    alsoCalled: ['command', 'cmd', 'script'],
  }),
  ...KIND_FIELDS,
  call: callField,
  cwd: orderField({
    schema: ({ z, NO_NUL }) => z.string().min(1).max(4096).regex(NO_NUL),
    expected: "a folder's path",
    words: 'The folder that it runs in; ~ is the home folder, which is the default. A relative one lies below it.',
    docs: "where it runs: `/path`, `~/path`, or a path from the home folder (with `workspace`, from the repo); the machine's policy must allow the folder",
    docsDefault: 'the home folder',
    means: (cwd) => ({ cwd: cwd ?? null }),
    changes: 'work',
    task: 'text',
    options: [['--cwd <folder>', 'where it runs (default: the home folder)']],
  }),
  env: orderField({
    schema: ({ z, argument }) =>
      z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.union([argument, z.number(), z.boolean()]).transform(String)),
    expected: 'an object of text values; names of A-Z a-z 0-9 _, not first a digit',
    words: 'Environment variables for the run. A number is the text that is typed.',
    means: (env): { env: Readonly<Record<string, string>> } => ({ env: Object.assign(Object.create(null), env) }),
    changes: 'work',
    task: 'brackets',
    options: [['--env <NAME=value>', 'a variable; may be given again', { is: 'repeated' }]],
    take({ env = [] }) {
      const variables = (env as readonly string[]).map((text): [string, string] => {
        const at = text.indexOf('=');
        if (at < 1) throw new WrongOptions(`expected --env NAME=value, found ${text}`);
        return [text.slice(0, at), text.slice(at + 1)];
      });
      return variables.length === 0 ? undefined : Object.fromEntries(variables);
    },
  }),
  timeout: orderField({
    ofSteps: true,
    schema: ({ duration }) => duration,
    expected: 'a length from "1s" to "30d" such as "90s", "2h" or "1h30m", or a number of seconds',
    words: 'How long it may run, e.g. "90s", "2h", "1h30m"; a number is seconds.',
    default: '1h',
    docs: '`"90s"`, `"2h"`, `"1h30m"`, or seconds; command and check together',
    means: (length) => ({ timeoutMs: (length === undefined ? null : parseDuration(length)) ?? TIMEOUT_DEFAULT_MS }),
    changes: 'approval',
    task: 'number',
    options: [
      [
        '--timeout <duration>',
        'such as 90s or 2h (default: 1h)',
        { set: 'such as 90s or 2h; counts for runs that start after it', isNumber: true },
      ],
    ],
  }),
  check: orderField({
    ...COMMAND,
    schema: ({ command }) => command,
    words: 'A command that must pass after the run for the order to be COMPLETED.',
    docs: 'a command that must pass after `run` exited 0, or the order FAILED',
    means: (check) => ({ check: check === undefined ? null : commandOf(check) }),
    options: [['--check <command>', 'a command that must pass for COMPLETED', { completes: 'nothing' }]],
  }),
  ...MORE_FIELDS,
  attempts: orderField({
    ofSteps: true,
    schema: ({ count }) => count(1, 100),
    expected: 'a whole number from 1 to 100',
    words: 'How often it is tried at most.',
    default: '1: at most once',
    docs: 'tries in all, after a failure or the loss of the machine; 1 = at most once, whatever happens',
    docsDefault: '1',
    means: (attempts = 1) => ({ attempts }),
    changes: 'approval',
    alsoCalled: ['retries'],
    task: 'number',
    options: [['--attempts <count>', 'how often it is tried at most', { is: [1, 100], set: true }]],
  }),
  priority: orderField({
    ofSteps: true,
    schema: ({ z }) => z.enum(PRIORITIES),
    expected: `one of ${PRIORITIES.map((it) => `"${it}"`).join(', ')}`,
    words: 'What goes first.',
    default: 'normal',
    docs: '`low`, `normal`, `high`, `urgent`: what starts first when slots are short',
    means: (priority = 'normal') => ({ priority }),
    task: 'text',
    options: [['--priority <level>', 'a higher one starts first', { choices: PRIORITIES, set: true }]],
  }),
  ...startFields,
  on: onField,
  joiners: orderField({
    schema: ({ z }) => z.boolean(),
    expected: YES_OR_NO,
    words: 'For "all": machines that join later run it too.',
    docsDefault: 'false',
    means: (joiners = false) => ({ joiners }),
    changes: 'approval',
    task: 'flag',
  }),
  steps: orderField({
    schema: ({ z }, step) => z.array(step).min(1).max(100),
    expected: 'a list of 1 to 100 steps: [{ "run": … }, …]',
    words: 'Orders that come one after the other, each with the outputs of those before it; in place of "run".',
    docs: 'in place of `run`: orders one after the other ([below](#chains))',
    not: ['order', 'step'],
    instead: 'a task for each of the "steps"',
    options: [
      ['--step <line>', 'a step of a chain, in place of a command: "3: echo hi"; may be given again', { is: 'repeated' }],
    ],
    take({ step = [] }) {
      const steps = (step as readonly string[]).map((text, at) => {
        const [, who, run] = /^([^:\s]+):\s*(\S.*)$/s.exec(text) ?? [];
        if (who === undefined || run === undefined) throw new WrongOptions(`expected --step "machine: command", found ${text}`);
        // With its number as an id, it keeps it when another one is put in.
        return { id: String(at + 1), assign: assignFrom(who), run };
      });
      return steps.length === 0 ? undefined : steps;
    },
  }),
  ...templateFields,
};

/** The same, where any of them is asked for. */
export const FIELDS: Readonly<Record<string, OrderField>> = ORDER_FIELDS;

/** Names, in the order of the list. */
export function fieldsThat(is: (field: OrderField) => boolean): readonly string[] {
  return Object.keys(FIELDS).filter((name) => is(FIELDS[name] as OrderField));
}

/** The fields that say what is done, and those of each kind of work: the first one tells the kind. */
export const WORK_FIELDS = fieldsThat(({ work }) => work !== undefined);
export const WORKS: readonly (readonly [string, ...string[]])[] = WORK_FIELDS.flatMap((first, at) => {
  const names = WORK_FIELDS.filter((name) => FIELDS[name]?.work === FIELDS[first]?.work);
  return WORK_FIELDS.indexOf(names[0] ?? '') === at ? [[first, ...names.slice(1)] as const] : [];
});
