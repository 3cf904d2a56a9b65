// COMPUTER_<N>.md: what machine N says about itself, as flat settings, and a body for people.
// parseMachineDocument(render(x)) = x; unknown keys survive in `extra`, the notes byte for byte (D3).
import { reachable } from '../../core/base/counter.ts';
import { type SaidService, SERVICE_NAME, SERVICE_STATES } from '../../core/model/machines/local-service.ts';
import { MACHINE_STATES, type MachineDocument, type Scalar } from '../../core/model/machines/machine.ts';
import type { Cursor } from '../../core/model/messages/mail.ts';
import type { ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import { MACHINE_FIELDS } from '../../features/documents.ts';
import type { DocumentKind } from '../document.ts';
import { MACHINE_DOCUMENT } from '../paths.ts';
import { formatDuration, parseDuration } from '../text/duration.ts';
import { visibleText } from '../text/escape-text.ts';
import { isIsoTime } from '../text/iso-time.ts';
import { FlatFields } from '../yaml/flat-fields.ts';
import { machineBody, notesOf } from './machine-body.ts';
import { readMachineFrontMatter, renderMachinePage } from './machine-front-matter.ts';

const LIST = 'words with commas between them';

export const machineDocument: DocumentKind<MachineDocument> = {
  owner: 'machine',
  path: MACHINE_DOCUMENT,
  parse: parseMachineDocument,
  // Each line is a setting.
  room: { bytesMax: 1.2 * 1_048_576, cost: 45 },
};

export function parseMachineDocument(text: string, path: string): Parsed<MachineDocument> {
  const { data, body, faults, positionOf, form } = readMachineFrontMatter(text, path);
  if (data === null) return { value: null, faults };
  const fields = new FlatFields(data, path, positionOf);
  const document = {
    machine: fields.take('machine', 'a number from 1 to 9999', wholeFrom(1, 9999), 0),
    name: fields.take('name', 'text', textOf, ''),
    id: fields.take('id', 'text', textOf, ''),
    instance: fields.take('instance', 'text', textOf, ''),
    seq: fields.take('seq', 'a whole number', wholeFrom(0), 0),
    beat: fields.take('beat', 'a whole number', wholeFrom(0), 0),
    state: fields.take(
      'state',
      `one of ${MACHINE_STATES.join(', ')}`,
      (it) => MACHINE_STATES.find((state) => state === it) ?? null,
      'IDLE',
    ),
    updated: fields.take('updated', 'a time in UTC', timeOf, ''),
    heartbeatMs: fields.take('heartbeat', 'a length such as 60s', lengthOf, 0),
    tags: fields.optional('tags', LIST, wordsOf, []),
    tools: fields.optional('tools', LIST, wordsOf, []),
    slots: fields.optional('slots', 'a whole number', wholeFrom(0), 1),
    load: fields.optional('load', 'a whole number', wholeFrom(0), 0),
    allows: fields.optional('allows', LIST, wordsOf, []),
    version: fields.optional('version', 'text', textOf, ''),
    lost: numbered('lost', data, (key) => fields.take(key, 'a beat', wholeFrom(0), 0)),
    seen: numbered('seen', data, (key) => fields.take(key, 'a time in UTC', timeOf, '')),
  };
  // M1: nobody reads that far.
  const cursors = cursorsOf(data, (key) => reachable(fields.take(key, 'a whole number', wholeFrom(0), 0)));
  const peopleRead = reachable(fields.optional('people_read', 'a whole number', wholeFrom(0), 0));
  const removedBy = fields.optional<number | null>('removed_by', 'a number from 1 to 9999', wholeFrom(1, 9999), null);
  const reads = fields.optional('reads', 'a whole number', wholeFrom(1), 1);
  const until = fields.optional<string | null>('paused_until', 'a time in UTC', timeOf, null);
  const note = fields.optional('pause_note', 'text', textOf, '');
  const paused = document.state === 'PAUSED' ? { paused: { until, note } } : {};
  const what = fields.optional<string | null>('emergency', 'text', textOf, null);
  const since = fields.optional('emergency_since', 'a time in UTC', timeOf, document.updated);
  const emergency = what === null ? {} : { emergency: { what, since } };
  const ofFeatures = Object.assign({}, ...MACHINE_FIELDS.map(({ read }) => read(fields, data)));
  const usage = usageOf(data, fields);
  const services = servicesOf(data, fields);
  const extra = extraOf(fields);
  const bad: readonly Fault[] = fields.faults;
  if (bad.some((fault) => fault.level === 'fault')) return { value: null, faults: bad };
  return {
    value: {
      ...document,
      cursors,
      peopleRead,
      removedBy,
      ...(form === 1 ? {} : { form }),
      ...(reads === 1 ? {} : { reads }),
      ...paused,
      ...emergency,
      ...ofFeatures,
      ...usage,
      ...services,
      extra,
      notes: notesOf(body),
    },
    faults: bad,
  };
}

export function renderMachineDocument(document: MachineDocument, report: ResultsDocument): string {
  const { machine, name, id, instance, seq, beat, state, updated, slots, load, version } = document;
  const words = (list: readonly string[]) => list.join(', ');
  const known: Record<string, Scalar> = Object.assign(Object.create(null), { machine, name, state });
  if (document.emergency !== undefined) {
    known.emergency = document.emergency.what;
    known.emergency_since = document.emergency.since;
  }
  Object.assign(known, { updated, seq, beat });
  known.heartbeat = formatDuration(document.heartbeatMs);
  Object.assign(known, { tags: words(document.tags), tools: words(document.tools), slots, load, allows: words(document.allows) });
  if (document.usage !== undefined) {
    known.used_cpu = document.usage.cpu;
    known.used_memory = document.usage.memory;
  }
  for (const [service, said] of Object.entries(document.programs ?? {})) known[`program_${service}`] = renderServiceLine(said);
  Object.assign(known, { version, ...(document.reads === undefined ? {} : { reads: document.reads }), id, instance });
  for (const [other, lostBeat] of Object.entries(document.lost)) known[`lost_${other}`] = lostBeat;
  for (const [other, time] of Object.entries(document.seen)) known[`seen_${other}`] = time;
  for (const [source, { delivered, taken }] of Object.entries(document.cursors).sort(bySource)) {
    known[`delivered_${source}`] = delivered;
    known[`taken_${source}`] = taken;
  }
  if (document.peopleRead > 0) known.people_read = document.peopleRead;
  if (document.removedBy !== null) known.removed_by = document.removedBy;
  if (document.paused !== undefined && document.paused.until !== null) known.paused_until = document.paused.until;
  if (document.paused !== undefined && document.paused.note !== '') known.pause_note = document.paused.note;
  for (const { written } of MACHINE_FIELDS) Object.assign(known, written(document));
  for (const [key, value] of Object.entries(document.extra)) if (!(key in known)) known[key] = value;
  return renderMachinePage(known, machineBody(document, report), document.form ?? 1);
}

/** `lost_3`, `seen_3` …, by machine. */
function numbered<T>(prefix: string, data: object, read: (key: string) => T): Record<number, T> {
  const found: Record<number, T> = Object.create(null);
  const pattern = new RegExp(`^${prefix}_([1-9][0-9]{0,3})$`);
  for (const key of Object.keys(data)) {
    const machine = pattern.exec(key)?.[1];
    if (machine !== undefined) found[Number(machine)] = read(key);
  }
  return found;
}

/** `used_cpu`, `used_memory`: both, as shares; something else of that name is carried along as it is (D3). */
function usageOf(data: Readonly<Record<string, unknown>>, fields: FlatFields): Pick<MachineDocument, 'usage'> {
  const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  const { used_cpu: cpu, used_memory: memory } = data;
  if (!isShare(cpu) || !isShare(memory)) return {};
  fields.take('used_cpu', '', () => cpu, cpu);
  fields.take('used_memory', '', () => memory, memory);
  return { usage: { cpu, memory } };
}

/** `program_builder` …, by name; a line of another form is carried along as it is (D3). */
function servicesOf(data: Readonly<Record<string, unknown>>, fields: FlatFields): Pick<MachineDocument, 'programs'> {
  const found: Record<string, SaidService> = Object.create(null);
  for (const [key, value] of Object.entries(data)) {
    const name = /^program_(.*)$/s.exec(key)?.[1] ?? '';
    const said = SERVICE_NAME.test(name) ? parseServiceLine(value) : null;
    if (said === null) continue;
    found[name] = fields.take(key, '', () => said, said);
  }
  return Object.keys(found).length === 0 ? {} : { programs: found };
}

/** `delivered_1`, `taken_1`, `delivered_1_all` …, by source; what is not said is 0. */
function cursorsOf(data: object, read: (key: string) => number): Record<string, Cursor> {
  const found: Record<string, Cursor> = Object.create(null);
  for (const key of Object.keys(data)) {
    const [, word, source] = /^(delivered|taken)_((?:0|[1-9][0-9]{0,3})(?:_all)?)$/.exec(key) ?? [];
    if (word === undefined || source === undefined) continue;
    found[source] = { ...(found[source] ?? { delivered: 0, taken: 0 }), [word]: read(key) };
  }
  return found;
}

/** `0`, `0_all`, `1` … */
function bySource([one]: readonly [string, Cursor], [other]: readonly [string, Cursor]): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10) || one.length - other.length;
}

/** D3. Front matter is flat: a list or mapping from elsewhere cannot be carried along, and is named. */
function extraOf(fields: FlatFields): Record<string, Scalar> {
  const extra: Record<string, Scalar> = Object.create(null);
  for (const [key, value] of fields.rest()) {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) extra[key] = value as Scalar;
    else fields.note(key, 'warning', 'one value', 'a list or a mapping, which is ignored');
  }
  return extra;
}

function wholeFrom(min: number, max = Number.MAX_SAFE_INTEGER): (value: unknown) => number | null {
  return (value) => (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : null);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}

function timeOf(value: unknown): string | null {
  return isIsoTime(value) ? value : null;
}

function lengthOf(value: unknown): number | null {
  return typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
}

function wordsOf(value: unknown): readonly string[] | null {
  const text = textOf(value);
  return text === null
    ? null
    : text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
}

const LINE =
  /^([A-Z]{1,20})(, given up)? · (\d{1,6}) of (\d{1,6}) · (-|[A-Za-z0-9][A-Za-z0-9._+, -]{0,4000}) · since (\S{20,30})(?: · (.{1,1000}))?$/u;

/** `ONLINE · 1 of 2 · build, test · since 2026-11-20T22:00:00.000Z`, and what there is to say; parseServiceLine reads the same back. */
export function renderServiceLine({ state, givenUp, load, capacity, specialties, since, detail }: SaidService): string {
  const words = specialties.length === 0 ? '-' : specialties.join(', ');
  const said = detail === null || detail === '' ? '' : ` · ${visibleText(detail).replaceAll('\n', ' ')}`;
  return `${state}${givenUp ? ', given up' : ''} · ${load} of ${capacity} · ${words} · since ${since}${said}`;
}

/** Null for what is no such line: another version's, perhaps. */
export function parseServiceLine(value: unknown): SaidService | null {
  const [, word, lost, load, capacity, words = '', since, detail = null] =
    (typeof value === 'string' ? LINE.exec(value) : null) ?? [];
  const state = SERVICE_STATES.find((it) => it === word);
  if (state === undefined || !isIsoTime(since)) return null;
  return {
    state,
    givenUp: lost !== undefined,
    load: Number(load),
    capacity: Number(capacity),
    specialties: words === '-' ? [] : words.split(', '),
    since,
    detail,
  };
}
