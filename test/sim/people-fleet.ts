// What people write into fleet.yaml on the host: pauses of the fleet and of machines, in every form that it takes, and routes.
import { isoTime } from '../../src/core/base/time.ts';
import type { Chance } from './chance.ts';

export interface FleetPeople {
  /** The next text of fleet.yaml, after somebody changed his mind. `nowMs`: by his own clock. */
  change(text: string, nowMs: number): string;
  /** Nobody is paused, and each route can be read. */
  mended(text: string): string;
}

const ROUTES = ['bug: 1', 'bug: 2', 'bug: any', 'bug: [2, any]', 'docs: all', 'DOCS: m1', 'docs: { tags: [gpu] }'];

export function createFleetPeople(chance: Chance, machines: () => readonly number[]): FleetPeople {
  const knowsRoutes = chance.is(0.6);
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
  return {
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
      return `${kept.replace('bug: true', 'bug: 1')}\n`;
    },
  };
}
