// Lists the services to look after: those of the file, in its order, then those that still run and are no longer in it.
import type { ServiceSettings, ServiceSpec } from '../../../core/model/machines/local-service.ts';
import { notedServices, readNote } from '../system/service-files.ts';
import { type ManagedService, openService, type ServicePlace } from './managed-service.ts';
import type { Removals } from './removals.ts';

interface Roster {
  readonly lives: readonly ManagedService[];
  readonly removals: Removals;
  /** Of changed entries, in the same way: a file that is being written may also end in the middle of one. */
  readonly changes: Removals;
  readonly place: ServicePlace;
  /** What is wrong with one stands in the way of no other. */
  wrong(name: string, error: unknown): void;
}

export async function takeSettings(
  settings: ServiceSettings,
  { lives, removals, changes, place, wrong }: Roster,
): Promise<ManagedService[]> {
  const known = new Map(lives.map((life) => [life.name, life]));
  const next: ManagedService[] = [];
  const lifeOf = async (name: string, specOf: () => ServiceSpec | null) => {
    try {
      return known.get(name) ?? (await openService(name, specOf(), place));
    } catch (error) {
      wrong(name, error);
      return null;
    }
  };
  const changed = new Map<ManagedService, string>();
  for (const spec of settings.services) {
    const life = await lifeOf(spec.name, () => spec);
    if (life === null) continue;
    if (life.differsFrom(spec)) changed.set(life, JSON.stringify(spec));
    else life.spec = spec;
    next.push(life);
  }
  const settled = changes.missing([...changed.values()]);
  for (const [life, text] of changed) {
    // Until then it goes on as it was started.
    const spec = settled.has(text) ? (JSON.parse(text) as ServiceSpec) : life.note().spec;
    if (spec != null) life.spec = spec;
  }
  const there = new Set(settings.services.map(({ name }) => name));
  const others = [...new Set([...known.keys(), ...notedServices(place.folder)])].filter((name) => !there.has(name));
  // What cannot be read is no removal: what runs goes on as it was started.
  const isUnclear = settings.unreadable || settings.unnamed;
  const removed = removals.missing(isUnclear ? [] : others.filter((name) => !settings.refused.includes(name)));
  for (const name of others) {
    const stays = !removed.has(name);
    const life = await lifeOf(name, () => (stays ? (readNote(place.folder, name)?.spec ?? null) : null));
    if (life === null) continue;
    if (!stays) life.spec = null;
    if (known.has(name) || life.process().kind === 'alive' || !stays) next.push(life);
    else life.close();
  }
  return next;
}
