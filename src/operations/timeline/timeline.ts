// Tells the fleet's story for `coord timeline`, from what the last sync fetched and from this machine's journal. It asks nobody.
import { parseTime } from '../../core/base/time.ts';
import { isWanted, mergeEvents, messageEvents, runEvents, sortedEvents, takeOvers } from '../../core/history/timeline.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { MachineNames, TimelineEvent, TimelineFilter } from '../../core/model/status/timeline.ts';
import { chainOf } from '../../core/orders/chains.ts';
import { archivePartOf } from '../../documents/archive/archive.ts';
import { toldPaths } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { readSnapshot } from '../../machine/reading/read-snapshot.ts';
import { type FleetFolder, lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { machineNamed, type NamedMachine } from '../machine/machine-named.ts';
import type { World } from '../sync/dependencies.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import { underLock } from '../sync/under-lock.ts';
import { doubtOf, type View, viewIn, viewText } from '../sync/view.ts';
import { editEvents } from './edits.ts';
import { readHistories } from './histories.ts';
import { wordEvents } from './machine-words.ts';
import { toldHistory } from './told-history.ts';

/** Changes of main that are looked at, newest first. */
export const COMMITS_MAX = 2_000;
/** Git's time of a commit and the times in it are of different clocks: so much earlier ones are looked at too. */
const SLACK_MS = 86_400_000;

export interface TimelineRequest {
  readonly order: string | null;
  /** A number or a name. */
  readonly machine: string | null;
  /** ISO 8601 UTC. */
  readonly since: string | null;
  readonly limit: number;
  /** Of these events only those for which it holds; absent = all. */
  isMeant?(event: TimelineEvent, machines: MachineNames): boolean;
}

export interface Timeline {
  /** Oldest first, the newest `limit` of those that were asked for. */
  readonly events: readonly TimelineEvent[];
  /** Names by number, of the machines that the fleet knows now. */
  readonly machines: MachineNames;
  /** The same, for words that mean one. */
  readonly known: readonly NamedMachine[];
  /** There are older ones beyond the limit. */
  readonly more: boolean;
  /** Older changes than the newest `COMMITS_MAX` of main, or the newest history documents, were not looked at. */
  readonly isCut: boolean;
  /** C5a: older changes of main are not in this clone, which began with its newest part. */
  readonly isPart: boolean;
  /** R3b: what people did before that is kept in that file (empty = nobody said), and not told; null = main's history is not shortened. */
  readonly shortened: { readonly before: string; readonly bundle: string; readonly archive?: string } | null;
  /** Lines and documents of the history that cannot be read. */
  readonly bad: number;
  /** `type` of the orders that are listed now and have one. */
  readonly types: Readonly<Record<string, string>>;
}

/** Throws LOCAL_STATE before the first sync, NOT_FOUND for a machine that nobody knows. */
export function readTimeline(world: World, folder: FleetFolder, request: TimelineRequest): Promise<Timeline> {
  // The clone is used by one process at a time (C7).
  return underLock(world, folder, ({ opened, state }) => tell(opened, state, request));
}

/** C5a: takes as long as all of main's history does. False = it was here. Throws UNREACHABLE. */
export function fetchWholeHistory(world: World, folder: FleetFolder): Promise<boolean> {
  return underLock(world, folder, ({ opened }) => opened.ledger.fetchRest(true));
}

async function tell({ ledger, folder }: OpenMachine, state: JournalState, request: TimelineRequest): Promise<Timeline> {
  const trees = await ledger.lastSeen();
  if (trees === null) {
    if (lastFetchMs(folder) === null) throw new CoordError('LOCAL_STATE', `${folder.root} has never synced`, 'coord sync');
    throw new CoordError('LOCAL_STATE', `what ${folder.root} has fetched cannot be read by git here`, 'coord doctor');
  }
  const snapshot = await readSnapshot({ ledger, trees, board: state.board, viewer: state, goesBeyond: false });
  const machines = Object.fromEntries([...snapshot.machines].map(([number, { document }]) => [number, document.name]));
  const known = [...snapshot.machines].map(([number, { document }]) => ({
    number,
    name: document.name,
    hasLeft: document.state === 'LEFT',
  }));
  const { order, since, limit } = request;
  const wanted = askedFor(request, snapshot, machines, known);
  const view = viewIn(viewText(folder));
  const { found, runs, add } = createEventSet(view, wanted);
  add(standingEvents(snapshot, state));
  const sinceMs = since === null ? null : parseTime(since) - SLACK_MS;
  const archives = [...snapshot.main.files.keys()].filter((path) => archivePartOf(path) !== null);
  const paths = toldPaths(snapshot.machines.keys(), archives);
  const { history, shortened } = await toldHistory(ledger, { countMax: COMMITS_MAX, sinceMs, paths });
  const listed = new Map([
    ...(snapshot.orders.chains ?? []).map(({ id, title }) => [id, { title, for: null }] as const),
    ...snapshot.orders.orders.map(({ id, title, assign }) => [id, { title, for: oneWord(assign) }] as const),
  ]);
  // One more than is shown tells that there are more.
  const isWhole = since === null && !history.isCut && shortened === null;
  add(await editEvents({ ledger, history, isWhole, known: listed, isWanted: wanted, limit: limit + 1, since, order }));
  if (order === null) add(await wordEvents(ledger, history.commits, snapshot));
  const histories = await readHistories({
    ledger,
    snapshot,
    kinds: order === null ? ['runs', 'messages'] : ['runs'],
    firstMonth: since?.slice(0, 7) ?? null,
    isEnough: (before) => [...found.values()].filter((event) => event.at >= before).length > limit,
    add,
  });
  add(takeOvers(runs.values(), (id) => listed.get(id)?.for === 'all'));
  const events = sortedEvents(found.values()).map(view?.self.signed === true ? asOfNobody : (event) => event);
  const oldest = parseTime(history.commits.at(-1)?.at ?? '');
  // The slack may be cut off.
  const isBehind = history.isCut && (since === null || !(oldest < parseTime(since)));
  const isCut = isBehind || histories.isCut;
  return {
    events: events.slice(-limit),
    machines,
    known,
    more: events.length > limit,
    isCut,
    isPart: isBehind && history.isPart,
    shortened,
    bad: histories.bad,
    types: typesOf(snapshot),
  };
}

/** Whether an event was asked for. Throws NOT_FOUND for a machine that nobody knows. */
function askedFor(
  { order, machine: named, since, isMeant }: TimelineRequest,
  { orders }: Snapshot,
  machines: MachineNames,
  known: readonly NamedMachine[],
): (event: TimelineEvent) => boolean {
  const machine = named === null ? null : machineNamed(named, known).number;
  const filter: TimelineFilter = { order, machine, since };
  // Of a chain, what became of its steps.
  const steps = order === null ? [] : (chainOf(order, orders)?.steps ?? []);
  const filters = [filter, ...steps.map(({ id }) => ({ ...filter, order: id }))];
  return (event) => filters.some((one) => isWanted(event, one, machines)) && isMeant?.(event, machines) !== false;
}

/** `found`: what was asked for. `runs`: whatever was asked for, because what came before tells who took over. */
function createEventSet(view: View | null, wanted: (event: TimelineEvent) => boolean) {
  const found = new Map<string, TimelineEvent>();
  const runs = new Map<string, TimelineEvent>();
  const add = (all: readonly TimelineEvent[]) => {
    const events = all.filter((event) => doubtOf(view, tellerOf(event)) === null);
    mergeEvents(
      runs,
      events.filter(({ kind }) => kind === 'started' || kind === 'ended'),
    );
    mergeEvents(found, events.filter(wanted));
  };
  return { found, runs, add };
}

/** Whose word it is, where it is that of a machine; what is edited on main is told by nobody. */
function tellerOf(event: TimelineEvent): number | null {
  if (event.kind === 'message') return 'machine' in event.by ? event.by.machine : null;
  if (event.kind === 'machine') return event.says ?? event.machine;
  return event.kind === 'started' || event.kind === 'ended' ? event.machine : null;
}

/** T11.5: edits, words of people, and who came and went are told as main has them. */
function asOfNobody(event: TimelineEvent): TimelineEvent {
  const isOfMain = event.kind === 'message' ? 'person' in event.by : ['order', 'fault', 'machine'].includes(event.kind);
  return isOfMain ? { ...event, signed: false } : event;
}

function typesOf({ orders }: Snapshot): Record<string, string> {
  const types: Record<string, string> = Object.create(null);
  for (const { id, type } of orders.orders) if (type !== null) types[id] = type;
  return types;
}

/** What the documents say now. This machine's own come from its journal (D1), which knows what the last fetch did not show yet. */
function standingEvents(snapshot: Snapshot, state: JournalState): TimelineEvent[] {
  const others = [...snapshot.machines].filter(([machine]) => machine !== state.machine);
  const logs = [...snapshot.mail.machines].filter(([machine]) => machine !== state.machine);
  const { machine, active, ended, older, movedRuns, mail } = state;
  return [
    ...others.flatMap(([other, { results }]) => runEvents(other, results)),
    ...logs.flatMap(([other, its]) => [...its].flatMap(([to, messages]) => messageEvents(other, to, messages))),
    ...runEvents(machine, { running: active, ended: [...ended, ...movedRuns], older }),
    ...Object.entries(mail.sent).flatMap(([to, { messages }]) => messageEvents(machine, to, messages)),
    ...mail.moved.flatMap(({ reader, ...message }) => messageEvents(machine, reader, [message])),
  ];
}

function oneWord(assign: Snapshot['orders']['orders'][number]['assign']): string | number | null {
  switch (assign.kind) {
    case 'machine':
      return assign.machine;
    case 'name':
      return assign.name;
    case 'all':
    case 'any':
      return assign.kind;
    default:
      return null;
  }
}
