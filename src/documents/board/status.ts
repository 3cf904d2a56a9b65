// STATUS.json as text: the same status gives the same bytes, whatever order its keys were set in, so a fold that changes
// nothing writes nothing (D6). Orders keep the order of ORDERS.json; machines count up.
import type { StatusDocument, StatusMachine, StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import type { StatusMessage, StatusMessages } from '../../core/model/status/status-messages.ts';
import type { DocumentKind } from '../document.ts';
import { STATUS_PATH } from '../paths.ts';
import { visibleJson } from '../text/escape-text.ts';
import { progressShape } from './features.ts';

const SUMMARY = [
  ...['machines', 'online', 'queued', 'assigned', 'inProgress'],
  ...['completed', 'failed', 'blocked', 'cancelled', 'unread'],
] as const;
const MACHINE = [
  ...['name', 'state', 'lastSeen', 'seq', 'runs', 'tags', 'tools', 'slots', 'allows', 'heartbeat', 'version'],
  ...['pausedUntil', 'pauseNote', 'emergency', 'emergencySince', 'programs', 'back', 'usage'],
] as const;
const RUN = [
  ...['state', 'reason', 'code', 'attempt', 'exitCode', 'startedAt', 'finishedAt'],
  ...['tail', 'outputs', 'takeOver', 'progress', 'changed'],
] as const;
const ORDER_HEAD = [
  ...['title', 'chain', 'steps', 'at', 'use', 'generation', 'reached'],
  ...['after', 'approval', 'assign', 'schedule', 'on', 'times', 'machine'],
] as const;
const LAST_RUN = ['due', 'state', 'machine', 'exitCode', 'startedAt', 'finishedAt'] as const;
const MESSAGE = ['from', 'to', 'number', 'at', 'priority', 'state', 'text'] as const;
const NEEDS = ['code', 'order', 'machine', 'program', 'document', 'why'] as const;
const SERVICE = ['state', 'givenUp', 'load', 'capacity', 'specialties', 'since', 'detail'] as const;
const FAULT = ['document', 'line', 'column', 'message', 'level'] as const;

const MARGIN = '  ';
const ORDER_MARGIN = MARGIN.repeat(2);

/** Of thousands of orders, few differ from those that were rendered last; what is said of one never changes (C1). */
const orderTexts = new WeakMap<StatusOrder, string>();

/** One order, as it stands behind its id. */
export function orderText(it: StatusOrder): string {
  const known = orderTexts.get(it);
  if (known !== undefined) return known;
  const { machines, lastRuns } = it;
  const shown = {
    ...pick(it, ORDER_HEAD),
    ...run(it),
    ...(machines === undefined ? {} : { machines: mapped(byNumber(machines), run) }),
    ...(lastRuns === undefined ? {} : { lastRuns: lastRuns.map((last) => pick(last, LAST_RUN)) }),
  };
  const text = jsonText(shown, ORDER_MARGIN);
  orderTexts.set(it, text);
  return text;
}

/** As JSON.stringify lays it out behind a key that stands so far in. */
function jsonText(value: unknown, margin: string): string {
  return visibleJson(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${margin}`);
}

/** An object of such texts, whose keys stand so far in. */
function objectText(members: readonly (readonly [key: string, text: string])[], margin: string): string {
  if (members.length === 0) return '{}';
  const lines = members.map(([key, text]) => `\n${margin}${jsonText(key, '')}: ${text}`);
  return `{${lines.join(',')}\n${margin.slice(MARGIN.length)}}`;
}

function run(it: StatusRun): object {
  return { ...pick(it, RUN), ...(it.outputs === undefined ? {} : { outputs: sortedKeys(it.outputs) }) };
}

/** All that machines read of it. */
export interface StatusBasis {
  /** The hash of the source documents that it was computed from (D6); null = it says none. */
  readonly sources: string | null;
  /** The machines that it counts, without those that have left, lowest first (R8). */
  readonly counted: readonly number[];
}

export const NO_BASIS: StatusBasis = { sources: null, counted: [] };

export const statusDocument: DocumentKind<StatusBasis> = {
  owner: 'derived',
  path: STATUS_PATH,
  parse: (text) => ({ value: basisOf(text), faults: [] }),
  fold: ({ capped }) => renderStatus(capped),
};

/** A fold asks for it twice: whether all of it finds room, and for the document. */
const texts = new WeakMap<StatusDocument, string>();

export function renderStatus(status: StatusDocument): string {
  const text = texts.get(status) ?? statusText(status);
  texts.set(status, text);
  return text;
}

function statusText(status: StatusDocument): string {
  const machine = (it: StatusMachine) => ({
    ...pick(it, MACHINE),
    ...(it.programs === undefined ? {} : { programs: mapped(sortedKeys(it.programs), (service) => pick(service, SERVICE)) }),
  });
  const { version, updated, sources, summary, machines, orders, progress, messages, leftOut, needsYou, faults, ...ofFeatures } =
    status;
  const before = { version, updated, sources, summary: pick(summary, SUMMARY), machines: mapped(byNumber(machines), machine) };
  const after = {
    ...(progress === undefined ? {} : { progress: progressShape(progress) }),
    ...(messages === undefined ? {} : { messages: messageShape(messages) }),
    ...ofFeatures,
    ...(leftOut === undefined ? {} : { leftOut }),
    needsYou: needsYou.map((it) => pick(it, NEEDS)),
    faults: faults.map((it) => pick(it, FAULT)),
  };
  const shown = (members: object) => Object.entries(members).map(([key, value]) => [key, jsonText(value, MARGIN)] as const);
  const listed = objectText(
    Object.entries(orders).map(([id, it]) => [id, orderText(it)]),
    ORDER_MARGIN,
  );
  return `${objectText([...shown(before), ['orders', listed], ...shown(after)], MARGIN)}\n`;
}

/** Written by machines: what is no strict JSON was changed by somebody, says nothing, and is written anew. */
export function basisOf(text: string): StatusBasis {
  try {
    const { sources, machines } = Object(JSON.parse(text)) as { sources?: unknown; machines?: unknown };
    const isHere = ([, it]: [string, unknown]) => (Object(it) as { state?: unknown }).state !== 'LEFT';
    const counted = Object.entries(Object(machines)).filter(isHere);
    return {
      sources: typeof sources === 'string' ? sources : null,
      counted: counted.map(([machine]) => Number(machine)).sort((a, b) => a - b),
    };
  } catch {
    return NO_BASIS;
  }
}

function messageShape({ last, toPeople, fromPeople }: StatusMessages): StatusMessages {
  const message = (it: StatusMessage) => pick(it, MESSAGE) as StatusMessage;
  return { last: last.map(message), toPeople: toPeople.map(message), fromPeople: byNumber(fromPeople) };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked;
}

function mapped<T, U>(record: Readonly<Record<string, T>>, turn: (value: T) => U): Record<string, U> {
  const turned: Record<string, U> = Object.create(null);
  for (const [key, value] of Object.entries(record)) turned[key] = turn(value);
  return turned;
}

function byNumber<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const entries = Object.entries(record).sort(([a], [b]) => Number(a) - Number(b));
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function sortedKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const sorted: Record<string, T> = Object.create(null);
  for (const key of Object.keys(record).sort()) sorted[key] = record[key] as T;
  return sorted;
}
