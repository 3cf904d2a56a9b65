// What stands for a text counts as it is typed: of a version that a person writes as 3.10, no run gets 3.1.

/** Where such values are: names from the outermost in, `*` for each one of an object or a list. */
export type TypedPath = readonly string[];

/** A number, true or false that is another text than what was typed is that text; any other value stays. */
export function asTyped<V>(value: V, typed: string): V | string {
  const isText = (typeof value === 'number' || typeof value === 'boolean') && String(value) !== typed;
  return isText ? typed : value;
}
