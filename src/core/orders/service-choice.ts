// Which local service a call goes to (O14), or why to none now. Pure.
import { shellWord } from '../base/shell-word.ts';
import type { LocalService } from '../model/machines/local-service.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Call } from '../model/orders/call.ts';
import type { Because } from '../model/orders/reason.ts';
import { because } from './reason-words.ts';

export type Choice =
  | { readonly kind: 'service'; readonly service: string }
  /** All fitting services have as many calls as they take. */
  | { readonly kind: 'busy'; readonly why: Because }
  /** None answers now, but one may soon do so by itself. */
  | { readonly kind: 'down'; readonly why: Because }
  /** Only a person at the machine can help. */
  | { readonly kind: 'none'; readonly why: Because };

/** For an action. */
export function serviceIn(choice: Choice | null): { readonly service?: string } {
  return choice?.kind === 'service' ? { service: choice.service } : {};
}

export interface Here {
  /** In the order of instances.yaml. */
  readonly services: readonly LocalService[];
  readonly load: ReadonlyMap<string, number>;
  /** The machine's name. */
  readonly name: string;
}

/** The least loaded one that is healthy; of equals the first in instances.yaml. */
export function chooseService({ to }: Pick<Call, 'to'>, { services, load, name }: Here): Choice {
  const fit = services.filter((service) => answersTo(service, to));
  if (fit.length === 0) return { kind: 'none', why: because.noProgram(missing(to, name)) };
  const callable = fit.filter((service) => service.port !== null);
  if (callable.length === 0)
    return {
      kind: 'none',
      why: because.noProgram(`${fit.map((it) => it.name).join(', ')} has no port; on ${name}: set one in .coord/instances.yaml`),
    };
  const healthy = callable.filter(isHealthy);
  if (healthy.length === 0) {
    const states = callable.map((service) => `${service.name} is ${service.givenUp ? 'given up' : service.state}`).join(', ');
    const help = callable.find((service) => service.managed);
    const how = help === undefined ? 'start it' : `coord instance start ${shellWord(help.name)}`;
    return callable.some(comesByItself)
      ? { kind: 'down', why: because.programDown(states) }
      : { kind: 'none', why: because.noProgram(`${states}; on ${name}: ${how}`) };
  }
  const loadOf = (service: LocalService) => load.get(service.name) ?? 0;
  const free = healthy.filter((service) => loadOf(service) < service.capacity);
  const [first, ...others] = free;
  if (first === undefined) return { kind: 'busy', why: because.programBusy(busyWords(to, healthy)) };
  const best = others.reduce((least, service) => (loadOf(service) < loadOf(least) ? service : least), first);
  return { kind: 'service', service: best.name };
}

/** Whether the call may go to a service with this name and these specialties. Case and blanks do not count. */
function answersTo({ name, specialties }: Pick<LocalService, 'name' | 'specialties'>, to: Call['to']): boolean {
  if (to.kind === 'instance') return name === to.name;
  const wanted = to.name.trim().toLowerCase();
  return specialties.some((specialty) => specialty.trim().toLowerCase() === wanted);
}

/** A `BUSY` service counts as ONLINE: that was the supervisor's last look, and the calls of now are counted here. */
function isHealthy({ state }: LocalService): boolean {
  return state === 'ONLINE' || state === 'BUSY';
}

function comesByItself({ state, givenUp }: LocalService): boolean {
  return !givenUp && (state === 'STARTING' || state === 'DEGRADED' || state === 'CRASHED');
}

function missing({ kind, name: wanted }: Call['to'], machine: string): string {
  return kind === 'instance'
    ? `no program ${wanted}; on ${machine}: name it in .coord/instances.yaml, then run coord daemon`
    : `no program for ${wanted}; on ${machine}: give one that specialty in .coord/instances.yaml, then run coord daemon`;
}

function busyWords(to: Call['to'], healthy: readonly LocalService[]): string {
  const [only, second] = healthy;
  const what = to.kind === 'instance' ? only?.name : `for ${to.name}`;
  if (to.kind === 'instance' || second === undefined) {
    const who = to.kind === 'instance' ? `${what}` : `${only?.name}, the only healthy program ${what},`;
    return `${who} is busy, ${only?.capacity} of ${only?.capacity} calls`;
  }
  return `all ${healthy.length} programs ${what} are busy`;
}

/** Whether a machine has a service that the call may go to, by its document. */
export function serves(document: Pick<MachineDocument, 'programs'> | undefined, to: Call['to']): boolean {
  return Object.entries(document?.programs ?? {}).some(([name, { specialties }]) => answersTo({ name, specialties }, to));
}

/** Whether such a service is healthy and takes more calls, by that machine's document. */
export function mayAnswer({ programs: services = {} }: Pick<MachineDocument, 'programs'>, to: Call['to']): boolean {
  return Object.entries(services).some(
    ([name, { specialties, state, load, capacity }]) =>
      answersTo({ name, specialties }, to) && state === 'ONLINE' && load < capacity,
  );
}

/** `builder`, `for build`: after "a program". */
export function servicePhrase({ kind, name }: Call['to']): string {
  return kind === 'instance' ? name : `for ${name}`;
}
