// Machines as rows: state, runs of slots, when they were last heard of, and what there is to say of them. Pure.
import { markedMachineState } from '../../documents/text/state-mark.ts';
import type { View } from '../../operations/sync/view.ts';
import { doubtCell, heard, pauseCell, presence, serviceCells, usageCell } from '../output/show-machines.ts';
import { styleOfState } from '../output/state-words.ts';
import { deafWords } from '../output/synced-words.ts';
import type { Sight } from './frame-state.ts';
import { cell, type Row } from './rows.ts';

export function machinesTitle({ machines }: View): string {
  const there = Object.values(machines).filter(({ state }) => state !== 'LEFT');
  const away = there.filter(({ state }) => state === 'OFFLINE').length;
  return `Machines ${there.length}${away === 0 ? '' : `, ${away} offline`}`;
}

export function machineRows({ fetchedMs, services }: Sight, view: View, nowMs: number): readonly Row[] {
  return Object.entries(view.machines).map(([key, machine]): Row => {
    const number = Number(key);
    const isSelf = number === view.self.machine;
    const state = markedMachineState(machine);
    const words = [
      ...doubtCell(machine),
      ...presence(number, machine, view, fetchedMs),
      ...(isSelf ? deafWords(view, fetchedMs, nowMs) : []),
      ...pauseCell(machine),
      ...usageCell(machine),
      // Of its own programs this machine knows more than it has said.
      ...serviceCells(isSelf ? { ...machine, programs: Object.fromEntries(services.map((one) => [one.name, one])) } : machine),
      ...machine.runs,
      ...(isSelf ? serviceCount(services) : []),
    ];
    return {
      key,
      cells: [
        cell(`${key} ${machine.name}`, machine.state === 'LEFT' ? 'dim' : undefined),
        cell(state, styleOfState(state)),
        cell(machine.state === 'LEFT' ? '' : `${machine.runs.length}/${machine.slots}`),
        cell(heard(number, machine, view, nowMs)),
        cell(words.join(' · ')),
      ],
      about: { kind: 'machine', machine: number },
    };
  });
}

function serviceCount(services: Sight['services']): string[] {
  if (services.length === 0) return [];
  const up = services.filter(({ state }) => state === 'ONLINE' || state === 'BUSY').length;
  return [`programs ${up}/${services.length} up`];
}
