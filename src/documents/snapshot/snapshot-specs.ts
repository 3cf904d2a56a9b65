// The specs of a snapshot (D10). Nothing is decided by them: one that cannot be read counts for nothing, and that is a warning. What is wrong
// in a task list is said to who plans it.

import type { Files } from '../../core/model/ledger/snapshot.ts';
import type { ParsedOutline, SpecOutline } from '../../core/model/orders/spec.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { parseSpec } from '../../features/plan/documents/spec.ts';
import { SpecYaml } from '../../features/plan/documents/spec-fields.ts';
import type { DocumentKind, DocumentReader } from '../document.ts';

export const specDocument: DocumentKind<SpecOutline> & { readonly path: RegExp } = {
  owner: 'people',
  path: /^specs\/.+\.md$/,
  parse: parseOutline,
};

export function specsOf(mainFiles: Files, reader: DocumentReader, faults: Fault[]): ReadonlyMap<string, SpecOutline> {
  const specs = new Map<string, SpecOutline>();
  for (const [path, id] of mainFiles) {
    if (!specDocument.path.test(path)) continue;
    const { value, faults: found } = reader.read(specDocument, path, id);
    if (value !== null) specs.set(path, value);
    else faults.push(...found.map((fault): Fault => ({ ...fault, level: 'warning' })));
  }
  return specs;
}

/** Faults are those of one that cannot be read; what is wrong in a task list is said to who plans it. */
export function parseOutline(text: string, path: string): ParsedOutline {
  const yaml = new SpecYaml();
  const { value, faults } = parseSpec(text, path, yaml);
  if (value === null) return { value, faults, yaml: yaml.read };
  const { mvp, owner, defaults } = value;
  const tasks = (mvp === null ? [] : (value.tasks ?? [])).map(({ order, ticked, fields }) => {
    const feature = (fields.feature ?? defaults.feature)?.value;
    return { order, ticked, feature: typeof feature === 'string' ? feature : null };
  });
  return { value: { path, mvp, owner, tasks }, faults: [], yaml: yaml.read };
}
