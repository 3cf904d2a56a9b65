// What STATUS.json says of one machine, by documents alone.
import { latest } from '../base/time.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { StatusMachine, StatusService } from '../model/status/status.ts';
import { highestLostBeat, isReportedLost } from '../presence/gone.ts';

/** When each machine was heard of last, as the others say. Made once for all of them: for each of 200 it would be looked for in 200 documents. */
export function timesSeen(machines: Machines): ReadonlyMap<number, string> {
  const newest = new Map<number, string>();
  for (const { document } of machines.values()) {
    for (const [machine, at] of Object.entries(document.seen)) {
      if (at > (newest.get(Number(machine)) ?? '')) newest.set(Number(machine), at);
    }
  }
  return newest;
}

/** `seen`: `timesSeen` of these machines. */
export function machineStatus(number: number, machines: Machines, seen: ReadonlyMap<number, string>): StatusMachine {
  const view = machines.get(number);
  if (view === undefined) throw new Error(`no machine ${number} among the sources`);
  const { document, results } = view;
  const { name, seq, tags, tools, slots, allows, version } = document;
  const runs = results.running.map((run) => run.order);
  const heartbeat = `${Math.round(document.heartbeatMs / 1000)}s`;
  const lastSeen = latest([document.updated, seen.get(number) ?? '']);
  return {
    name,
    state: isOffline(number, machines) ? 'OFFLINE' : document.state,
    lastSeen,
    seq,
    runs,
    tags,
    tools,
    slots,
    allows,
    heartbeat,
    version,
    ...pauseStatus(document),
    ...emergencyStatus(document),
    ...servicesStatus(document),
    ...(isBack(number, machines) ? { back: true as const } : {}),
    ...(document.usage === undefined || document.state === 'LEFT' ? {} : { usage: document.usage }),
  };
}

function pauseStatus({ state, paused }: MachineDocument): Pick<StatusMachine, 'pausedUntil' | 'pauseNote'> {
  if (state !== 'PAUSED' || paused === undefined) return {};
  const { until, note } = paused;
  return { ...(until === null ? {} : { pausedUntil: until }), ...(note === '' ? {} : { pauseNote: note }) };
}

function emergencyStatus({ emergency, state }: MachineDocument): Pick<StatusMachine, 'emergency' | 'emergencySince'> {
  if (emergency === undefined || state === 'LEFT') return {};
  return { emergency: emergency.what, emergencySince: emergency.since };
}

function servicesStatus({ programs: services, state }: MachineDocument): Pick<StatusMachine, 'programs'> {
  if (services === undefined || state === 'LEFT') return {};
  const shown = Object.entries(services).map(([name, { givenUp, detail, ...service }]): [string, StatusService] => [
    name,
    { ...service, ...(givenUp ? { givenUp } : {}), ...(detail === null ? {} : { detail }) },
  ]);
  return { programs: Object.fromEntries(shown) };
}

/** F2: lost by another machine's statement, with a beat that this machine's own document has not passed yet. */
export function isOffline(number: number, machines: Machines): boolean {
  const document = machines.get(number)?.document;
  if (document === undefined || document.state === 'LEFT') return false;
  return isReportedLost(number, document.beat, machines);
}

/** Another machine still calls it lost, and it has been heard of since. */
function isBack(number: number, machines: Machines): boolean {
  const document = machines.get(number)?.document;
  if (document === undefined || document.state === 'LEFT' || isOffline(number, machines)) return false;
  return highestLostBeat(number, machines) >= 0;
}
