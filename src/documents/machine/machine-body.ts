// Renders the part of COMPUTER_<N>.md that people read: what the machine does, and their notes. Text that comes from runs is escaped, so
// nothing above the notes can look like their marks.
import type { MachineDocument } from '../../core/model/machines/machine.ts';
import type { OrderState, ResultsDocument } from '../../core/model/orders/run.ts';
import { pausedWords } from '../../core/orders/pause.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { markedCell, markedMachineState, markedState, unbroken } from '../text/state-mark.ts';

const OPEN = '<!-- notes -->';
const CLOSE = '<!-- /notes -->';
const ENDED_SHOWN = 5;

export function machineBody(document: MachineDocument, report: ResultsDocument): string {
  const { emergency, paused } = document;
  return [
    `# ${document.machine} · ${markdownCell(document.name)}`,
    `${markedMachineState({ state: document.state, ...(emergency === undefined ? {} : { emergency: emergency.what }) })} · ${document.load} of ${document.slots} slots in use · ${readableTime(document.updated)}`,
    ...(emergency === undefined ? [] : [`**EMERGENCY** since ${readableTime(emergency.since)}: ${markdownCell(emergency.what)}`]),
    ...(paused === undefined
      ? []
      : [`Nothing new starts here: ${pausedWords(paused)}${paused.note === '' ? '' : `, ${markdownCell(paused.note)}`}.`]),
    ...(document.removedBy === null ? [] : [`Removed from the fleet by a person, on machine ${document.removedBy}.`]),
    ...runTable(report),
    ...serviceTable(document),
    '## Notes',
    'Text between the two notes marks is kept, whether it is typed on the host or on the machine. coord rewrites everything else.',
    `${OPEN}\n${document.notes}${document.notes === '' ? '' : '\n'}${CLOSE}\n`,
  ].join('\n\n');
}

/** What `machineBody` was given as notes. Without a closing mark they go on to the end: no word is lost. */
export function notesOf(body: string): string {
  const open = body.indexOf(OPEN);
  if (open === -1) return '';
  const from = open + OPEN.length;
  const close = body.lastIndexOf(CLOSE);
  const between = close < from ? body.slice(from) : body.slice(from, close);
  return between.replace(/^\r?\n/, '').replace(/\n$/, '');
}

function runTable(report: ResultsDocument): string[] {
  const running = report.running.map((run) => row(run.order, 'IN_PROGRESS', `since ${unbroken(readableTime(run.startedAt))}`));
  const waiting = report.waiting.map((wait) => row(wait.order, wait.state, markdownCell(wait.reason)));
  const ended = report.ended
    .slice(-ENDED_SHOWN)
    .reverse()
    .map((run) => row(run.order, run.state, endReason(run), unbroken(readableTime(run.finishedAt))));
  const rows = [...running, ...waiting, ...ended];
  if (rows.length === 0) return ['Nothing runs, nothing waits.'];
  return [['| state | order |', '|---|---|', ...rows].join('\n')];
}

function serviceTable({ programs: services = {} }: MachineDocument): string[] {
  const rows = Object.entries(services).map(([name, { state, givenUp, load, capacity, specialties, detail }]) => {
    const what = [markdownCell(specialties.join(', ')), markdownCell(detail ?? '')].filter((it) => it !== '').join(' · ');
    return `| ${markdownCell(name)} | ${markedState(state)}${givenUp ? ', given up' : ''} | ${load} of ${capacity} | ${what} |`;
  });
  return rows.length === 0 ? [] : [['| program | state | calls | |', '|---|---|---|---|', ...rows].join('\n')];
}

function endReason(run: ResultsDocument['ended'][number]): string {
  const code = run.exitCode === null || run.exitCode === 0 ? '' : `exit code ${run.exitCode}`;
  return [code, markdownCell(run.reason ?? '')].filter((it) => it !== '').join(', ');
}

/** Two columns, as on the board: three are wider than a phone. */
function row(order: string, state: OrderState, ...rest: string[]): string {
  return `| ${markedCell(state)} | ${[`**${markdownCell(order)}**`, ...rest].filter((it) => it !== '').join('<br>')} |`;
}
