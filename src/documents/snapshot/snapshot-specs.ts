// The specs of a snapshot (D10). Nothing is decided by them: one that cannot be read counts for nothing, and that is a warning. What is wrong
// in a task list is said to who plans it.

import type { Files } from '../../core/model/ledger/snapshot.ts';
import type { SpecOutline } from '../../core/model/orders/spec.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import { parseSpec } from '../../features/plan/documents/spec.ts';
import { isSpec } from '../paths.ts';

export interface ParsedSpecs {
  spec(id: string, path: string): Parsed<SpecOutline>;
}

export function specsOf(mainFiles: Files, parsed: ParsedSpecs, faults: Fault[]): ReadonlyMap<string, SpecOutline> {
  const specs = new Map<string, SpecOutline>();
  for (const [path, id] of mainFiles) {
    if (!isSpec(path)) continue;
    const { value, faults: found } = parsed.spec(id, path);
    if (value !== null) specs.set(path, value);
    else faults.push(...found.map((fault): Fault => ({ ...fault, level: 'warning' })));
  }
  return specs;
}

/** Faults are those of one that cannot be read; what is wrong in a task list is said to who plans it. */
export function parseOutline(text: string, path: string): Parsed<SpecOutline> {
  const { value, faults } = parseSpec(text, path);
  if (value === null) return { value, faults };
  const { mvp, owner, defaults } = value;
  const tasks = (mvp === null ? [] : (value.tasks ?? [])).map(({ order, ticked, fields }) => {
    const feature = (fields.feature ?? defaults.feature)?.value;
    return { order, ticked, feature: typeof feature === 'string' ? feature : null };
  });
  return { value: { path, mvp, owner, tasks }, faults: [] };
}
