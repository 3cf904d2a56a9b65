// What fills the screen when somebody looks into a row: the log of a run, or what is known of an order, a machine, a message.
import { plainText } from '../../core/base/redact.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import type { LocalService } from '../../core/model/machines/local-service.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { readableTime } from '../../documents/text/iso-time.ts';
import { stepWithLog } from '../../operations/orders/chain-edits.ts';
import { endOfLog } from '../../operations/orders/log-end.ts';
import { type LogHere, logHere } from '../../operations/orders/log-here.ts';
import { type LocalLog, newestLog } from '../../operations/orders/run-log.ts';
import type { View } from '../../operations/sync/view.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Context } from '../context.ts';
import { PLAIN } from '../output/paint.ts';
import { inboxLines } from '../output/show-messages.ts';
import type { Commands } from './acts.ts';
import type { Sight } from './frame-state.ts';
import type { Looked } from './look-lines.ts';
import type { LookAt } from './state.ts';

const LOG_BYTES_MAX = 128 * 1024;

type LookedService = Pick<LocalService, 'name' | 'state'> &
  Partial<Pick<LocalService, 'givenUp' | 'port'>> & { readonly detail?: string | null };

/** Every character of it is visible. */
export async function lookInto(context: Context, commands: Commands, sight: Sight, at: LookAt): Promise<Looked> {
  if (typeof sight.view === 'string') return { title: '', lines: [] };
  const { subject } = at;
  switch (subject.kind) {
    case 'machine':
      return machineLook(sight, sight.view, subject.machine);
    case 'message':
      return messageLook(context, sight, sight.view, subject.key);
    default:
      return at.kind === 'log'
        ? logLook(context.fleet(), sight.view, subject.order, subject.machine)
        : {
            title: subject.order,
            lines: await commands.describe(subject.order),
            whole: `coord order show ${shellWord(subject.order)}`,
          };
  }
}

/** As `coord logs` finds it: the full one if it ran here, else what was reported of its end. */
async function logLook(folder: FleetFolder, view: View, named: string, machine: number | undefined): Promise<Looked> {
  const id = stepWithLog(view, named);
  const log = await logOf(folder, view, id, machine);
  if (log?.isNewest === true) return shownLog(id, log, log.isOver() ? 'it has ended' : 'it runs');
  const order = view.orders[id];
  const runs = order?.machines ?? (order === undefined ? {} : { [String(order.machine ?? '')]: order });
  const told = Object.entries(runs).filter(([number]) => machine === undefined || number === String(machine) || number === '');
  const lines = told.flatMap(([number, { tail }]) => {
    if (tail === undefined) return [];
    return [...(told.length > 1 ? [`on ${listedName(Number(number), view.machines)}:`] : []), ...linesOf(tail)];
  });
  const teller = machine ?? order?.machine;
  const where = teller === undefined ? 'that machine' : listedName(teller, view.machines);
  if (lines.length > 0) return { title: visibleText(`${id} · the last lines, as ${where} reported them`), lines, shows: 'end' };
  if (log !== null && order?.state !== 'IN_PROGRESS')
    return shownLog(id, log, `an earlier run, ${log.run.generation}.${log.run.attempt}`);
  const why =
    order?.state === 'IN_PROGRESS'
      ? `it is shown once ${where} reports its end`
      : `it is ${order?.state ?? 'not listed any more'}`;
  return { title: visibleText(id), lines: [visibleText(`no output here: ${why}`)] };
}

/** `machine`: whose run is meant; undefined = the newest, wherever that was. Null = there is none here. */
async function logOf(folder: FleetFolder, view: View, id: string, machine: number | undefined): Promise<LogHere | null> {
  if (machine === undefined) return logHere(folder, id);
  const log = machine === view.self.machine ? newestLog(folder, id) : null;
  return log === null ? null : { ...log, isNewest: true };
}

function shownLog(id: string, log: LocalLog, state: string): Looked {
  return {
    title: visibleText(`${id} · ${state} · ${log.path}`),
    lines: linesOf(endOfLog(log.path, LOG_BYTES_MAX)),
    shows: 'end',
    whole: visibleText(`coord logs ${shellWord(id)}`),
  };
}

function linesOf(text: string): readonly string[] {
  return visibleText(plainText(text)).trimEnd().split('\n');
}

function machineLook({ services }: Sight, view: View, number: number): Looked {
  const machine = view.machines[String(number)];
  if (machine === undefined) return { title: `machine ${number}`, lines: ['this machine is not listed any more'] };
  const isSelf = number === view.self.machine;
  const fields: readonly (readonly [string, string])[] = [
    ['state', machine.state],
    ['doubted', machine.doubted ?? ''],
    ['emergency', machine.emergency ?? ''],
    ['paused', machine.pauseNote ?? ''],
    ['runs', machine.runs.join(', ')],
    ['slots', String(machine.slots)],
    ['tags', machine.tags.join(', ')],
    ['tools', machine.tools.join(', ')],
    ['allows', machine.allows.join(', ')],
    ['heartbeat', machine.heartbeat],
    ['heard', isSelf ? 'this one' : readableTime(view.sync.lastHeard[String(number)] ?? machine.lastSeen)],
    ['version', machine.version],
    ...(isSelf ? services : Object.entries(machine.programs ?? {}).map(([name, service]) => ({ name, ...service }))).map(
      serviceField,
    ),
  ];
  const lines = fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => visibleText(`${`${name}:`.padEnd(11)}${value}`));
  return { title: visibleText(`machine ${listedName(number, view.machines)}`), lines };
}

function serviceField(service: LookedService): readonly [string, string] {
  const { name, state, givenUp, port = null, detail } = service;
  const words = [name, state, givenUp ? 'given up' : '', port === null ? '' : `port ${port}`, detail ?? ''];
  return ['program', words.filter((word) => word !== '').join(' · ')];
}

/** M5: every line of a body stands after a bar. */
function messageLook(context: Context, { messages }: Sight, view: View, key: string): Looked {
  const message = messages.find(({ source, number }) => `${source} ${number}` === key);
  if (message !== undefined) {
    const foot = message.taken ? [] : ['coord inbox --take marks it as read'];
    return {
      title: 'a message; text after | was written by others',
      lines: [...inboxLines([message], { ...context, paint: PLAIN }), ...foot],
      whole: 'coord inbox --all',
      isQuoted: true,
    };
  }
  const toPeople = view.messages?.toPeople.find(({ from, number }) => `people ${from} ${number}` === key);
  if (toPeople === undefined) return { title: 'a message', lines: ['it is not listed any more'] };
  const quoted = visibleText(toPeople.text)
    .split('\n')
    .map((line) => `  | ${line}`);
  const head = visibleText(`from ${listedName(toPeople.from, view.machines)} to people · ${readableTime(toPeople.at)}`);
  const file = `coordination/messages/${toPeople.from}_TO_0.md`;
  const lines = [head, ...quoted, '', `the whole: ${file}`];
  return { title: 'a message; text after | was written by others', lines, whole: file, isQuoted: true };
}
