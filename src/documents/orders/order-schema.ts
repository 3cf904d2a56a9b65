// Puts the checks of order-fields.ts together for an order, a step and a chain of ORDERS.json; orders-json-schema.ts makes the published
// schema of them. order-entry.ts applies defaults; unknown fields are found by name (D4).
import * as z from 'zod';
import { isRecord } from '../json/is-record.ts';
import type { OrderField, Place } from './order-field.ts';
import { FIELDS, fieldsThat, type ORDER_FIELDS, WORKS } from './order-fields.ts';
import { values } from './order-values.ts';
import { templateFields } from './template-fields.ts';

type Fields = typeof ORDER_FIELDS;
type Checked = { [Name in keyof Fields]?: z.output<ReturnType<Fields[Name]['schema']>> | undefined };

/** An order that is no chain, as it is written. */
export type OrderEntry = Omit<Checked, 'id' | 'steps'> & { readonly id: string };
export type StepEntry = Omit<Checked, 'steps'>;
export type ChainEntry = OrderEntry & { readonly steps: readonly StepEntry[] };
/** With a template: what it says of the whole, and of single steps. */
export type UseEntry = Omit<OrderEntry, 'said'> & { readonly said?: readonly (StepEntry & { readonly id: string })[] };

/** Made once: an order, a step and a chain share it. */
const CHECKS = new Map(
  Object.entries(FIELDS)
    .filter(([name]) => name !== 'id' && name !== 'steps' && name !== 'said')
    .map(([name, field]) => [name, field.schema(values, z.never()).optional().describe(described(field))]),
);

function described({ words, default: usual }: OrderField): string {
  return usual === undefined ? words : `${words} Default ${usual}.`;
}

function checkOf(name: string, field: OrderField, place: Place, step: z.ZodType): z.ZodType {
  const shared = CHECKS.get(name);
  if (shared !== undefined) return shared;
  const own = field.schema(values, step);
  if (place !== 'step') return own.describe(described(field));
  const ofStep = "Names the step within its chain; the order's id is <chain>.<step>. Default: its number, from 1.";
  return own.optional().describe(ofStep);
}

function shapeOf(place: Place, step: z.ZodType = z.never()): Record<string, z.ZodType> {
  const here = Object.entries(FIELDS).filter(([, { not }]) => !not?.includes(place));
  return Object.fromEntries(here.map(([name, field]) => [name, checkOf(name, field, place, step)]));
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`);

/** Exactly one kind of work, and that with all its fields. */
function withOneWork(shape: Record<string, z.ZodType>): z.ZodType {
  const has = (entry: Readonly<Record<string, unknown>>, name: string) => entry[name] !== undefined;
  const kinds = quoted(WORKS.map(([first]) => first));
  const oneOf = `exactly one of ${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`;
  let schema: z.ZodObject = z.object(shape).refine((entry) => WORKS.filter(([first]) => has(entry, first)).length === 1, {
    params: { expected: oneOf },
    // What is no object has no fields to be judged by, and is a fault already.
    when: ({ value }) => isRecord(value),
  });
  for (const names of WORKS.filter(({ length }) => length > 1))
    schema = schema.refine((entry) => new Set(names.map((name) => has(entry, name))).size === 1, {
      params: { expected: `${quoted(names).join(' and ')} together` },
    });
  return schema;
}

const orderShape = shapeOf('order');
export const stepSchema = withOneWork(shapeOf('step'));
const chainShape = shapeOf('chain', stepSchema);
const SAID = fieldsThat(({ ofSteps }) => ofSteps === true);
const saidShape = { id: orderShape.id ?? z.never(), ...Object.fromEntries([...CHECKS].filter(([name]) => SAID.includes(name))) };
const templateShape = Object.fromEntries(
  Object.entries(templateFields).map(([name, field]) => [name, checkOf(name, field, 'use', z.object(saidShape)).optional()]),
);
const { steps: _steps, ...wholeShape } = chainShape;

export const orderEntrySchema = withOneWork(orderShape) as z.ZodType<OrderEntry>;
/** An entry with `steps`. One step is an order of its own, `<chain>.<id>`, with what it does not say taken from the chain (steps.ts). */
export const chainSchema = z.object(chainShape) as unknown as z.ZodType<ChainEntry>;
/** An entry that takes a template (O20). */
export const useSchema = z.object({ ...wholeShape, ...templateShape }) as unknown as z.ZodType<UseEntry>;

export const FILE_EXPECTS: Readonly<Record<string, string>> = { version: '1', orders: 'a list: [ … ]' };

export const ordersFileSchema = z.object({
  $schema: z.string().optional().describe('Where this schema lies, for editors.'),
  version: z.literal(1).optional().describe('The version of this format.'),
  orders: z
    .array(z.object({ ...orderShape, steps: (chainShape.steps ?? z.never()).optional(), ...templateShape }))
    .max(10_000)
    .describe('The work that people put in.'),
});

/** Known, and a fault beside steps, or in one. */
export const NOT_BESIDE_STEPS = fieldsThat(({ not }) => not?.includes('chain') === true);
export const NOT_WITHIN_STEPS = fieldsThat(({ not }) => not?.includes('step') === true);
export const NOT_BESIDE_USE = NOT_BESIDE_STEPS.filter((name) => !(name in templateFields));
export const NOT_WITHIN_SAID = Object.keys(FIELDS).filter((name) => name !== 'id' && !SAID.includes(name));
/** Known, and a fault where there is no template. */
export const OF_TEMPLATES = Object.keys(templateFields).filter((name) => name !== 'use');

/** The fields that this version knows; with any other, an order is not started (D4). */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(FIELDS));
export const FILE_FIELDS: ReadonlySet<string> = new Set(Object.keys(ordersFileSchema.shape));
