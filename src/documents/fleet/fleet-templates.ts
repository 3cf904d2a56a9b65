// Reads `templates` of fleet.yaml (O20): named steps with parameters, as in `{ feature: { types: [feature], with: { name: }, steps: [ … ] } }`. What is
// wrong with one is a fault at its place, and holds the orders that use it and no others.

import { hash } from '../../core/base/hash.ts';
import { DIGEST_LENGTH, NO_TEMPLATES, type Template, type Templates, type Unusable } from '../../core/model/orders/template.ts';
import { type Fault, faultText } from '../../core/model/status/fault.ts';
import { typeKey } from '../../core/orders/routing.ts';
import { isRecord } from '../json/is-record.ts';
import { unknownField } from '../json/unknown-field.ts';
import { FIELDS } from '../orders/order-fields.ts';
import { KNOWN_FIELDS, NOT_WITHIN_STEPS, stepSchema } from '../orders/order-schema.ts';
import { isGivenValue, VALUE } from '../orders/template-fields.ts';
import { tooLong, wantedBy } from '../orders/too-long.ts';
import { FLEET_PATH } from '../paths.ts';
import { PARAMETER, placeholdersIn } from '../templates/placeholders.ts';
import type { TypedPath } from '../text/as-typed.ts';
import { visibleText } from '../text/escape-text.ts';
import type { Position } from '../text/text-position.ts';
import { readYaml } from '../yaml/yaml-text.ts';
import { faultAt } from './fleet-routing.ts';

type Inner = readonly (string | number)[];
type PositionOf = (...inner: Inner) => Position | null;

const SHAPE = '"templates" to be steps by name: { feature: { with: { name: null }, steps: [ … ] } }';
const KNOWN: ReadonlySet<string> = new Set(['types', 'with', 'steps']);
const STEPS_MAX = 100;
const PARAMETERS_MAX = 50;
/** What in them is a text, however it is typed. */
export const TYPED_IN_TEMPLATES: readonly TypedPath[] = [
  ...[['types'], ['types', '*'], ['with', '*'], ['steps', '*', 'env', '*']].map((path) => ['templates', '*', ...path]),
];
/** A person says these of an order, never a template; and each step comes after the one before it. */
const NOT_IN_TEMPLATES = ['approved', 'cancelled', 'generation', 'resolved', 'resume', 'after', ...NOT_WITHIN_STEPS];

/** `value`: as it stands in the text of fleet.yaml. `positionOf`: where something within it stands. */
export function parseTemplates(
  { text, value }: { readonly text: string; readonly value: unknown },
  positionOf: PositionOf,
): { templates: Templates; faults: readonly Fault[] } {
  if (value === null || value === undefined) return { templates: NO_TEMPLATES, faults: [] };
  if (!isRecord(value)) {
    const fault = faultAt(positionOf(), SHAPE, value);
    return { templates: { byName: {}, unreadable: faultText(fault) }, faults: [fault] };
  }
  const plain = plainTemplates(text);
  const byName: Record<string, Template | Unusable> = Object.create(null);
  const faults: Fault[] = [];
  const takers = new Map<string, string>();
  for (const [name, template] of Object.entries(value)) {
    const read = readTemplate(name, template, plain[name], (...inner) => positionOf(name, ...inner));
    const twice = read.types.find((type) => takers.has(type));
    if (twice !== undefined) {
      const found = `${twice}, which ${visibleText(takers.get(twice) ?? '')} has`;
      read.faults.push(faultAt(positionOf(name, 'types'), 'each type in one template', found));
    }
    for (const type of read.types) if (!takers.has(type)) takers.set(type, name);
    faults.push(...read.faults);
    const [first] = read.faults;
    byName[name] =
      first === undefined && read.template !== null
        ? read.template
        : { wrong: first === undefined ? SHAPE : faultText(first), types: read.types, hidesTypes: read.hidesTypes };
  }
  return { templates: { byName, unreadable: null }, faults };
}

/** With numbers as values, as coord read them before it kept them as they are typed. */
function plainTemplates(text: string): Readonly<Record<string, unknown>> {
  const { value } = readYaml(text, FLEET_PATH);
  return isRecord(value) && isRecord(value.templates) ? value.templates : {};
}

interface ReadTemplate extends Pick<Unusable, 'types' | 'hidesTypes'> {
  readonly template: Template | null;
  readonly faults: Fault[];
}

function readTemplate(name: string, value: unknown, plain: unknown, positionOf: PositionOf): ReadTemplate {
  const faults: Fault[] = [];
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    const expected = 'the name of a template to be 1 to 64 of a-z 0-9 . _ -, first a letter or digit';
    faults.push(faultAt(positionOf(), expected, name));
  }
  if (!isRecord(value)) {
    faults.push(faultAt(positionOf(), `"${visibleText(name)}" to be { steps: [ … ] }`, value));
    return { template: null, types: [], hidesTypes: true, faults };
  }
  const unknown = unknownIn(value, KNOWN, 'a field of a template', positionOf);
  faults.push(...unknown);
  const { types, isWhole } = typesOf(value.types);
  if (!isWhole) faults.push(faultAt(positionOf('types'), '"types" to be a type of orders, or a list of them', value.types));
  const { parameters, faults: wrong } = parametersOf(value.with, positionOf);
  faults.push(...wrong);
  const steps = stepsOf(value.steps, parameters, faults, positionOf);
  const digest = digestOf([parameters, steps]);
  const former = isRecord(plain) ? digestOf([parametersOf(plain.with, positionOf).parameters, plain.steps]) : digest;
  const hidesTypes = !isWhole || unknown.some((fault) => mayBeTypes(fault));
  return {
    template: { name, types, parameters, steps, digest, ...(former === digest ? {} : { former }) },
    types,
    hidesTypes,
    faults,
  };
}

/** A name that is clearly meant to be another field hides no types. */
function mayBeTypes({ unknown }: Fault): boolean {
  return unknown?.meant !== 'with' && unknown?.meant !== 'steps';
}

/** The types that can be read; `isWhole`: they are all that is written. */
function typesOf(value: unknown): { types: readonly string[]; isWhole: boolean } {
  const all = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  const words = all.map((word: unknown) => (typeof word === 'number' ? String(word) : word));
  const types = words.filter((word): word is string => typeof word === 'string' && word.trim() !== '').map(typeKey);
  return { types, isWhole: types.length === all.length };
}

function parametersOf(value: unknown, positionOf: PositionOf) {
  const parameters: Record<string, string | null> = Object.create(null);
  const faults: Fault[] = [];
  if (value === null || value === undefined) return { parameters, faults };
  if (!isRecord(value) || Object.keys(value).length > PARAMETERS_MAX) {
    const expected = `"with" to be up to ${PARAMETERS_MAX} parameters, each with its default or none: { name: null, branch: main }`;
    return { parameters, faults: [faultAt(positionOf('with'), expected, value)] };
  }
  for (const [name, usual] of Object.entries(value)) {
    if (!PARAMETER.test(name)) {
      faults.push(faultAt(positionOf('with', name), 'a parameter of a-z 0-9 _, 32 at most, first a letter', name));
    } else if (usual === null) parameters[name] = null;
    else if (isGivenValue(usual)) parameters[name] = String(usual);
    else faults.push(faultAt(positionOf('with', name), `the default of "${name}" to be ${VALUE}`, usual));
  }
  return { parameters, faults };
}

function stepsOf(
  value: unknown,
  parameters: Readonly<Record<string, string | null>>,
  faults: Fault[],
  positionOf: PositionOf,
): Template['steps'] {
  if (!Array.isArray(value) || value.length === 0 || value.length > STEPS_MAX) {
    const found = Array.isArray(value) ? `${value.length} steps` : (value ?? null);
    faults.push(faultAt(positionOf('steps'), `"steps" to be a list of 1 to ${STEPS_MAX} steps: [{ run: … }, …]`, found));
    return [];
  }
  const names = new Set<string>();
  for (const [at, step] of value.entries()) {
    const place: PositionOf = (...inner) => positionOf('steps', at, ...inner);
    if (!isRecord(step)) faults.push(faultAt(place(), 'a step: { run: … }', step));
    else faults.push(...stepFaults(step, parameters, place));
    const name = isRecord(step) && typeof step.id === 'string' ? step.id : String(at + 1);
    if (names.has(name)) faults.push(faultAt(place('id'), 'each step once', name));
    names.add(name);
  }
  return value as Template['steps'];
}

function stepFaults(
  step: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, string | null>>,
  positionOf: PositionOf,
): readonly Fault[] {
  const faults = unknownIn(step, KNOWN_FIELDS, 'a field of a step', positionOf);
  for (const [field, { within }] of Object.entries(FIELDS))
    if (within !== undefined && isRecord(step[field]))
      faults.push(...unknownIn(step[field], new Set(Object.keys(within)), 'a field', (...inner) => positionOf(field, ...inner)));
  for (const field of NOT_IN_TEMPLATES)
    if (step[field] !== undefined) faults.push(faultAt(positionOf(field), `no "${field}" within a template`, step[field]));
  for (const { field, name, isOpen } of placeholdersIn(step as Template['steps'][number])) {
    const isKnown = Object.hasOwn(parameters, name);
    // `docker ps --format '{{id}}'` is a command's own.
    if (isOpen && !isKnown) faults.push(faultAt(positionOf(field), `a parameter that "with" names`, `{{${name}}}`));
    else if (!isOpen && isKnown) {
      const instead = field === 'run' || field === 'check' ? `: a command has it as "$COORD_WITH_${name.toUpperCase()}"` : '';
      faults.push(faultAt(positionOf(field), `no parameter within "${field}"${instead}`, `{{${name}}}`));
    }
  }
  const checked = stepSchema.safeParse(step);
  if (checked.success || faults.length > 0) return faults;
  const [issue] = checked.error.issues;
  const [field] = issue?.path ?? [];
  if (field === undefined) {
    const expected = issue?.code === 'custom' ? issue.params?.expected : undefined;
    return [faultAt(positionOf(), String(expected ?? 'a step: { run: … }'), Object.keys(step))];
  }
  const path = (issue?.path ?? []).map((it: PropertyKey) => (typeof it === 'number' ? it : String(it)));
  const value = path.reduce<unknown>((of, key) => Object(of)[key], step);
  const long = issue === undefined ? null : tooLong(issue, value);
  const words = long?.limit ?? wantedBy(issue) ?? FIELDS[String(field)]?.expected ?? 'something else';
  return [faultAt(positionOf(...path), `"${String(field)}" to be ${words}`, long?.length ?? step[String(field)])];
}

function unknownIn(value: object, known: ReadonlySet<string>, expected: string, positionOf: PositionOf): Fault[] {
  return Object.keys(value).flatMap((key): Fault[] => {
    const unknown = unknownField(key, known);
    return unknown === null ? [] : [{ ...faultAt(positionOf(key), expected, visibleText(key)), unknown }];
  });
}

function digestOf(value: unknown): string {
  const sorted = (_key: string, it: unknown) =>
    isRecord(it) ? Object.fromEntries(Object.entries(it).sort(([one], [other]) => (one < other ? -1 : 1))) : it;
  const text = JSON.stringify(value, sorted);
  const [one, other] = [hash(text), hash(`${text}.`)].map((it) => it.toString(36).padStart(7, '0'));
  return `${one}${other}`.slice(-DIGEST_LENGTH);
}
