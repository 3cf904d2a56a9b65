// The machines of a fleet as lines of a table, for people.
import { minuteTime } from '../../core/base/time.ts';
import type { ServiceState } from '../../core/model/machines/local-service.ts';
import type { StatusMachine } from '../../core/model/status/status.ts';
import { usageWords } from '../../core/presence/usage.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { markedMachineState } from '../../documents/text/state-mark.ts';
import type { View } from '../../operations/sync/view.ts';
import type { Reading } from '../context.ts';
import { paintState } from './state-words.ts';
import { deafWords } from './synced-words.ts';
import { ago, CELL_MAX, columns, plainCell } from './table.ts';

/** `fetchedMs`: when the remote last answered here; null = never. */
export function machineLines(view: View, { paint, nowMs }: Reading, fetchedMs: number | null): string[] {
  const cells = Object.entries(view.machines).map(([number, machine]) => [
    number,
    machine.name,
    markedMachineState(machine),
    machine.runs.length === 0 ? '-' : machine.runs.join(', '),
    machine.tags.length === 0 ? '-' : machine.tags.join(','),
    `${machine.runs.length}/${machine.slots}`,
    machine.version === '' ? '-' : machine.version,
    [
      heard(Number(number), machine, view, nowMs()),
      ...doubtCell(machine),
      ...presence(Number(number), machine, view, fetchedMs),
      ...(Number(number) === view.self.machine ? deafWords(view, fetchedMs, nowMs()) : []),
      ...emergencyCell(machine),
      ...pauseCell(machine),
      ...usageCell(machine),
      ...serviceCells(machine),
    ].join(' · '),
  ]);
  const rows = cells.map((row) => row.map((cell) => plainCell(cell, CELL_MAX)));
  return columns([['#', 'NAME', 'STATE', 'RUNS', 'TAGS', 'SLOTS', 'VERSION', 'LAST HEARD'], ...rows], (cell, column, row) =>
    row === 0 ? paint.dim(cell) : column === 2 ? paintState(cell, paint) : cell,
  );
}

/** T5.6: what it says besides is not shown. */
export function doubtCell({ doubted }: Pick<StatusMachine, 'doubted'>): string[] {
  return doubted === undefined ? [] : [`not believed: ${doubted}`];
}

function emergencyCell({ emergency }: StatusMachine): string[] {
  return emergency === undefined ? [] : [`EMERGENCY: ${plainCell(emergency, 60)}`];
}

/** H4: where it matters. */
export function usageCell({ state, usage }: StatusMachine): string[] {
  const words = state === 'OFFLINE' ? '' : usageWords(usage);
  return words === '' ? [] : [words];
}

/** Of its programs, those that are not well. */
export function serviceCells({
  programs: services = {},
  state,
}: {
  readonly programs?: Readonly<Record<string, { readonly state: ServiceState; readonly givenUp?: boolean }>> | undefined;
  readonly state: StatusMachine['state'];
}): string[] {
  if (state === 'OFFLINE') return [];
  return Object.entries(services)
    .filter(([, service]) => service.givenUp === true || service.state === 'CRASHED' || service.state === 'DEGRADED')
    .map(([name, service]) => `program ${name} ${service.state}${service.givenUp ? ', given up' : ''}`);
}

export function pauseCell({ state, pausedUntil, pauseNote }: StatusMachine): string[] {
  if (state !== 'PAUSED') return [];
  const until = pausedUntil === undefined ? 'until resumed' : `until ${minuteTime(pausedUntil)}`;
  return [pauseNote === undefined ? until : `${until}: ${plainCell(pauseNote, 60)}`];
}

/** When this machine last saw the other's lane move; its own word where it never did. */
export function heard(number: number, machine: StatusMachine, view: View, nowMs: number): string {
  if (number === view.self.machine) return 'this one';
  return ago(view.sync.lastHeard[String(number)] ?? machine.lastSeen, nowMs);
}

/** So many of its heartbeats without a sign: it is late. After three it counts as lost (O4). */
const LATE_HEARTBEATS = 2;

/** Back or late (that it is lost, its state says); late by what this machine saw until the remote last answered, so that its own silence counts for nothing. */
export function presence(
  number: number,
  { state, back, heartbeat }: StatusMachine,
  view: View,
  fetchedMs: number | null,
): string[] {
  if (state === 'OFFLINE') return [];
  if (back) return ['back'];
  const heardMs = Date.parse(view.sync.lastHeard[String(number)] ?? '');
  const everyMs = parseDuration(heartbeat);
  if (number === view.self.machine || state === 'LEFT' || fetchedMs === null || everyMs === null) return [];
  return fetchedMs - heardMs > LATE_HEARTBEATS * everyMs ? [`late (expected every ${heartbeat})`] : [];
}
