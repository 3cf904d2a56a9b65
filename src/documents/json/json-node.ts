// A JSON text as a tree that knows where everything stands. Values come out with null-prototype objects, so no key of others
// can reach a prototype.
import type { Node } from 'jsonc-parser';
import type { Json } from '../../core/model/ledger/intention.ts';

interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface JsonMember extends Span {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: JsonNode;
}

/** A key that is refused: given twice, or one that names a prototype. */
export interface BadKey {
  readonly key: string;
  readonly offset: number;
  readonly why: 'twice' | 'forbidden';
}

export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
  readonly badKeys: readonly BadKey[];
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

interface JsonScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export type JsonNode = JsonObject | JsonArray | JsonScalar;

export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Turns jsonc-parser's tree of a text without errors into ours. */
export function toJsonNode(node: Node): JsonNode {
  const span = { offset: node.offset, length: node.length };
  const children = node.children ?? [];
  if (node.type === 'array') return { kind: 'array', ...span, items: children.map(toJsonNode) };
  if (node.type === 'object') {
    const members = children.map(toMember);
    return { kind: 'object', ...span, members, badKeys: badKeysOf(members) };
  }
  return { kind: 'scalar', ...span, value: node.value };
}

function toMember(property: Node): JsonMember {
  const [key, value] = property.children ?? [];
  if (key === undefined || value === undefined) throw new Error('a property without a value in a text without errors');
  return { offset: property.offset, length: property.length, key: key.value, keyOffset: key.offset, value: toJsonNode(value) };
}

function badKeysOf(members: readonly JsonMember[]): BadKey[] {
  const seen = new Set<string>();
  const bad: BadKey[] = [];
  for (const { key, keyOffset } of members) {
    if (FORBIDDEN_KEYS.has(key)) bad.push({ key, offset: keyOffset, why: 'forbidden' });
    else if (seen.has(key)) bad.push({ key, offset: keyOffset, why: 'twice' });
    seen.add(key);
  }
  return bad;
}

/** Every refused key in a subtree, in the order of the text. */
export function badKeysIn(node: JsonNode): BadKey[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'array') return node.items.flatMap(badKeysIn);
  return [...node.badKeys, ...node.members.flatMap((member) => badKeysIn(member.value))].sort((a, b) => a.offset - b.offset);
}

/** The plain value of a node; of a key given twice the last counts, so look at `badKeysIn` first. */
export function toValue(node: JsonNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(toValue);
  const object: Record<string, Json> = Object.create(null);
  for (const { key, value } of node.members) object[key] = toValue(value);
  return object;
}

/** The first member of that name. */
export function memberOf(node: JsonNode, key: string): JsonMember | undefined {
  return node.kind === 'object' ? node.members.find((member) => member.key === key) : undefined;
}

/** The node at a path of keys and indices, or the deepest one on the way there. */
export function nodeAt(node: JsonNode, path: readonly PropertyKey[]): JsonNode {
  let here = node;
  for (const step of path) {
    const next = here.kind === 'array' ? here.items[Number(step)] : memberOf(here, String(step))?.value;
    if (next === undefined) return here;
    here = next;
  }
  return here;
}
