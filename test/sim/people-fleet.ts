// What people write into fleet.yaml on the host: pauses of the fleet and of machines, in every form that it takes, and routes.
import { isoTime } from '../../src/core/base/time.ts';
import type { Chance } from './chance.ts';

export interface FleetPeople {
  /** The next text of fleet.yaml, after somebody changed his mind. `nowMs`: by his own clock. */
  change(text: string, nowMs: number): string;
  /** With another version of the template that orders take. */
  withTemplate(text: string): string;
  /** Nobody is paused, and each route and the template can be read. */
  mended(text: string): string;
}

const ROUTES = ['bug: 1', 'bug: 2', 'bug: any', 'bug: [2, any]', 'docs: all', 'DOCS: m1', 'docs: { tags: [gpu] }'];

export function createFleetPeople(chance: Chance, machines: () => readonly number[]): FleetPeople {
  const knowsRoutes = chance.is(0.6);
  let versions = 0;
  let template: string | null = null;
  const without = (text: string, keys: RegExp) =>
    text
      .split('\n')
      .filter((line) => line !== '' && !keys.test(line) && !/^\s/.test(line))
      .join('\n');
  const pauses = (nowMs: number): string => {
    const until = isoTime(nowMs + chance.pick([2, 20, 50]) * 60_000);
    const one = chance.pick([1, ...machines()]);
    return chance.pick([
      'paused: all',
      `paused: all\npaused_until: ${until.slice(0, 16).replace('T', ' ')}`,
      `paused: ${one}`,
      `paused: [m${one}, ${one + 1}]`,
      `paused: { ${one}: { until: "${until}", note: lunch } }`,
      `paused: { fleet: { until: "${until}" }, m${one}: {} }`,
    ]);
  };
  const step = (id: string): string => {
    const one = chance.pick([1, ...machines()]);
    const assign = chance.pick([`${one}`, `${one}`, 'any', 'all', `[${one}, any]`]);
    return `{ id: ${id}, assign: ${assign}, run: 'true', attempts: ${chance.pick([1, 1, 2])} }`;
  };
  return {
    withTemplate(text) {
      const names = ['a', 'b', 'c'].map((name) => ({ name, at: chance.between(0, 1_000) })).sort((a, b) => a.at - b.at);
      const steps = names.slice(0, chance.pick([1, 2, 2, 3])).map(({ name }) => step(name));
      template = `templates: { t: { with: { v: "${versions++}" }, steps: [${steps.join(', ')}] } }`;
      const kept = without(text, /^templates/);
      return `${kept}\n${chance.is(0.1) ? 'templates: { t: 5 }' : template}\n`;
    },
    change(text, nowMs) {
      if (knowsRoutes && chance.is(0.4)) {
        const one = chance.pick(ROUTES.slice(0, 4));
        const other = chance.pick(ROUTES.slice(4));
        return `${without(text, /^routing/)}\nrouting: { ${chance.is(0.1) ? 'bug: true' : one}, ${other} }\n`;
      }
      const kept = without(text, /^paused/);
      return chance.is(0.6) ? `${kept}\n` : `${kept}\n${pauses(nowMs)}\n`;
    },
    mended(text) {
      const kept = without(text, /^(?!routing: \{|#)/);
      return `${kept.replace('bug: true', 'bug: 1')}\n${template === null ? '' : `${template}\n`}`;
    },
  };
}
