// A ring (B5): what a machine says once a push of it was accepted, and whom that concerns. Pure.
import { machinesOf } from '../../../core/decide/fleet-events.ts';
import { watchedBy } from '../../../core/decide/order-events.ts';
import type { OrderEdit, PersonEdit } from '../../../core/model/ledger/intention.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { claimName } from '../../../core/model/orders/claim.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import { END_KINDS, type Trigger, type TriggerKind } from '../../../core/model/orders/trigger.ts';
import { assignmentOf, workName } from '../../../core/orders/assignment.ts';
import { editedIds, editParts } from '../../../core/orders/edit-parts.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';

export interface Ring {
  /** Who pushed. */
  readonly lane: number;
  /** Its lane commit. */
  readonly tip: string | null;
  /** The main commit that it pushed last; null = none, or others have built on it. */
  readonly main: string | null;
  /** Machines that are to look. Nobody: only who waits for something looks. */
  readonly for: 'all' | readonly number[];
}

/** A push that was accepted. */
export interface Pushed {
  /** As it was seen before the push, with the edits that went along. */
  readonly snapshot: Snapshot;
  /** Edits of people that landed with it. */
  readonly edits: readonly PersonEdit[];
  readonly state: JournalState;
}

/** No fleet has more machines than this, and no ring names more. */
const NAMED_MAX = 1_000;

export function ringOf(pushes: readonly Pushed[]): Ring | null {
  const last = pushes.at(-1);
  if (last === undefined) return null;
  const { machine, accepted, pushedMain } = last.state;
  const named = pushes.map(concerned);
  const all = new Set(named.flatMap((it) => (it === 'all' ? [] : it)));
  all.delete(machine);
  const isForAll = named.includes('all');
  return {
    lane: machine,
    tip: accepted?.commit ?? null,
    main: pushedMain,
    for: isForAll ? 'all' : [...all].sort((a, b) => a - b),
  };
}

/** Of a value from the wire; null = it is none. */
export function parseRing(value: unknown): Ring | null {
  const { lane, tip = null, main = null, for: whom } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isCommit = (it: unknown): it is string | null => it === null || (typeof it === 'string' && /^[0-9a-f]{40,64}$/.test(it));
  if (!isMachine(lane) || !isCommit(tip) || !isCommit(main)) return null;
  if (whom === 'all') return { lane, tip, main, for: whom };
  return Array.isArray(whom) && whom.length <= NAMED_MAX && whom.every(isMachine) ? { lane, tip, main, for: whom } : null;
}

export function isFor({ for: whom }: Ring, machine: number): boolean {
  return whom === 'all' || whom.includes(machine);
}

/** How many machines are to look. */
export function rungBy({ for: whom }: Ring): number {
  return whom === 'all' ? Number.POSITIVE_INFINITY : whom.length;
}

function isMachine(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 9999;
}

function concerned({ snapshot, edits, state }: Pushed): Ring['for'] {
  const shown = snapshot.machines.get(state.machine);
  const isNewEmergency = state.emergency?.since !== shown?.document.emergency?.since;
  const receivers = newReceivers(snapshot, state);
  const byEdits = edits.map((edit) => concernedByEdit(snapshot, edit));
  if (isNewEmergency || receivers.includes('ALL') || byEdits.includes('all')) return 'all';
  const people = byEdits.flatMap((it) => (it === 'all' ? [] : it));
  const readers = receivers.map(Number).filter((machine) => machine > 0);
  const ends = [...newEnds(snapshot, state), ...edits.flatMap(resolvedBy)];
  return [...people, ...readers, ...followers(snapshot, ends, readers)];
}

/** Readers of messages that this machine wrote since its lane was shown. */
function newReceivers({ mail }: Snapshot, { machine, mail: { sent } }: JournalState): readonly string[] {
  const logs = mail.machines.get(machine);
  return Object.entries(sent).flatMap(([reader, { messages }]) => {
    const last = messages.at(-1)?.number ?? 0;
    const shown = [...(logs ?? [])].find(([name]) => name === reader)?.[1].at(-1)?.number ?? 0;
    return last > shown ? [reader] : [];
  });
}

function concernedByEdit(snapshot: Snapshot, edit: PersonEdit): Ring['for'] {
  if (edit.kind === 'document') return 'all';
  if (edit.kind === 'spec') return [];
  if (edit.kind === 'pause' || edit.kind === 'resume') return edit.id === 'fleet' ? 'all' : [Number(edit.id)];
  const ids = new Set(editedIds(edit));
  const { orders } = snapshot.orders;
  const named = orders.filter(({ id }) => ids.has(id) || [...ids].some((it) => id.startsWith(`${it}.`)));
  // One that was taken off the list may run anywhere.
  return isRemoval(edit)
    ? runningOf(snapshot, ids)
    : [...runningOf(snapshot, ids), ...named.flatMap((order) => takers(snapshot, order))];
}

function isRemoval(edit: Pick<OrderEdit, 'kind'> | PersonEdit): boolean {
  return edit.kind === 'remove';
}

function takers({ machines }: Snapshot, order: Order): readonly number[] {
  const assignment = assignmentOf(order, machines);
  return assignment.kind === 'machines' ? assignment.machines : [];
}

function runningOf({ machines }: Snapshot, ids: ReadonlySet<string>): readonly number[] {
  return [...machines].flatMap(([machine, { results }]) =>
    [...results.running, ...results.claimed].some(({ order }) => ids.has(listedId(order))) ? [machine] : [],
  );
}

/** Of a listed order. */
interface End {
  readonly id: string;
  /** What a trigger may wait for that it sets off. */
  readonly kinds: readonly TriggerKind[];
}

/** Of runs that have just ended here. */
function newEnds(snapshot: Snapshot, state: JournalState): readonly End[] {
  const shown = snapshot.machines.get(state.machine)?.results;
  const said = new Set([...(shown?.ended ?? []), ...(shown?.older ?? [])].map(claimName));
  const fresh = state.ended.filter((run) => !said.has(claimName(run)));
  return fresh.map((run) => ({ id: listedId(run.order), kinds: [run.state === 'COMPLETED' ? 'completed' : 'failed'] }));
}

/** Of orders of which a person says how they ended. */
function resolvedBy(edit: PersonEdit): readonly End[] {
  return editParts(edit).flatMap((part) =>
    part.kind === 'set' && part.field === 'resolved' ? [{ id: part.id, kinds: END_KINDS }] : [],
  );
}

/**
 * Machines of orders that come after one of these ends, or after the chain whose last step that is, and of triggers that wait for such an end, or
 * for a message to one of these readers.
 */
function followers(snapshot: Snapshot, ends: readonly End[], readers: readonly number[]): readonly number[] {
  if (ends.length === 0 && readers.length === 0) return [];
  const { orders, chains = [] } = snapshot.orders;
  const over = new Set(ends.map(({ id }) => id));
  for (const { id, steps } of chains) if (over.has(steps.at(-1)?.id ?? '')) over.add(id);
  const setOff = ({ id, kinds }: End) =>
    (watchedBy(id, snapshot).watched ?? []).flatMap((name) => kinds.map((kind) => `${kind} ${name}`));
  const triggers = new Set(ends.flatMap(setOff));
  const isSetOff = ({ kind, of }: Trigger, order: Order) =>
    kind === 'message'
      ? !order.cancelled && machinesOf(of, snapshot.machines).some(({ document: { machine } }) => readers.includes(machine))
      : triggers.has(`${kind} ${workName(order)}`);
  const follows = (order: Order) =>
    order.after.some((id) => over.has(id)) || (order.on !== undefined && isSetOff(order.on, order));
  return orders.filter(follows).flatMap((order) => takers(snapshot, order));
}
