// The specs of a snapshot (D10). Nothing is decided by them: one that cannot be read counts for nothing, and that is a warning. What is wrong
// in a task list is said to who plans it.
import type { Fault, Parsed } from '../core/model/fault.ts';
import type { Files } from '../core/model/snapshot.ts';
import type { SpecDocument } from '../core/model/spec.ts';
import { isSpec } from './paths.ts';

export interface ParsedSpecs {
  spec(id: string, path: string): Parsed<SpecDocument>;
}

export function specsOf(mainFiles: Files, parsed: ParsedSpecs, faults: Fault[]): ReadonlyMap<string, SpecDocument> {
  const specs = new Map<string, SpecDocument>();
  for (const [path, id] of mainFiles) {
    if (!isSpec(path)) continue;
    const { value, faults: found } = parsed.spec(id, path);
    if (value !== null) specs.set(path, value);
    else faults.push(...found.map((fault): Fault => ({ ...fault, level: 'warning' })));
  }
  return specs;
}
