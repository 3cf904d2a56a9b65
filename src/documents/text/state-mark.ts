// Shows a state as a shape and a word, so that neither the colour nor the shape carries it alone.
import type { ServiceState } from '../../core/model/machines/local-service.ts';
import type { OrderState } from '../../core/model/orders/run.ts';
import type { StatusMachine } from '../../core/model/status/status.ts';

type State = StatusMachine['state'] | OrderState | ServiceState;

const MARKS: Readonly<Record<State, string>> = {
  WORKING: '●',
  ACTIVE: '◐',
  IDLE: '○',
  PAUSED: '◫',
  EMERGENCY: '▲',
  LEFT: '−',
  OFFLINE: '✕',
  QUEUED: '○',
  ASSIGNED: '◔',
  IN_PROGRESS: '●',
  COMPLETED: '✓',
  FAILED: '✕',
  BLOCKED: '▲',
  CANCELLED: '−',
  STARTING: '◔',
  ONLINE: '●',
  BUSY: '◉',
  DEGRADED: '▲',
  CRASHED: '✕',
};

/** `● WORKING`, `✕ FAILED`, `● IN PROGRESS`. */
export function markedState(state: State): string {
  return `${MARKS[state]} ${state.replace('_', ' ')}`;
}

/** Of a machine: an emergency stands beside every other state, and is said first (M6). */
export function markedMachineState({ state, emergency }: Pick<StatusMachine, 'state' | 'emergency'>): string {
  const isBeside = emergency !== undefined && state !== 'EMERGENCY' && state !== 'LEFT';
  return isBeside ? `${markedState('EMERGENCY')}, ${state}` : markedState(state);
}

/** For narrow table cells: breaks neither a state nor a date nor a time of day, but may break between the last two. */
export function unbroken(text: string): string {
  return text.replaceAll(/ (?!\d\d:)/g, '\u00a0').replaceAll('-', '\u2011');
}

/** A state in a narrow cell: its shape stays with its first word. */
export function markedCell(state: State): string {
  return keptTogether(markedState(state));
}

/** The same of a machine. */
export function markedMachineCell(machine: Pick<StatusMachine, 'state' | 'emergency'>): string {
  return keptTogether(markedMachineState(machine));
}

function keptTogether(words: string): string {
  return words.replace(' ', '\u00a0');
}
