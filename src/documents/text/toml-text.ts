// Reads settings of other programs that are TOML. Pure.
import { parse } from 'smol-toml';
import { isRecord } from '../json/is-record.ts';

/** Empty where it is no TOML. */
export function tomlIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch {
    return {};
  }
}

/** What stands at that path of tables; undefined = nothing. */
export function valueAt(settings: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), settings);
}
