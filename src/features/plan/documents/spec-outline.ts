// Reads the outline of a spec that every machine knows (D10). Only a spec that cannot be read at all has faults here; `coord plan` reports
// what is wrong in a task list.
import type { ParsedOutline, SpecOutline } from '../../../core/model/orders/spec.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { parseSpec } from './spec.ts';
import { SpecYaml } from './spec-fields.ts';

export const specDocument: DocumentKind<SpecOutline> = {
  owner: 'people',
  path: /^specs\/.+\.md$/,
  parse: parseOutline,
  isSpec: true,
};

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
