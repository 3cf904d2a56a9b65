// Defines `assign`, which says who does an order: how people write it in ORDERS.json, fleet.yaml, a spec or a command, and what it means.
import type { Json } from '../../core/model/ledger/intention.ts';
import type { Assign, Order } from '../../core/model/orders/order.ts';
import { orderField, WrongOptions } from './order-field.ts';

type Written = number | string | readonly (number | string)[] | { readonly tags?: readonly string[]; readonly tool?: string };
type Loose<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]: T[K] | undefined } : T;

/** A list within a text would name a machine that nobody has, and "all" within a list would be nobody. */
const ONE = 'one machine, or a list such as [2, "mac"]';
const NOT_ALL = '"all" alone, or a list without it';

export const assign = orderField({
  schema: ({ z, word, NO_CONTROLS, count }) => {
    const one = z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(NO_CONTROLS)
      .refine((text) => !text.includes(','), { params: { toBe: ONE } });
    const who = z.union([count(1, 9999), one]);
    const listed = z.union([count(1, 9999), one.refine((it) => !/^all$/i.test(it), { params: { toBe: NOT_ALL } })]);
    const need = word.regex(NO_CONTROLS);
    const described = z
      .object({ tags: z.array(need).max(50).optional(), tool: need.optional() })
      .refine(({ tags, tool }) => (tags ?? []).length > 0 || tool !== undefined);
    return z.union([...who.options, z.array(listed).min(1).max(200), described]);
  },
  expected: 'a machine\'s number or name, a list of them, "all", "any", or {"tags": […], "tool": "…"}',
  words: 'Who does it: a machine\'s number or name, "all", "any", a list in order of preference, or tags and a tool.',
  default: '"any"',
  docs: 'a number (`2`), a name (`"pc"`), `"all"`, `"any"`, a list in order of preference (`[2, "mac"]`), or `{"tags": ["gpu"], "tool": "claude"}`; `"any"` at the end of a list: then any other machine',
  docsDefault: 'by `type`, else `"any"`',
  means: (written, { type }): Pick<Order, 'route'> & { assign: Assign | null } => ({
    assign: assignOf(written),
    ...(written === undefined && type !== undefined ? { route: 'open' } : {}),
  }),
  changes: 'approval',
  within: { tags: null, tool: null },
  alsoCalled: ['machine', 'for', 'assignee'],
  task: assignFrom,
  options: [
    [
      '--for <machine>',
      'a number, a name, all, any (the default), or several in order of preference: 2,mac',
      { set: 'another machine: a number, a name, all, any, or several in order of preference' },
    ],
    ['--tags <tags>', 'for any machine that has all of these', { is: 'list' }],
    ['--tool <tool>', 'for any machine that has this tool'],
  ],
  take(options) {
    const {
      for: who,
      tags = [],
      tool,
      type,
    } = options as { for?: string; tags?: readonly string[]; tool?: string; type?: string };
    const isDescribed = tags.length > 0 || tool !== undefined;
    // Fleet.yaml's routing says where a type goes that nothing else is said of.
    if (!isDescribed) return who === undefined && type !== undefined ? undefined : assignFrom(who ?? 'any');
    if (who !== undefined && who !== 'any') throw new WrongOptions('expected --for, or --tags and --tool, found both', null);
    return { ...(tags.length === 0 ? {} : { tags }), ...(tool === undefined ? {} : { tool }) };
  },
});

/** Of a line: a number stays a number, so that the order reads as people write it; several are a list in order of preference. */
export function assignFrom(text: string): Json {
  const one = (word: string): Json => (/^[1-9][0-9]{0,3}$/.test(word) ? Number(word) : word);
  const [only, ...others] = text.split(',').map((word) => word.trim());
  return others.length === 0 ? one(only ?? '') : [only ?? '', ...others].filter((word) => word !== '').map(one);
}

/** Digits are a machine's number however they are written; names are compared ignoring case. Null = a number that no machine can have. */
export function assignOf(written: Loose<Written> | undefined): Assign | null {
  if (written === undefined) return { kind: 'any' };
  if (isList(written)) {
    const of = written.map(machineOrName);
    return of.every((it) => it !== null) ? { kind: 'list', of } : null;
  }
  if (typeof written === 'object') return { kind: 'match', tags: written.tags ?? [], tool: written.tool ?? null };
  const who = machineOrName(written);
  if (who === null) return null;
  if (typeof who === 'number') return { kind: 'machine', machine: who };
  return who === 'all' || who === 'any' ? { kind: who } : { kind: 'name', name: who };
}

function isList(written: Loose<Written>): written is readonly (number | string)[] {
  return Array.isArray(written);
}

/** Null = a number that no machine can have. */
export function machineOrName(written: number | string): number | string | null {
  if (typeof written === 'number') return written;
  const trimmed = written.trim();
  if (!/^[0-9]+$/.test(trimmed)) return trimmed.toLowerCase();
  const machine = Number(trimmed);
  return machine >= 1 && machine <= 9999 ? machine : null;
}
