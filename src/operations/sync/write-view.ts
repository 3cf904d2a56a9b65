// Writes what a cycle leaves for people on this machine: the view that `coord status` shows, and the projection (C6).
import { isoTime } from '../../core/base/time.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { type EditWait, isAwaited } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { machineLabel } from '../../core/model/machines/machines.ts';
import type { StatusDocument, StatusOrder } from '../../core/model/status/status.ts';
import { editParts } from '../../core/orders/edit-parts.ts';
import { waitWords } from '../../core/orders/edit-words.ts';
import { because } from '../../core/orders/reason-words.ts';
import { comesRegularly } from '../../core/presence/heartbeat.ts';
import { distrust } from '../../core/status/distrust.ts';
import { headOf } from '../../core/status/order-status.ts';
import { isSpec } from '../../documents/documents.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { messagesOf, ORDERS_PATH } from '../../documents/paths.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import type { HeldEdit } from '../../machine/steps/pending-edits.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { closedIn, setAsideIn } from '../../system/fleet/outbox-files.ts';
import { markTaken, project } from '../../system/fleet/projection.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { leaveMail } from '../messages/write-inbox.ts';
import type { World } from './dependencies.ts';
import { untold } from './edit-rejections.ts';
import { oddRefsShown } from './odd-refs.ts';
import type { OpenMachine } from './open-machine.ts';
import { unsyncedShown } from './unsynced.ts';
import { type SyncState, VIEW_FORM, type View, viewIn, viewText } from './view.ts';

interface LastCycle {
  readonly dryRun: boolean;
  /** Why a saved document was not taken, by path. */
  readonly whyNotTaken: ReadonlyMap<string, string>;
  readonly policyProblem: string | null;
}

export async function leaveView(world: World, opened: OpenMachine, outcome: CycleOutcome, cycle: LastCycle): Promise<View> {
  const { folder, identity, ledger } = opened;
  const { dryRun, whyNotTaken, policyProblem } = cycle;
  const { state, seen, trouble } = outcome;
  const textBefore = viewText(folder);
  const before = viewIn(textBefore);
  const status = seen === null ? statusOnly(before) : withHeldOrders(seen.composed.board.here, seen.edits.held);
  const textOf = async (id: string) => {
    const blob = (await ledger.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : null;
  };
  const files = seen?.composed.files;
  const isMyLog = (path: string) => messagesOf(path)?.from === identity.machine;
  const source = { idOf: (text: string) => ledger.idOf(text), textOf };
  // A spec is its writer's until main shows it; from then on it is what the next edit of it began from.
  const waits = (path: string) => isSpec(path) && seen?.edits.people.has(path) === true;
  if (!dryRun) for (const [path, text] of seen?.edits.landedSpecs ?? []) markTaken(folder, path, text, source);
  const left =
    files === undefined || dryRun ? { edited: [], obstructed: [] } : await project(folder, files, source, isMyLog, waits);
  world.step('projected');
  const mail =
    dryRun || seen === null
      ? { unread: before?.self.unread ?? 0, urgent: before?.self.urgent ?? [] }
      : await leaveMail(opened, await world.features(), outcome);
  const going = (await opened.journal.intentions())
    .filter(isAwaited)
    .map(({ edit }) => (edit.kind === 'spec' || edit.kind === 'document' ? { ...edit, text: '' } : edit));
  const view: View = {
    ...status,
    form: VIEW_FORM,
    self: { ...selfShown(opened, outcome, before), ...(policyProblem === null ? {} : { policyProblem }), ...mail },
    sync: {
      ...unsyncedShown(folder, outcome, before, world.clock.now().wallMs),
      trouble,
      pendingEdits: going,
      editsWait: Object.fromEntries((seen?.edits.held ?? []).map(({ intention, waitsFor }) => [intention.id, waitsFor])),
      lostEdits: untold(folder, state.lostEdits, world.clock.now().wallMs),
      boardRefused: refusalShown(outcome, going.length > 0),
      duplicate: state.duplicate,
      copied: state.duplicate !== null && state.computer !== outcome.self.computer,
      removedBy: removerShown(outcome),
      rewritten: state.rewritten === null ? null : { from: state.main ?? '', ...state.rewritten },
      ...uncountedShown(outcome, before),
      ...oddRefsShown(seen?.snapshot.odd ?? []),
      ...shorteningShown(seen?.snapshot.fleet, before),
      ...distrustShown(outcome, before, world.clock.now()),
      ...(outcome.mishaps.length === 0 ? {} : { mishaps: outcome.mishaps }),
      ...(left.obstructed.length === 0 ? {} : { notShown: left.obstructed }),
      ...setAsideShown(folder),
      lastHeard: Object.fromEntries(Object.entries(state.observed).map(([machine, { at }]) => [machine, isoTime(at.wallMs)])),
      ...regularShown(seen?.snapshot.machines, before),
      heldUntil: dryRun ? (before?.sync.heldUntil ?? null) : heldUntil(outcome, world.clock.now().wallMs),
      notTaken: dryRun
        ? (before?.sync.notTaken ?? [])
        : [...new Set([...left.edited, ...whyNotTaken.keys()])].map((path) => ({
            path,
            why: whyNotTaken.get(path) ?? whyLeft(path, outcome, isMyLog(path)),
          })),
    },
  };
  // C6: also of a dry run, which has shown this.
  writeView(folder, view, textBefore);
  world.step('view-left');
  return view;
}

function selfShown(
  { identity, folder }: OpenMachine,
  { seen, self }: CycleOutcome,
  before: View | null,
): Omit<View['self'], 'unread' | 'urgent' | 'policyProblem'> {
  const { machine, name, remote } = identity;
  return {
    fleet: seen === null ? (before?.self.fleet ?? null) : seen.snapshot.fleet.name,
    ...{ machine, name, allows: self.policy.allow },
    ...((seen === null ? before?.self.signed : seen.snapshot.believed !== undefined) ? { signed: true } : {}),
    ...{ remote: withoutCredentials(remote), folder: folder.root },
  };
}

/** Why a document that was saved here is still as it was saved. */
function whyLeft(path: string, { seen }: CycleOutcome, isMyLog: boolean): string {
  const lost = seen?.edits.lost.find(({ intention: { edit } }) => edit.kind === 'spec' && edit.id === path);
  if (lost !== undefined) return lost.reason;
  if (isMyLog) return 'it was saved just now, or cannot be sent';
  if (path === ORDERS_PATH || isSpec(path)) return 'it was saved just now';
  return 'only ORDERS.json and specs are taken from this folder';
}

function shorteningShown(fleet: FleetSettings | undefined, before: View | null): Pick<SyncState, 'shortening'> {
  const { shortening } = before?.sync ?? {};
  if (fleet === undefined) return shortening === undefined ? {} : { shortening };
  const { compactAt, keepHistoryMs } = fleet;
  return compactAt === null ? {} : { shortening: { compactAt, keepHistoryMs } };
}

function setAsideShown({ outbox }: FleetFolder): Pick<SyncState, 'setAside' | 'closed'> {
  const [setAside, closed] = [setAsideIn(outbox), closedIn(outbox)];
  return { ...(setAside.length === 0 ? {} : { setAside }), ...(closed.length === 0 ? {} : { closed }) };
}

function regularShown(machines: Snapshot['machines'] | undefined, before: View | null): Pick<SyncState, 'regular'> {
  const regular =
    machines === undefined
      ? (before?.sync.regular ?? [])
      : [...machines].flatMap(([machine, view]) => (comesRegularly(view) ? [machine] : []));
  return regular.length === 0 ? {} : { regular };
}

/** T9: of the last look that was answered. */
function distrustShown({ seen, state, fetched }: CycleOutcome, before: View | null, now: Instant): Pick<SyncState, 'distrust'> {
  const lines = seen !== null && fetched ? distrust(seen.snapshot, state, now) : (before?.sync.distrust ?? []);
  return lines.length === 0 ? {} : { distrust: lines };
}

/** H2: to the second, so that it stays the same until then. A beat is nothing that anybody waits for. */
export function heldUntil({ heldForMs, seen }: Pick<CycleOutcome, 'heldForMs' | 'seen'>, nowMs: number): string | null {
  if (heldForMs === null || seen?.composed.why === 'beat') return null;
  return isoTime(Math.ceil((nowMs + heldForMs) / 1000) * 1000);
}

/** R8.5: of the last look. */
function uncountedShown({ seen, state }: CycleOutcome, before: View | null): Pick<SyncState, 'uncounted'> {
  if (seen === null) return before?.sync.uncounted === undefined ? {} : { uncounted: before.sync.uncounted };
  const { uncounted = [], fleet } = seen.snapshot;
  return uncounted.includes(state.machine) ? { uncounted: { machinesMax: fleet.machinesMax } } : {};
}

/** I4: the lane holds another machine's commit that says who removed this one. */
function removerShown({ state, seen }: CycleOutcome): string | null {
  const machines = seen?.snapshot.machines;
  const by = machines?.get(state.machine)?.document.removedBy ?? null;
  return state.duplicate === null || machines === undefined || by === null ? null : machineLabel(by, machines);
}

/** F4: a main that refuses matters no more once machines fold elsewhere, unless an edit of a person here waits for it. */
function refusalShown({ state, seen }: CycleOutcome, editsWait: boolean): SyncState['boardRefused'] {
  if (state.boardRefused === null) return null;
  const { triedAt: _, targets, ...refusal } = state.boardRefused;
  const folds = (seen?.snapshot.fleet.board ?? null) === null ? 'main' : 'board';
  return targets.includes(folds) || (editsWait && targets.includes('main')) ? refusal : null;
}

const NOTHING_SEEN: StatusDocument = {
  version: 1,
  updated: '1970-01-01T00:00:00.000Z',
  sources: '',
  summary: {
    machines: 0,
    online: 0,
    queued: 0,
    assigned: 0,
    inProgress: 0,
    completed: 0,
    failed: 0,
    blocked: 0,
    cancelled: 0,
    unread: 0,
  },
  machines: {},
  orders: {},
  needsYou: [],
  faults: [],
};

function statusOnly(view: View | null): StatusDocument {
  if (view === null) return NOTHING_SEEN;
  const { form: _form, self: _self, sync: _sync, ...status } = view;
  return status;
}

/** Writes only what differs (C3). */
function writeView(folder: FleetFolder, view: View, before: string | null): void {
  const text = `${JSON.stringify(view, null, 1)}\n`;
  // What a power cut leaves of it is no view, and the next sync makes one.
  if (text !== before) writeWhole(folder.view, text, 0o644);
}

/** D5: orders that were placed here and wait, though the remote answers, are listed, so that the person can see them and take them back. */
function withHeldOrders(status: StatusDocument, held: readonly HeldEdit[]): StatusDocument {
  const orders = new Map<string, StatusOrder>();
  for (const { intention, waitsFor } of held) {
    for (const edit of editParts(intention.edit)) {
      if (edit.kind === 'add' && !Object.hasOwn(status.orders, edit.order.id))
        orders.set(edit.order.id, blockedStatus(edit.order, waitsFor));
      else if (edit.kind === 'remove') orders.delete(edit.id);
      else if (edit.kind === 'set' && edit.field === 'cancelled' && edit.value === true) cancel(orders, edit.id);
    }
  }
  if (orders.size === 0) return status;
  const blocked = [...orders.values()].filter(({ state }) => state === 'BLOCKED').length;
  const cancelled = orders.size - blocked;
  const { summary } = status;
  return {
    ...status,
    summary: { ...summary, blocked: summary.blocked + blocked, cancelled: summary.cancelled + cancelled },
    orders: { ...status.orders, ...Object.fromEntries(orders) },
  };
}

function blockedStatus(entry: object, wait: EditWait): StatusOrder {
  const [order] = parseOrders(JSON.stringify({ orders: [entry] })).value?.orders ?? [];
  const { assign = 'nobody' } = order === undefined ? {} : headOf(order, new Map());
  const words = waitWords(wait);
  return { assign, state: 'BLOCKED', ...(wait.kind === 'fix' ? because.heldBack(words) : because.slowHere(words)) };
}

function cancel(orders: Map<string, StatusOrder>, id: string): void {
  const order = orders.get(id);
  if (order !== undefined) orders.set(id, { assign: order.assign, state: 'CANCELLED' });
}
