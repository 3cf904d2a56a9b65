// Explains what is wrong with one entry of ORDERS.json: faults at the offending value, with what was expected and what was found. A fault
// stops this order alone (D4).
import type { z } from 'zod';
import { cutText } from '../../core/base/cut-text.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { UnknownField } from '../../core/model/orders/unknown-field.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { badKeysIn, type JsonNode, memberOf, nodeAt, toValue } from '../json/json-node.ts';
import { badKeySentence } from '../json/json-text.ts';
import { unknownField } from '../json/unknown-field.ts';
import { ORDERS_PATH } from '../paths.ts';
import { visibleText } from '../text/escape-text.ts';
import type { Position } from '../text/text-position.ts';
import { FIELDS, fieldsThat, WORK_FIELDS, WORKS } from './order-fields.ts';
import { FILE_EXPECTS, FILE_FIELDS, KNOWN_FIELDS } from './order-schema.ts';
import { type TooLong, tooLong, wantedBy } from './too-long.ts';

export type PositionAt = (offset: number) => Position;

export function ordersFault(at: Position | null, expected: string, found: string, level: Fault['level'] = 'fault'): Fault {
  return { document: ORDERS_PATH, line: at?.line ?? null, column: at?.column ?? null, level, expected, found };
}

/** Turns what zod found into faults, the first one of each field. */
export function issueFaults(entry: JsonNode, issues: readonly z.core.$ZodIssue[], positionAt: PositionAt): Fault[] {
  const told = new Set<string>();
  return issues.flatMap((issue) => {
    const [field, at] = issue.path;
    const within = wordsWithin(String(field));
    if (within !== null) return issueWithin(String(field), within, entry, issue, told, positionAt);
    if (field === 'steps' && typeof at === 'number') return stepIssues(entry, at, issues, told, positionAt);
    const subject = String(field ?? issue.message);
    if (told.has(subject)) return [];
    told.add(subject);
    const expected = issue.code === 'custom' ? issue.params?.expected : undefined;
    if (field === undefined) {
      return [ordersFault(positionAt(entry.offset), String(expected ?? 'an order: { … }'), foundWork(entry))];
    }
    const missing = memberOf(entry, String(field)) === undefined;
    const node = nodeAt(entry, issue.path);
    const long = tooLong(issue, toValue(node));
    if (long !== null) return [ordersFault(positionAt(node.offset), ...longWords(String(field), String(at), long))];
    const wanted = `"${String(field)}" to be ${wantedBy(issue) ?? expectedOf(String(field))}`;
    return [ordersFault(positionAt(node.offset), wanted, missing ? 'nothing' : foundValue(node))];
  });
}

/** `expected` and `found`. `part`: within the object that the field is. */
function longWords(field: string, part: string, { limit, length }: TooLong): [string, string] {
  const { within = {}, tooLong: instead = '' } = FIELDS[field] ?? {};
  const subject = Object.hasOwn(within, part) ? `"${part}" in "${field}"` : `"${field}"`;
  return [`${subject} to be ${limit}`, `${length}: it is too long${instead}`];
}

/** What is wrong within one step stands there, as it would in an order of its own; told once. */
function stepIssues(
  entry: JsonNode,
  at: number,
  issues: readonly z.core.$ZodIssue[],
  told: Set<string>,
  positionAt: PositionAt,
): Fault[] {
  if (told.has(`steps ${at}`)) return [];
  told.add(`steps ${at}`);
  const inside = issues.filter(({ path }) => path[0] === 'steps' && path[1] === at);
  const shortened = inside.map((issue) => ({ ...issue, path: issue.path.slice(2) }));
  return issueFaults(nodeAt(entry, ['steps', at]), shortened, positionAt);
}

/** What the fields of the object should be that a field is; null = it has no faults of its own. */
function wordsWithin(field: string): Readonly<Record<string, string | null>> | null {
  const within = Object.hasOwn(FIELDS, field) ? FIELDS[field]?.within : undefined;
  return within !== undefined && Object.values(within).some((words) => words !== null) ? within : null;
}

/** Each field of such an object has a place and words of its own. */
function issueWithin(
  field: string,
  within: Readonly<Record<string, string | null>>,
  entry: JsonNode,
  issue: z.core.$ZodIssue,
  told: Set<string>,
  positionAt: PositionAt,
): Fault[] {
  const [, part, key] = issue.path.map(String);
  const subject = `${field} ${part ?? ''}`;
  if (told.has(subject)) return [];
  told.add(subject);
  const whole = nodeAt(entry, [field]);
  const node = nodeAt(entry, issue.path);
  const long = tooLong(issue, toValue(node));
  if (long !== null) return [ordersFault(positionAt(node.offset), ...longWords(field, String(part), long))];
  const said = issue.code === 'custom' ? issue.params?.expected : undefined;
  const inner = part !== undefined && Object.hasOwn(within, part) ? within[part] : null;
  const expected = said ?? (inner == null ? `"${field}" to be ${expectedOf(field)}` : `"${part}" in "${field}" to be ${inner}`);
  const isMissing = part !== undefined && memberOf(whole, part) === undefined;
  const found = key === undefined ? foundValue(node) : `"${shorten(key)}": ${foundValue(node)}`;
  return [ordersFault(positionAt(node.offset), String(expected), isMissing ? 'nothing' : found)];
}

/** Keys given twice or forbidden, anywhere in a subtree. */
export function badKeyFaults(node: JsonNode, positionAt: PositionAt): Fault[] {
  return badKeysIn(node).map((bad) => ordersFault(positionAt(bad.offset), ...badKeySentence(bad)));
}

/** D4: what this version does not know, there and in the objects that its fields hold, at any depth, each at its name. */
export function unknownFieldFaults(node: JsonNode, of: 'file' | 'order', positionAt: PositionAt): Fault[] {
  if (of === 'file') return unknownIn(node, FILE_FIELDS, positionAt);
  const within = Object.entries(FIELDS).flatMap(([name, { within: known, inner = {} }]) => {
    const value = known === undefined ? undefined : memberOf(node, name)?.value;
    if (known === undefined || value === undefined) return [];
    const deeper = Object.entries(inner).flatMap(([part, names]) => {
      const object = memberOf(value, part)?.value;
      return object === undefined ? [] : unknownIn(object, new Set(names), positionAt);
    });
    return [...unknownIn(value, new Set(Object.keys(known)), positionAt), ...deeper];
  });
  return [...unknownIn(node, KNOWN_FIELDS, positionAt), ...within];
}

function unknownIn(node: JsonNode, known: ReadonlySet<string>, positionAt: PositionAt): Fault[] {
  if (node.kind !== 'object') return [];
  return node.members.flatMap(({ key, keyOffset }): Fault[] => {
    const unknown = unknownField(key, known);
    if (unknown === null) return [];
    return [{ ...ordersFault(positionAt(keyOffset), 'a field that this version knows', `"${unknown.field}"`), unknown }];
  });
}

/** Known fields that may not stand there. */
export function misplaced(node: JsonNode, fields: readonly string[], where: string, positionAt: PositionAt): Fault[] {
  return fields.flatMap((name): Fault[] => {
    const member = memberOf(node, name);
    return member === undefined
      ? []
      : [ordersFault(positionAt(member.keyOffset), `no "${name}" ${where}`, foundValue(member.value))];
  });
}

/** What keeps an order from being started: the entry is read, and something in it is not known. */
export function withUnknown(order: Order, faults: readonly Fault[]): Order {
  return withUnknownFields(
    order,
    faults.flatMap((fault) => fault.unknown ?? []),
  );
}

export function withUnknownFields(order: Order, unknown: readonly UnknownField[]): Order {
  return unknown.length === 0 ? order : { ...order, unknown: [...(order.unknown ?? []), ...unknown] };
}

/** What stands beside a call and nothing gets. `of`: what has it, an order or a step. */
export function callWarnings(of: JsonNode, positionAt: PositionAt, hasCheck = memberOf(of, 'check') !== undefined): Fault[] {
  const call = memberOf(of, 'call')?.value;
  if (call === undefined) return [];
  const env = memberOf(of, 'env');
  const idle =
    env !== undefined && !hasCheck
      ? [ordersFault(positionAt(env.keyOffset), 'no "env" beside "call" without "check"', '"env", which is ignored', 'warning')]
      : [];
  for (const name of ['workspace', 'artifacts', 'expect_changes']) {
    const member = memberOf(of, name);
    if (member === undefined) continue;
    const expected = `no "${name}" beside "call"`;
    idle.push(ordersFault(positionAt(member.keyOffset), expected, `"${name}", which is ignored`, 'warning'));
  }
  return idle;
}

/** What means something to one kind of work alone, in an order or step of another. */
export function kindWarnings(of: JsonNode, positionAt: PositionAt): Fault[] {
  if (memberOf(of, 'steps') !== undefined) return [];
  const others = WORKS.filter(([first]) => memberOf(of, first) === undefined);
  return others.flatMap(([first]) =>
    fieldsThat((field) => field.of !== undefined && field.of === FIELDS[first]?.work).flatMap((name): Fault[] => {
      const member = memberOf(of, name);
      if (member === undefined) return [];
      const expected = `no "${name}" without "${first}"`;
      return [ordersFault(positionAt(member.keyOffset), expected, `"${name}", which is ignored`, 'warning')];
    }),
  );
}

/** A value as a fault shows it: one short line of JSON, with the word for a number that is beyond all numbers. */
export function foundValue(node: JsonNode): string {
  const shown = (_key: string, value: unknown) => (value === Infinity || value === -Infinity ? String(value) : value);
  return shorten(JSON.stringify(toValue(node), shown));
}

function foundWork(entry: JsonNode): string {
  if (entry.kind !== 'object') return foundValue(entry);
  const work = WORK_FIELDS.filter((field) => memberOf(entry, field) !== undefined);
  return work.length === 0 ? 'none of them' : work.map((field) => `"${field}"`).join(' and ');
}

function expectedOf(field: string): string {
  const of = (Object.hasOwn(FIELDS, field) ? FIELDS[field]?.expected : undefined) ?? FILE_EXPECTS[field];
  return of ?? 'something else';
}

function shorten(text: string): string {
  return cutText(visibleText(text), 60);
}
