// What is wrong with one entry of ORDERS.json, as faults at the offending value: what was expected there, in words, and what
// stands there. A fault stops this order alone (D4); an unknown field is a warning.
import type { z } from 'zod';
import type { Fault } from '../core/model/fault.ts';
import { CALL_FIELDS, expectedOfCall } from './call-schema.ts';
import { visibleText } from './escape-text.ts';
import { badKeysIn, type JsonNode, memberOf, nodeAt, toValue } from './json-node.ts';
import { badKeySentence } from './json-text.ts';
import { expectations } from './order-field.ts';
import { chainSchema, FILE_FIELDS, ORDER_FIELDS, orderEntrySchema, ordersFileSchema, STEP_FIELDS } from './order-schema.ts';
import { ORDERS_PATH } from './paths.ts';
import type { Position } from './text-position.ts';

export type PositionAt = (offset: number) => Position;

export function ordersFault(at: Position | null, expected: string, found: string, level: Fault['level'] = 'fault'): Fault {
  return { document: ORDERS_PATH, line: at?.line ?? null, column: at?.column ?? null, level, expected, found };
}

/** Turns what zod found into faults, the first one of each field. */
export function issueFaults(entry: JsonNode, issues: readonly z.core.$ZodIssue[], positionAt: PositionAt): Fault[] {
  const told = new Set<string>();
  return issues.flatMap((issue) => {
    const [field, at] = issue.path;
    if (field === 'call') return callIssue(entry, issue, told, positionAt);
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
    const wanted = `"${String(field)}" to be ${expectedOf(String(field))}`;
    return [ordersFault(positionAt(node.offset), wanted, missing ? 'nothing' : foundValue(node))];
  });
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

/** Within `call`, each field has a place and words of its own. */
function callIssue(entry: JsonNode, issue: z.core.$ZodIssue, told: Set<string>, positionAt: PositionAt): Fault[] {
  const [, part, key] = issue.path.map(String);
  const subject = `call ${part ?? ''}`;
  if (told.has(subject)) return [];
  told.add(subject);
  const call = nodeAt(entry, ['call']);
  const node = nodeAt(entry, issue.path);
  const said = issue.code === 'custom' ? issue.params?.expected : undefined;
  const inner = part === undefined ? null : expectedOfCall(part);
  const expected = said ?? (inner === null ? `"call" to be ${expectedOf('call')}` : `"${part}" in "call" to be ${inner}`);
  const isMissing = part !== undefined && memberOf(call, part) === undefined;
  const found = key === undefined ? foundValue(node) : `"${shorten(key)}": ${foundValue(node)}`;
  return [ordersFault(positionAt(node.offset), String(expected), isMissing ? 'nothing' : found)];
}

/** Keys given twice or forbidden, anywhere in a subtree. */
export function badKeyFaults(node: JsonNode, positionAt: PositionAt): Fault[] {
  return badKeysIn(node).map((bad) => ordersFault(positionAt(bad.offset), ...badKeySentence(bad)));
}

const FIELDS = { file: FILE_FIELDS, order: ORDER_FIELDS, step: STEP_FIELDS, call: CALL_FIELDS };

/** D4: what this version does not know is named with its place and never obeyed. */
export function unknownFieldWarnings(node: JsonNode, of: keyof typeof FIELDS, positionAt: PositionAt): Fault[] {
  if (node.kind !== 'object') return [];
  const unknown = node.members.filter((member) => !FIELDS[of].has(member.key));
  return unknown.map((member) => {
    const found = `"${shorten(member.key)}", which is ignored`;
    return ordersFault(positionAt(member.keyOffset), 'a field that this version knows', found, 'warning');
  });
}

/** What stands in a call and is never obeyed: fields that are not known, and variables that nothing gets. `of`: what has it, an order or a step. */
export function callWarnings(of: JsonNode, positionAt: PositionAt, hasCheck = memberOf(of, 'check') !== undefined): Fault[] {
  const call = memberOf(of, 'call')?.value;
  if (call === undefined) return [];
  const env = memberOf(of, 'env');
  const idle =
    env !== undefined && !hasCheck
      ? [ordersFault(positionAt(env.keyOffset), 'no "env" beside "call" without "check"', '"env", which is ignored', 'warning')]
      : [];
  return [...unknownFieldWarnings(call, 'call', positionAt), ...idle];
}

const OF_AGENTS = ['resume', 'model', 'budget', 'max_turns', 'allowed_tools', 'silence'];

/** What is an agent's to obey, in an order or step that is for none. */
export function agentWarnings(of: JsonNode, positionAt: PositionAt): Fault[] {
  if (memberOf(of, 'agent') !== undefined || memberOf(of, 'steps') !== undefined) return [];
  return OF_AGENTS.flatMap((field): Fault[] => {
    const member = memberOf(of, field);
    if (member === undefined) return [];
    return [
      ordersFault(positionAt(member.keyOffset), `no "${field}" without "agent"`, `"${field}", which is ignored`, 'warning'),
    ];
  });
}

/** A value as a fault shows it: one short line of JSON, with the word for a number that is beyond all numbers. */
export function foundValue(node: JsonNode): string {
  const shown = (_key: string, value: unknown) => (value === Infinity || value === -Infinity ? String(value) : value);
  return shorten(JSON.stringify(toValue(node), shown));
}

function foundWork(entry: JsonNode): string {
  if (entry.kind !== 'object') return foundValue(entry);
  const work = ['run', 'agent', 'prompt', 'call'].filter((field) => memberOf(entry, field) !== undefined);
  return work.length === 0 ? 'none of them' : work.map((field) => `"${field}"`).join(' and ');
}

function expectedOf(field: string): string {
  const schemas: Readonly<Record<string, z.core.$ZodType>> = {
    ...ordersFileSchema.shape,
    ...orderEntrySchema.shape,
    ...chainSchema.shape,
  };
  const schema = Object.hasOwn(schemas, field) ? schemas[field] : undefined;
  return (schema === undefined ? undefined : expectations.get(schema)?.expected) ?? 'something else';
}

function shorten(text: string): string {
  const characters = [...visibleText(text)];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : characters.join('');
}
