// Lists the fields of an order that takes a template of fleet.yaml (O20). A part of the list in order-fields.ts.
import type { Json } from '../../core/model/ledger/intention.ts';
import { orderField, WrongOptions } from './order-field.ts';

/** UTF-16 units of one value. */
const VALUE_MAX = 16_384;
export const VALUE = `a text of ${VALUE_MAX} characters at most, a number, true or false`;

export function isGivenValue(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= VALUE_MAX && !value.includes('\u0000');
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

const NOT_OF_PLAIN = ['order', 'chain', 'step'] as const;

export const templateFields = {
  use: orderField({
    schema: ({ word }) => word,
    expected: 'the name of a template in fleet.yaml',
    words: 'In place of "run": the template of fleet.yaml whose steps it takes.',
    docs: 'in place of `run`: the template of fleet.yaml whose steps it takes ([below](#templates))',
    docsDefault: 'by `type`',
    not: NOT_OF_PLAIN,
    instead: 'an order of its own for "use"',
    options: [['--use <template>', 'a template of fleet.yaml, in place of a command']],
  }),
  with: orderField({
    schema: ({ z }) => z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).refine(isGivenValue)),
    expected: `values by the names of the template's parameters: {"name": "login page"}, each ${VALUE}`,
    words: "What the template's parameters are for this order.",
    docs: 'with a template: what its parameters are, `{"name": "login page"}`',
    docsDefault: "the template's",
    not: NOT_OF_PLAIN,
    instead: 'an order of its own for "use"',
    options: [
      ['--with <name=value>', 'a parameter of the template; may be given again', { is: 'repeated', completes: 'nothing' }],
    ],
    take({ with: given = [], use, type }): Json | undefined {
      const values = (given as readonly string[]).map((text): [string, string] => {
        const at = text.indexOf('=');
        if (at < 1) throw new WrongOptions(`expected --with name=value, found ${text}`);
        return [text.slice(0, at), text.slice(at + 1)];
      });
      if (values.length > 0 && use === undefined && type === undefined)
        throw new WrongOptions('--with needs --use or --type: found neither');
      return values.length === 0 ? undefined : Object.fromEntries(values);
    },
  }),
  said: orderField({
    schema: ({ z }, step) => z.array(step).max(100),
    expected: 'what people say of single steps: [{ "id": "review", "approved": true }]',
    words: 'With a template: what people say of single steps of it, by their ids, such as {"id": "review", "approved": true}.',
    docsDefault: 'none',
    not: NOT_OF_PLAIN,
    instead: 'an order of its own for "use"',
  }),
};
