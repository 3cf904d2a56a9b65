// Reads `.coord/instances.yaml`, the local services of this machine (L1). A bad entry is refused at its place and the others run; an
// unknown field is a warning. Only names and numbers are repeated, because values may hold secrets.
import { ALL_PROGRAMS } from '../../../core/messages/program-address.ts';
import { SERVICE_NAME, type ServiceSettings, type ServiceSpec } from '../../../core/model/machines/local-service.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { TypedPath } from '../../../documents/text/as-typed.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';
import { type EntryPlace, serviceOf, WrongEntry } from './instance-entry.ts';

const SERVICES_MAX = 100;
const TYPED: readonly TypedPath[] = [['instances', '*', 'env', '*']];

export interface InstancesPlace {
  /** Of the file, for what is said of it. */
  readonly path: string;
  /** The person's home folder: `~` in a folder, and where a program runs that names none. */
  readonly home: string;
}

export const NO_SERVICES: ServiceSettings = {
  services: [],
  refused: [],
  unnamed: false,
  unreadable: false,
  faults: [],
  warnings: [],
};

/** `instances:` with a mapping by name, or a list whose entries have a `name`. */
export function parseInstances(text: string, { path, home }: InstancesPlace): ServiceSettings {
  const { value, faults: broken, positionOf } = readYaml(text, path, TYPED, true);
  const unreadable = (line: number | null, expected: string, found: string): ServiceSettings => {
    const place = line === null ? path : `${path} line ${line}`;
    return { ...NO_SERVICES, unreadable: true, faults: [`${place}: expected ${expected}, found ${found}`] };
  };
  const [first] = broken;
  if (first !== undefined) return unreadable(first.line, first.expected, first.found);
  if (value === null) return NO_SERVICES;
  const whole = isRecord(value) ? value : {};
  const list = whole.instances;
  if (!isRecord(value) || (list !== null && !Array.isArray(list) && !isRecord(list)))
    return unreadable(1, '"instances:" and the programs below it, by name', 'something else');

  const faults: string[] = [];
  const warnings: string[] = [];
  const at = (line: number | null | undefined, words: string) =>
    line == null ? `${path}: ${words}` : `${path} line ${line}: ${words}`;
  for (const key of Object.keys(whole).filter((other) => other !== 'instances'))
    warnings.push(at(positionOf(key)?.line, `"${visibleText(key)}" is unknown, and ignored`));

  const entries: readonly (readonly [key: string | number, name: unknown, entry: unknown])[] = Array.isArray(list)
    ? list.map((entry: unknown, index) => [index, isRecord(entry) ? entry.name : undefined, entry] as const)
    : Object.entries((list as Record<string, unknown> | null) ?? {}).map(([name, entry]) => [name, name, entry] as const);
  const services: ServiceSpec[] = [];
  const refused = new Set<string>();
  let unnamed = false;
  for (const [key, name, entry] of entries) {
    const lineOf = (...inner: string[]) => (positionOf('instances', key, ...inner) ?? positionOf('instances', key))?.line;
    const place: EntryPlace = {
      home,
      isInList: typeof key === 'number',
      ignored: (...inner) =>
        warnings.push(
          at(lineOf(...inner), `${visibleText(String(name))}: "${visibleText(inner.join('.'))}" is unknown, and ignored`),
        ),
    };
    try {
      services.push(mustFit(name, entry, services, place));
    } catch (error) {
      if (!(error instanceof WrongEntry)) throw error;
      const isNamed = typeof name === 'string' && SERVICE_NAME.test(name);
      if (isNamed) refused.add(name);
      else unnamed = true;
      faults.push(
        at(
          lineOf(...(error.key === null ? [] : [error.key])),
          `${isNamed ? name : `entry ${faults.length + services.length + 1}`}: ${error.message}`,
        ),
      );
    }
  }
  // Of two with one name the first one stands.
  const names = new Set(services.map(({ name }) => name));
  return { ...NO_SERVICES, services, refused: [...refused].filter((name) => !names.has(name)), unnamed, faults, warnings };
}

/** `services`: those before it. Throws WrongEntry. */
function mustFit(name: unknown, entry: unknown, services: readonly ServiceSpec[], place: EntryPlace): ServiceSpec {
  if (name === ALL_PROGRAMS) throw new WrongEntry('expected a name, found all, which means every program', 'name');
  if (typeof name !== 'string' || !SERVICE_NAME.test(name))
    throw new WrongEntry(
      'expected a name of small letters, digits, - and _ that begins with a letter, found another one',
      'name',
    );
  if (services.some((service) => service.name === name))
    throw new WrongEntry(`expected each name once, found ${name} a second time`, 'name');
  if (services.length >= SERVICES_MAX) throw new WrongEntry(`expected at most ${SERVICES_MAX} programs, found more`);
  const service = serviceOf(name, entry, place);
  const other = services.find(({ port }) => port !== null && port === service.port);
  if (other !== undefined && service.command !== null && other.command !== null)
    throw new WrongEntry(`expected a port of its own, found ${service.port}, which is that of ${other.name}`, 'port');
  return service;
}
