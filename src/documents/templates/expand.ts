// Makes orders of the entries that take a template of fleet.yaml (O20): a chain, as if its steps stood in ORDERS.json. A pure function of ORDERS.json, the
// templates, and which version of them each order has begun with, so that all machines make the same.

import { hash } from '../../core/base/hash.ts';
import type { Chain, Order, RefusedOrder } from '../../core/model/orders/order.ts';
import type { Template, TemplateSources, Templates } from '../../core/model/orders/template.ts';
import { type Fault, faultSentence } from '../../core/model/status/fault.ts';
import { unknownField } from '../json/unknown-field.ts';
import { ordersFault, withUnknownFields } from '../orders/order-faults.ts';
import { FIELDS } from '../orders/order-fields.ts';
import { type ChainEntry, chainSchema } from '../orders/order-schema.ts';
import { chainFrom } from '../orders/steps.ts';
import { tooLong } from '../orders/too-long.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';
import { type Choice, choose, stepNames } from './choose-template.ts';
import { filledStep, TooLong } from './placeholders.ts';
import type { WrittenOrders, WrittenUse } from './uses.ts';

export interface Expanded {
  readonly orders: WrittenOrders;
  readonly faults: readonly Fault[];
  /** Digests of versions that orders have begun with, and that nobody has found yet. */
  readonly wanted: readonly string[];
}

/** UTF-16 units: of the values of one order, of the texts that it fills, and of those of all orders. */
const LIMITS = { values: 65_536, filled: 262_144, all: 4_194_304 };
const OVER = `at most ${DOCUMENT_LIMITS.entriesMax} orders with the steps of all chains and templates`;

const expanded = new WeakMap<
  WrittenOrders,
  { readonly key: string; readonly templates: Templates; readonly outcome: Expanded }
>();

/** The templates of now alone: of orders that nobody has begun. */
export function freshSources(templates: Templates): TemplateSources {
  return { templates, earlier: new Map(), begun: () => [] };
}

/** The same input gives the same object (C1). */
export function expandUses(document: WrittenOrders, sources: TemplateSources): Expanded {
  const { uses = [] } = document;
  if (uses.length === 0) return { orders: document, faults: [], wanted: [] };
  const chosen = uses.map((use) => ({ use, choice: choose(use, sources) }));
  const key = chosen
    .map(({ choice }) => ('digest' in choice ? `${choice.digest}${choice.former ?? ''}${choice.name}` : JSON.stringify(choice)))
    .join('\n');
  const before = expanded.get(document);
  if (before?.key === key && before.templates === sources.templates) return before.outcome;
  const outcome = expandAll(document, chosen);
  expanded.set(document, { key, templates: sources.templates, outcome });
  return outcome;
}

interface Chosen {
  readonly use: WrittenUse;
  readonly choice: Choice;
}

interface Made {
  readonly orders: readonly Order[];
  readonly chain: Chain | null;
  readonly reason: string | null;
  readonly faults: readonly Fault[];
}

function expandAll(document: WrittenOrders, chosen: readonly Chosen[]): Expanded {
  const { uses: _uses, ...others } = document;
  const over = usesOver(document, chosen);
  const taken = new Set([...document.orders, ...(document.chains ?? []), ...document.refused].map(({ id }) => id));
  const faults: Fault[] = [];
  const refused: RefusedOrder[] = [...document.refused];
  const chains: Chain[] = [...(document.chains ?? [])];
  const places: { at: number; orders: readonly Order[] }[] = [];
  let left = LIMITS.all;
  for (const one of chosen) {
    const { use } = one;
    const { orders, chain, reason, filled, ...more } = over.has(use)
      ? { ...refusal([wrongAt(use, use.places.whole, OVER, 'more')]), filled: 0 }
      : made(one, taken, left);
    left -= filled;
    for (const { id } of orders) taken.add(id);
    faults.push(...more.faults);
    if (chain !== null) chains.push(chain);
    if (reason !== null) refused.push({ id: use.id, reason });
    places.push({ at: use.at, orders });
  }
  const orders = spliced(document.orders, places);
  const wanted = chosen.flatMap(({ choice }) => ('wanted' in choice && choice.wanted !== undefined ? [choice.wanted] : []));
  const value = { ...others, orders, refused, ...(chains.length === 0 ? {} : { chains }) };
  return { orders: value, faults, wanted: [...new Set(wanted)] };
}

/** D8: what there is no room for: short ones have it before long ones. */
function usesOver(document: WrittenOrders, chosen: readonly Chosen[]): ReadonlySet<WrittenUse> {
  const sized = chosen.map(({ use, choice }) => ({ use, steps: 'digest' in choice ? choice.steps.length : 1 }));
  let left = DOCUMENT_LIMITS.entriesMax - document.orders.length - document.refused.length;
  const over = new Set<WrittenUse>();
  for (const { use, steps } of sized.sort((a, b) => a.steps - b.steps)) {
    if (steps > left) over.add(use);
    else left -= steps;
  }
  return over;
}

function spliced(
  orders: readonly Order[],
  places: readonly { readonly at: number; readonly orders: readonly Order[] }[],
): readonly Order[] {
  const all: Order[] = [];
  let next = 0;
  for (const place of places) {
    for (; next < place.at; next += 1) all.push(...orders.slice(next, next + 1));
    all.push(...place.orders);
  }
  return [...all, ...orders.slice(next)];
}

function made({ use, choice }: Chosen, taken: ReadonlySet<string | null>, left: number): Made & { readonly filled: number } {
  if ('fault' in choice)
    return { ...refusal([wrongAt(use, use.places.use, choice.fault.expected, choice.fault.found)]), filled: 0 };
  // What is wrong in fleet.yaml is a fault there.
  if ('reason' in choice) return { ...refusal([]), reason: choice.reason, filled: 0 };
  const values = valuesFor(use, choice);
  if (Array.isArray(values)) return { ...refusal(values), filled: 0 };
  const filled = filledSteps(use, choice, values as Values, Math.min(left, LIMITS.filled));
  if ('faults' in filled) return { ...refusal(filled.faults), filled: 0 };
  const outcome = chainOf(use, choice, filled.steps, values as Values, taken);
  return { ...outcome, filled: filled.length };
}

type Values = Readonly<Record<string, string>>;

/** Or what is wrong with them. */
function valuesFor({ entry, places, ...use }: WrittenUse, { name, parameters }: Template): Values | Fault[] {
  const given = (entry.with ?? {}) as Readonly<Record<string, string | number | boolean>>;
  const known = new Set(Object.keys(parameters));
  const faults = Object.keys(given).flatMap((key): Fault[] => {
    if (known.has(key)) return [];
    const unknown = unknownField(key, known) ?? { field: key, meant: null };
    return [{ ...wrongAt(use, places.with[key] ?? places.whole, `a parameter of the template "${name}"`, `"${key}"`), unknown }];
  });
  const values: Record<string, string> = Object.create(null);
  for (const [key, usual] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, key) ? String(given[key]) : usual;
    if (value !== null) values[key] = value;
    else faults.push(wrongAt(use, places.whole, `"with" to give "${key}" to the template "${name}"`, 'nothing'));
  }
  const length = Object.values(values).reduce((sum, value) => sum + value.length, 0);
  if (length > LIMITS.values)
    faults.push(wrongAt(use, places.whole, `${LIMITS.values} characters in "with" at most`, `${length}`));
  return faults.length > 0 ? faults : values;
}

function filledSteps(
  use: WrittenUse,
  template: Template,
  values: Values,
  lengthMax: number,
): { readonly steps: ChainEntry['steps']; readonly length: number } | { readonly faults: readonly Fault[] } {
  let length = 0;
  const steps: unknown[] = [];
  try {
    for (const step of template.steps) {
      const filled = filledStep(step, values, lengthMax - length);
      length += filled.length;
      steps.push(filled.step);
    }
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    const expected = `the steps of the template "${template.name}" to be ${LIMITS.filled} characters long at most with what is filled in, and ${LIMITS.all} those of all orders`;
    return { faults: [wrongAt(use, use.places.whole, expected, 'more')] };
  }
  return { steps: steps as ChainEntry['steps'], length };
}

function chainOf(
  use: WrittenUse,
  template: Template,
  steps: ChainEntry['steps'],
  values: Values,
  taken: ReadonlySet<string | null>,
): Made {
  const { use: _use, with: _with, said = [], ...entry } = use.entry;
  const names = stepNames(template);
  const unknown = said.flatMap(({ id }, at): Fault[] =>
    names.includes(id)
      ? []
      : [
          wrongAt(
            use,
            use.places.said[at] ?? use.places.whole,
            `a step of the template "${template.name}": ${names.join(', ')}`,
            `"${id}"`,
          ),
        ],
  );
  if (unknown.length > 0) return refusal(unknown);
  const whole = {
    ...entry,
    steps: steps.map((step, at) => ({ ...step, ...said.find(({ id }) => id === names[at]), id: names[at] })),
  };
  const checked = chainSchema.safeParse(whole);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const [, at, field] = issue?.path ?? [];
    const value = issue?.path.reduce<unknown>((of, key) => Object(of)[key], whole);
    const long = issue === undefined ? null : tooLong(issue, value);
    const words = long?.limit ?? FIELDS[String(field)]?.expected ?? 'something else';
    const expected = `"${String(field)}" of the step "${names[Number(at)]}" of the template "${template.name}" to be ${words}`;
    return refusal([wrongAt(use, use.places.whole, expected, `${long?.length ?? 'something else'} with what is filled in`)]);
  }
  const ids = names.map((name) => `${use.id}.${name}`);
  const twice = ids.find((id) => taken.has(id));
  if (twice !== undefined) return refusal([wrongAt(use, use.places.whole, 'each id once', `"${twice}" more than once`)]);
  const long = ids.find((id) => id.length > 64);
  if (long !== undefined)
    return refusal([
      wrongAt(use, use.places.whole, "its id and the step's to have 64 characters together with a dot", `"${long}"`),
    ]);
  const given = hash(JSON.stringify(Object.entries(values))).toString(36);
  const read = chainFrom(checked.data, { digest: template.digest, version: template, values, given });
  if (read === null) return refusal([wrongAt(use, use.places.whole, '"assign" to name machines from 1 to 9999', 'another')]);
  const orders = read.orders.map((order) => withUnknownFields(order, use.unknown));
  return { orders, chain: { ...read.chain, use: template.name }, reason: null, faults: [] };
}

function refusal(faults: readonly Fault[]): Made {
  return { orders: [], chain: null, reason: faults.map(faultSentence).join('; '), faults };
}

function wrongAt({ order }: Pick<WrittenUse, 'order'>, at: Position, expected: string, found: string): Fault {
  return { ...ordersFault(at, expected, found), order };
}
