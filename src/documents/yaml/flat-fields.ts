// Takes flat fields out of a mapping one by one, and collects what was wrong with them. Fields that nobody took are left over, to be
// carried along (D3).

import { cutText } from '../../core/base/cut-text.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { visibleText } from '../text/escape-text.ts';
import type { Position } from '../text/text-position.ts';

export class FlatFields {
  readonly faults: Fault[] = [];
  /** Fields whose value was none that could be. */
  readonly bad = new Set<string>();
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #document: string;
  readonly #positionOf: (key: string) => Position | null;
  readonly #taken = new Set<string>();

  constructor(data: Readonly<Record<string, unknown>>, document: string, positionOf: (key: string) => Position | null) {
    this.#data = data;
    this.#document = document;
    this.#positionOf = positionOf;
  }

  private has(key: string): boolean {
    return Object.hasOwn(this.#data, key);
  }

  /** The value that `read` makes of a field; where it makes null of it, a fault and `otherwise`. */
  take<T>(key: string, expected: string, read: (value: unknown) => T | null, otherwise: T): T {
    this.#taken.add(key);
    const value = this.has(key) ? read(this.#data[key]) : null;
    if (value !== null) return value;
    this.bad.add(key);
    this.note(key, 'fault', expected, this.has(key) ? shown(this.#data[key]) : 'nothing');
    return otherwise;
  }

  /** Like `take`, where a field that is not there, or is left empty, means `otherwise`. */
  optional<T>(key: string, expected: string, read: (value: unknown) => T | null, otherwise: T): T {
    this.#taken.add(key);
    return this.has(key) && this.#data[key] !== null ? this.take(key, expected, read, otherwise) : otherwise;
  }

  note(key: string, level: Fault['level'], expected: string, found: string): void {
    const at = this.#positionOf(key);
    const { line, column } = at ?? { line: null, column: null };
    this.faults.push({
      document: this.#document,
      line,
      column,
      level,
      expected: `"${visibleText(key)}" to be ${expected}`,
      found,
    });
  }

  /** What was never taken. */
  rest(): [key: string, value: unknown][] {
    return Object.entries(this.#data).filter(([key]) => !this.#taken.has(key));
  }
}

function shown(value: unknown): string {
  return cutText(visibleText(JSON.stringify(value) ?? 'nothing'), 60);
}
