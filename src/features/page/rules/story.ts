// What happened to an order, a line an event, in words. Pure.
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import type { Editor, MachineEvent, TimelineEvent } from '../../../core/model/status/timeline.ts';
import { lengthWords } from './age-words.ts';

/** Machines by number. */
export type Names = Readonly<Record<string, string>>;

export interface StoryLine {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly words: string;
}

export function storyOf(events: readonly TimelineEvent[], names: Names): readonly StoryLine[] {
  return events.map((event) => ({ at: event.at, words: wordsOf(event, names) }));
}

export function wordsOf(event: TimelineEvent, names: Names): string {
  switch (event.kind) {
    case 'order': {
      const fields = event.what === 'changed' && event.fields.length > 0 ? ` (${event.fields.join(', ')})` : '';
      return `${event.what}${fields} by ${editorIn(event.by, names)}`;
    }
    case 'started':
      return `attempt ${event.attempt} started on ${machineIn(event.machine, names)}`;
    case 'ended': {
      const code = event.exitCode === null || event.exitCode === 0 ? '' : ` with exit code ${event.exitCode}`;
      const took = event.durationMs === null ? '' : ` after ${lengthWords(event.durationMs)}`;
      const why = event.reason === null ? '' : `: ${event.reason}`;
      const how = event.asks === true ? 'stopped, and asks' : event.state.toLowerCase();
      return `attempt ${event.attempt} ${how}${code}${took} on ${machineIn(event.machine, names)}${why}`;
    }
    case 'takenOver':
      return `taken over by ${machineIn(event.machine, names)} from ${machineIn(event.from, names)}`;
    case 'fault':
      return `${event.document}: ${event.text}`;
    case 'machine':
      return machineWords(event, names);
    case 'message':
      return event.text;
  }
}

function machineWords({ what, machine, says }: MachineEvent, names: Names): string {
  const who = machineIn(machine, names);
  if (what === 'lost') return `${who} was lost${says === null ? '' : `, says ${machineIn(says, names)}`}`;
  return what === 'back' ? `${who} is back` : `${who} ${what} the fleet`;
}

function editorIn(by: Editor, names: Names): string {
  return 'person' in by ? by.person : machineIn(by.machine, names);
}

export function machineIn(number: number, names: Names): string {
  const name = Object.hasOwn(names, String(number)) ? names[String(number)] : undefined;
  return name === undefined ? `machine ${number}` : numberedName(number, name);
}
