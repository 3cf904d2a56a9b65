// The fleet's story on a terminal: one line an event. All that others wrote is shown on its line with every character visible.
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { EVERYBODY } from '../../core/model/messages/message.ts';
import type { Editor, MachineNames, OrderEvent, RunEnded, TimelineEvent } from '../../core/model/status/timeline.ts';
import type { Context } from '../context.ts';
import { columns, plainCell, roughly } from './table.ts';

const WHO_MAX = 24;
const WORDS_MAX = 60;

/** `2026-11-20 22:00:03  2 builder  build finished, exit 0, 12 s`; times are UTC. */
export function timelineLines(events: readonly TimelineEvent[], machines: MachineNames, { paint }: Context): string[] {
  const rows = events.map((event) => [timeWords(event.at), whoWords(event, machines), whatWords(event, machines)]);
  return columns(rows, (cell, column, row) => {
    if (column === 0) return paint.dim(cell);
    const event = events[row];
    return column === 2 && event !== undefined ? paintEvent(cell, event, paint) : cell;
  });
}

function timeWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

function whoWords(event: TimelineEvent, machines: MachineNames): string {
  const who = 'by' in event ? editorWords(event.by, event.kind !== 'message', machines) : nameOf(event.machine, machines);
  return plainCell(who, WHO_MAX);
}

function editorWords(by: Editor, isEdit: boolean, machines: MachineNames): string {
  if ('person' in by) return by.person.trim() === '' ? 'somebody' : by.person;
  return `${isEdit ? 'via ' : ''}${nameOf(by.machine, machines)}`;
}

function whatWords(event: TimelineEvent, machines: MachineNames): string {
  switch (event.kind) {
    case 'order':
      return orderWords(event);
    case 'started':
      return `${runWords(event)} started`;
    case 'takenOver': {
      const before = plainCell(nameOf(event.from, machines), WHO_MAX);
      return event.why === 'lost'
        ? `took over ${runWords(event)}, lost with ${before}`
        : `tries ${runWords(event)}, which failed on ${before}`;
    }
    case 'ended':
      return endWords(event);
    case 'message': {
      const { to, number, priority, text } = event;
      const reader = to === EVERYBODY ? 'all' : to === '0' ? 'people' : nameOf(Number(to), machines);
      const about = [`to ${reader}`, ...(number === null ? [] : [`#${number}`]), ...(priority === 'normal' ? [] : [priority])];
      return `${plainCell(about.join(' · '), WORDS_MAX)}: ${plainCell(text, WORDS_MAX)}`;
    }
    case 'machine':
      if (event.what === 'joined') return 'joined the fleet';
      if (event.what === 'left') return 'left the fleet';
      return event.what === 'back' ? 'is back' : `reported lost by ${plainCell(nameOf(event.says ?? 0, machines), WHO_MAX)}`;
    case 'fault':
      return `${event.document}: ${plainCell(event.text, 120)}`;
  }
}

function orderWords({ order, what, title, fields, for: assign }: OrderEvent): string {
  const words = [`order ${plainCell(order, 90)} ${what}`];
  if (what === 'changed') words.push(`: ${plainCell(fields.join(', '), WORDS_MAX)}`);
  if (what === 'added' && assign !== null) words.push(` for ${plainCell(String(assign), WHO_MAX)}`);
  if (title !== null && title !== '') words.push(` “${plainCell(title, WORDS_MAX)}”`);
  return words.join('');
}

const END_WORDS = { COMPLETED: 'finished', FAILED: 'failed', CANCELLED: 'stopped' } as const;

function endWords(event: RunEnded): string {
  const { state, reason, exitCode, asks, durationMs } = event;
  const words = [
    `${runWords(event)} ${asks === true ? 'needs a person' : END_WORDS[state]}`,
    ...(reason === null ? [] : [plainCell(reason, WORDS_MAX)]),
    ...(exitCode === null || asks === true ? [] : [`exit ${exitCode}`]),
    ...(durationMs === null ? [] : [roughly(durationMs)]),
  ];
  return words.join(', ');
}

/** The generation and attempt are said where they are not the first. */
function runWords({ order, generation, attempt }: { order: string; generation: number; attempt: number }): string {
  const which = [...(generation > 1 ? [`generation ${generation}`] : []), ...(attempt > 1 ? [`attempt ${attempt}`] : [])];
  return `${plainCell(order, 90)}${which.length === 0 ? '' : ` (${which.join(', ')})`}`;
}

function nameOf(machine: number, machines: MachineNames): string {
  return numberedName(machine, machines[machine]);
}

function paintEvent(cell: string, event: TimelineEvent, paint: Context['paint']): string {
  if (event.kind === 'fault') return paint.yellow(cell);
  if (event.kind === 'ended')
    return event.state === 'COMPLETED' ? paint.green(cell) : event.state === 'FAILED' ? paint.red(cell) : cell;
  return event.kind === 'machine' && event.what === 'lost' ? paint.red(cell) : cell;
}
