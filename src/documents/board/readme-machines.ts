// Renders the board's table of machines. The state comes first, as a shape and a word, and there are two columns, so that it can be read on a
// narrow screen.
import { counted } from '../../core/base/counted.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { StatusDocument, StatusMachine } from '../../core/model/status/status.ts';
import { usageWords } from '../../core/presence/usage.ts';
import { machineDocumentPath } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { markedMachineCell, markedState, unbroken } from '../text/state-mark.ts';

/** So many stand in the open: those in trouble, then the lowest numbers. */
const OPEN_MAX = 12;
const TROUBLE: readonly StatusMachine['state'][] = ['EMERGENCY', 'OFFLINE'];

export function machineTable({ machines }: StatusDocument): string[] {
  const all = Object.entries(machines).sort(([a], [b]) => Number(a) - Number(b));
  if (all.length === 0) return ['No machine has joined yet. On a computer: `coord join`.'];
  const isInTrouble = ([, { state, emergency }]: NumberedMachine) => TROUBLE.includes(state) || emergency !== undefined;
  const byTrouble = [...all.filter(isInTrouble), ...all.filter((it) => !isInTrouble(it))];
  const open = new Set(byTrouble.slice(0, OPEN_MAX));
  const folded = all.filter((it) => !open.has(it));
  const table = (rows: readonly NumberedMachine[]) => ['| state | machine |', '|---|---|', ...rows.map(row)].join('\n');
  const title = counted(folded.length, 'more machine');
  return [
    table(all.filter((it) => open.has(it))),
    ...(folded.length === 0 ? [] : [`<details>\n<summary>${title}</summary>\n\n${table(folded)}\n\n</details>`]),
  ];
}

type NumberedMachine = readonly [number: string, machine: StatusMachine];

function row([number, machine]: NumberedMachine): string {
  const lines = [
    `[${numberedName(number, markdownCell(machine.name))}](${machineDocumentPath(Number(number))})`,
    emergencyCell(machine),
    machine.runs.length === 0 ? '' : `runs ${machine.runs.map(markdownCell).join(', ')}`,
    pausedCell(machine),
    backCell(machine),
    machine.state === 'OFFLINE' ? '' : usageWords(machine.usage),
    serviceCell(machine),
    `seen ${unbroken(readableTime(machine.lastSeen))}`,
  ];
  return `| ${markedMachineCell(machine)} | ${lines.filter((line) => line !== '').join('<br>')} |`;
}

/** L5: of its programs, those that are not well. */
function serviceCell({ programs: services = {}, state }: StatusMachine): string {
  if (state === 'OFFLINE') return '';
  return Object.entries(services)
    .filter(([, service]) => service.givenUp === true || service.state === 'CRASHED' || service.state === 'DEGRADED')
    .map(([name, service]) => {
      const why = service.detail === undefined ? '' : `: ${markdownCell(service.detail)}`;
      return `program ${markdownCell(name)} ${markedState(service.state)}${service.givenUp ? ', given up' : ''}${why}`;
    })
    .join('<br>');
}

function backCell({ back }: StatusMachine): string {
  return back ? 'back after it was lost' : '';
}

function emergencyCell({ emergency, emergencySince = '' }: StatusMachine): string {
  if (emergency === undefined) return '';
  return `since ${unbroken(readableTime(emergencySince))}: ${markdownCell(emergency)}`;
}

function pausedCell({ state, pausedUntil, pauseNote }: StatusMachine): string {
  if (state !== 'PAUSED') return '';
  const until = pausedUntil === undefined ? 'until resumed' : `until ${unbroken(readableTime(pausedUntil))}`;
  return pauseNote === undefined ? until : `${until}: ${markdownCell(pauseNote)}`;
}
