// Says which template an order takes, and in which version (O20).
import type { BegunStep, Template, TemplateSources, Templates, Unusable } from '../../core/model/orders/template.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { typeKey } from '../../core/orders/routing.ts';
import { unknownField } from '../json/unknown-field.ts';
import { WORKS } from '../orders/order-fields.ts';
import { visibleJson } from '../text/escape-text.ts';
import type { WrittenUse } from './uses.ts';

export type Choice =
  | Template
  /** It is wrong in ORDERS.json. */
  | { readonly fault: Pick<Fault, 'expected' | 'found'> }
  /** It is wrong in fleet.yaml, or in main's history; `wanted`: the digest that is looked for. */
  | { readonly reason: string; readonly wanted?: string };

/** By digest, the first of each. A former digest counts where no version has it as its own: what began by it goes on under it. */
export function versionsIn(templates: readonly (Template | Unusable)[]): ReadonlyMap<string, Template> {
  const whole = templates.filter((it) => 'digest' in it);
  const found = new Map<string, Template>();
  for (const it of whole) if (!found.has(it.digest)) found.set(it.digest, it);
  for (const it of whole)
    if (it.former !== undefined && !found.has(it.former)) found.set(it.former, { ...it, digest: it.former });
  return found;
}

/** What ran under a higher generation stands (O8). */
function newestFirst(steps: readonly BegunStep[]): readonly BegunStep[] {
  return [...steps].sort((a, b) => b.generation - a.generation || (a.digest < b.digest ? -1 : 1));
}

/** The version that it has begun with; of several that machines began with at once, the one with the lowest digest, for all machines alike. */
export function choose({ id, entry }: WrittenUse, { templates, earlier, begun }: TemplateSources): Choice {
  const now = Object.values(templates.byName).filter((it) => 'digest' in it);
  for (const { step, digest } of newestFirst(begun(id, entry.generation ?? 1))) {
    const known = now.find((it) => it.digest === digest) ?? earlier.get(digest) ?? versionsIn(now).get(digest);
    if (known === undefined) {
      const reason = `it began with a version of its template that main's history does not show: raise its generation to begin anew`;
      return { reason, wanted: digest };
    }
    if (stepNames(known).includes(step)) return known;
  }
  if (templates.unreadable !== null) return { reason: templates.unreadable };
  if (entry.use !== undefined) {
    const named = Object.hasOwn(templates.byName, entry.use) ? templates.byName[entry.use] : undefined;
    if (named === undefined) return { fault: noTemplate(entry.use, templates) };
    return usable(named);
  }
  return byType(entry.type ?? '', templates);
}

function byType(type: string, templates: Templates): Choice {
  const all = Object.values(templates.byName);
  // Of two with one type the second is wrong: which of them was meant, nobody knows.
  const taking = (key: string) => {
    const takers = all.filter(({ types }) => types.includes(key));
    return takers.find((it) => 'wrong' in it) ?? takers[0];
  };
  // A slip in the template of this type must not send the order to another one.
  const template = taking(typeKey(type)) ?? all.find((it) => 'wrong' in it && it.hidesTypes) ?? taking('default');
  if (template !== undefined) return usable(template);
  const kinds = WORKS.map(([first]) => `"${first}"`);
  const expected = `exactly one of ${kinds.join(', ')}, or a template in fleet.yaml for its type`;
  return { fault: { expected, found: 'none of them' } };
}

function usable(template: Template | Unusable): Choice {
  return 'wrong' in template ? { reason: template.wrong } : template;
}

function noTemplate(name: string, { byName }: Templates): Pick<Fault, 'expected' | 'found'> {
  const meant = unknownField(name, new Set(Object.keys(byName)))?.meant;
  const found = `${visibleJson(JSON.stringify(name))}${meant == null ? '' : `; did you mean "${meant}"?`}`;
  return { expected: '"use" to name a template of fleet.yaml', found };
}

export function stepNames({ steps }: Template): readonly string[] {
  return steps.map(({ id }, at) => (typeof id === 'string' ? id : String(at + 1)));
}
